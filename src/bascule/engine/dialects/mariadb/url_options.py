"""MariaDB's and MySQL's URL options, those of their JDBC drivers: what becomes of each."""

from bascule.engine.dialects.connecting import UrlOption

_JVM = "it steers the Java driver only"

URL_OPTIONS: dict[str, UrlOption] = {
    "connectTimeout": UrlOption("honoured", "connect_timeout_ms"),
    "useSSL": UrlOption("honoured", "tls"),
    "useSsl": UrlOption("honoured", "tls"),
    "requireSSL": UrlOption("honoured", "tls"),
    "sslMode": UrlOption("honoured", "ssl_mode"),
    "serverSslCert": UrlOption("honoured", "ssl_ca"),
    "sslCa": UrlOption("honoured", "ssl_ca"),
    "verifyServerCertificate": UrlOption("honoured", "ssl_verify"),
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
    "tcpKeepAlive": UrlOption("harmless", why="keep-alive is on by default"),
}
