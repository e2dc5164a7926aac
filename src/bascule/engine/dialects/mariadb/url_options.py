"""MariaDB's and MySQL's URL options, those of their JDBC drivers: what becomes of each."""

from bascule.engine.dialects.connecting import UrlOption

_JVM = "it steers the Java driver only"
_STORE = "a Java key store cannot be read here"
_CA = "sslCa=/path/ca.pem (keytool -exportcert -rfc -keystore … writes it)"
_CLIENT = "sslCert and sslKey in PEM (keytool -importkeystore -deststoretype pkcs12 …, then openssl pkcs12 -nodes)"
_CLASS = "a Java class cannot be loaded here"

URL_OPTIONS: dict[str, UrlOption] = {
    "connectTimeout": UrlOption("honoured", "connect_timeout_ms"),
    "useSSL": UrlOption("honoured", "use_ssl"),
    "useSsl": UrlOption("honoured", "use_ssl"),
    "requireSSL": UrlOption("honoured", "require_ssl"),
    "sslMode": UrlOption("honoured", "ssl_mode"),
    "ssl-mode": UrlOption("honoured", "ssl_mode"),
    "verifyServerCertificate": UrlOption("honoured", "verify"),
    "trustServerCertificate": UrlOption("honoured", "trust"),
    "disableSslHostnameVerification": UrlOption("honoured", "any_host"),
    "serverSslCert": UrlOption("honoured", "ssl_ca"),
    "sslCa": UrlOption("honoured", "ssl_ca"),
    "ssl-ca": UrlOption("honoured", "ssl_ca"),
    "sslCert": UrlOption("honoured", "ssl_cert"),
    "ssl-cert": UrlOption("honoured", "ssl_cert"),
    "sslKey": UrlOption("honoured", "ssl_key"),
    "ssl-key": UrlOption("honoured", "ssl_key"),
    "sslKeyPassword": UrlOption("honoured", "ssl_password"),
    "keyPassword": UrlOption("honoured", "ssl_password"),
    "trustStore": UrlOption("refused", why=_STORE, fix=_CA),
    "trustStorePassword": UrlOption("refused", why=_STORE, fix=_CA),
    "trustStoreType": UrlOption("refused", why=_STORE, fix=_CA),
    "trustCertificateKeyStoreUrl": UrlOption("refused", why=_STORE, fix=_CA),
    "trustCertificateKeyStorePassword": UrlOption("refused", why=_STORE, fix=_CA),
    "trustCertificateKeyStoreType": UrlOption("refused", why=_STORE, fix=_CA),
    "keyStore": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "keyStorePassword": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "keyStoreType": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "clientCertificateKeyStoreUrl": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "clientCertificateKeyStorePassword": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "clientCertificateKeyStoreType": UrlOption("refused", why=_STORE, fix=_CLIENT),
    "fallbackToSystemTrustStore": UrlOption("harmless", why="without sslCa the system's authorities are asked"),
    "fallbackToSystemKeyStore": UrlOption("harmless", why=_JVM),
    "enabledSslProtocolSuites": UrlOption("harmless", why="TLS 1.2 and later are spoken"),
    "enabledTLSProtocols": UrlOption("harmless", why="TLS 1.2 and later are spoken"),
    "tlsVersions": UrlOption("harmless", why="TLS 1.2 and later are spoken"),
    "enabledSslCipherSuites": UrlOption("harmless", why="the system's OpenSSL chooses"),
    "socketFactory": UrlOption(
        "refused", why=_CLASS, fix="cloudSqlInstance's address with sslMode=REQUIRED, and enableIamAuth=true for a token"
    ),
    "cloudSqlInstance": UrlOption(
        "refused", why=_CLASS, fix="name the instance's address as host, or run the Cloud SQL Auth Proxy and name that"
    ),
    "credentialType": UrlOption("refused", why=_CLASS, fix="a token provider of the connector; see docs/connect.md"),
    "authenticationPlugins": UrlOption("refused", why=_CLASS, fix="leave it out: the server names the plugin"),
    "defaultAuthenticationPlugin": UrlOption("refused", why=_CLASS, fix="leave it out: the server names the plugin"),
    "allowMultiQueries": UrlOption("harmless", why="statements are sent one by one"),
    "allowPublicKeyRetrieval": UrlOption("harmless", why="the key is asked for when the login needs it"),
    "autoReconnect": UrlOption("harmless", why="a lost session is never silently replaced while migrating"),
    "characterEncoding": UrlOption("harmless", why="text is always sent as utf8mb4"),
    "useUnicode": UrlOption("harmless", why="text is always sent as utf8mb4"),
    "connectionCollation": UrlOption("honoured", "collation"),
    "serverTimezone": UrlOption("harmless", why=_JVM),
    "useLegacyDatetimeCode": UrlOption("harmless", why=_JVM),
    "zeroDateTimeBehavior": UrlOption("harmless", why=_JVM),
    "tinyInt1isBit": UrlOption("harmless", why=_JVM),
    "rewriteBatchedStatements": UrlOption("harmless", why=_JVM),
    "useServerPrepStmts": UrlOption("harmless", why=_JVM),
    "cachePrepStmts": UrlOption("harmless", why=_JVM),
    "createDatabaseIfNotExist": UrlOption("refused", why="databases are created by whoever owns the server, not by a URL"),
    "allowLoadLocalInfile": UrlOption("refused", why="a server may not read files of the machine that migrates"),
    "socketTimeout": UrlOption("harmless", why="a migration's statement may take its time"),
    "sessionVariables": UrlOption(
        "refused", why="a migration's session is set by us", fix="write SET SESSION … into the changeset that needs it"
    ),
    "permitMysqlScheme": UrlOption("harmless", why=_JVM),
    "connectionTimeZone": UrlOption("harmless", why=_JVM),
    "forceConnectionTimeZoneToSession": UrlOption("harmless", why=_JVM),
    "useCompression": UrlOption("harmless", why="what is sent is short"),
    "maxReconnects": UrlOption("harmless", why="a lost session is never silently replaced while migrating"),
    "failOverReadOnly": UrlOption("harmless", why="every session tries the servers in their order"),
    "useInformationSchema": UrlOption("harmless", why=_JVM),
    "nullCatalogMeansCurrent": UrlOption("harmless", why=_JVM),
    "nullDatabaseMeansCurrent": UrlOption("harmless", why=_JVM),
    "useCursorFetch": UrlOption("harmless", why=_JVM),
    "yearIsDateType": UrlOption("harmless", why=_JVM),
    "transformedBitIsBoolean": UrlOption("harmless", why=_JVM),
    "tcpKeepAlive": UrlOption("harmless", why="keep-alive is on by default"),
}
