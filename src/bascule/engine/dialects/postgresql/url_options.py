"""PostgreSQL's URL options, pgJDBC's and libpq's: what becomes of each."""

from typing import TYPE_CHECKING

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import Login, UrlOption, honoured_options

if TYPE_CHECKING:
    from bascule.engine.access.memory_files import Keep

_JVM = "it steers the Java driver only"
_STORE = "a Java key store cannot be read here"
_PEM = "openssl pkcs12 -in store.p12 -nodes -out client.pem, then sslcert, sslkey and sslrootcert"
_CLASS = "a Java class cannot be loaded here"

URL_OPTIONS: dict[str, UrlOption] = {
    # pgJDBC's
    "currentSchema": UrlOption("honoured", "search_path"),
    "ssl": UrlOption("honoured"),
    "ApplicationName": UrlOption("honoured", "application_name"),
    "connectTimeout": UrlOption("honoured", "connect_timeout"),
    "loginTimeout": UrlOption("honoured", "login_timeout"),
    "targetServerType": UrlOption("honoured", "target_server"),
    "loadBalanceHosts": UrlOption("harmless", why="one session is opened, on the first server that takes it"),
    "hostRecheckSeconds": UrlOption("harmless", why="every session tries the servers in their order"),
    "socketFactory": UrlOption(
        "refused", why=_CLASS, fix="cloudSqlInstance's address with sslmode=require, and enableIamAuth=true for a token"
    ),
    "socketFactoryArg": UrlOption("refused", why=_CLASS, fix="leave it out"),
    "cloudSqlInstance": UrlOption(
        "refused", why=_CLASS, fix="name the instance's address as host, or run the Cloud SQL Auth Proxy and name that"
    ),
    "ipTypes": UrlOption("refused", why=_CLASS, fix="name the instance's private address as host"),
    "sslfactory": UrlOption("refused", why=_CLASS, fix="sslmode and sslrootcert; sslmode=require for the NonValidatingFactory"),
    "sslfactoryarg": UrlOption("refused", why=_CLASS, fix="sslrootcert with the path of the certificate"),
    "sslhostnameverifier": UrlOption("refused", why=_CLASS, fix="sslmode=verify-ca leaves the name unchecked"),
    "sslpasswordcallback": UrlOption("refused", why=_CLASS, fix="sslpassword, by --driver-properties-file"),
    "authenticationPluginClassName": UrlOption("refused", why=_CLASS, fix="a token provider of the connector; see docs/connect.md"),
    "trustStore": UrlOption("refused", why=_STORE, fix=_PEM),
    "keyStore": UrlOption("refused", why=_STORE, fix=_PEM),
    "kerberosServerName": UrlOption("honoured", "krbsrvname"),
    "jaasLogin": UrlOption("harmless", why="a ticket of kinit is used as it lies there"),
    "jaasApplicationName": UrlOption("harmless", why="a ticket of kinit is used as it lies there"),
    "useSpnego": UrlOption("refused", why="it is for Windows", fix="leave it out"),
    "gssEncMode": UrlOption("honoured", "gssencmode"),
    "gsslib": UrlOption("honoured"),
    "tcpKeepAlive": UrlOption("harmless", why="keep-alive is on by default"),
    "socketTimeout": UrlOption("harmless", why="a migration's statement may take its time; a lost peer is found by TCP keep-alive"),
    "prepareThreshold": UrlOption("harmless", why=_JVM),
    "preparedStatementCacheQueries": UrlOption("harmless", why=_JVM),
    "preparedStatementCacheSizeMiB": UrlOption("harmless", why=_JVM),
    "defaultRowFetchSize": UrlOption("harmless", why=_JVM),
    "reWriteBatchedInserts": UrlOption("harmless", why=_JVM),
    "stringtype": UrlOption("harmless", why=_JVM),
    "binaryTransfer": UrlOption("harmless", why=_JVM),
    "loggerLevel": UrlOption("harmless", why=_JVM),
    "assumeMinServerVersion": UrlOption("harmless", why=_JVM),
    "preferQueryMode": UrlOption("harmless", why=_JVM),
    "autosave": UrlOption("harmless", why=_JVM),
    "cleanupSavepoints": UrlOption("harmless", why=_JVM),
    "escapeSyntaxCallMode": UrlOption("harmless", why=_JVM),
    "databaseMetadataCacheFields": UrlOption("harmless", why=_JVM),
    "databaseMetadataCacheFieldsMiB": UrlOption("harmless", why=_JVM),
    "hideUnprivilegedObjects": UrlOption("harmless", why=_JVM),
    "logUnclosedConnections": UrlOption("harmless", why=_JVM),
    "logServerErrorDetail": UrlOption("harmless", why=_JVM),
    "loggerFile": UrlOption("harmless", why=_JVM),
    "disableColumnSanitiser": UrlOption("harmless", why=_JVM),
    "maxResultBuffer": UrlOption("harmless", why=_JVM),
    "adaptiveFetch": UrlOption("harmless", why=_JVM),
    "unknownLength": UrlOption("harmless", why=_JVM),
    "receiveBufferSize": UrlOption("harmless", why=_JVM),
    "sendBufferSize": UrlOption("harmless", why=_JVM),
    "cancelSignalTimeout": UrlOption("harmless", why="a cancel is waited for 5 seconds"),
    "quoteReturningIdentifiers": UrlOption("harmless", why=_JVM),
    "xmlFactoryFactory": UrlOption("harmless", why=_JVM),
    "readOnlyMode": UrlOption("harmless", why=_JVM),
    "replication": UrlOption("refused", why="a replication session runs no migration", fix="leave it out"),
    "protocolVersion": UrlOption("harmless", why="version 3 is spoken"),
    "readOnly": UrlOption("refused", why="a migration writes", fix="leave it out"),
    # libpq's
    "sslmode": UrlOption("honoured"),
    "sslrootcert": UrlOption("honoured"),
    "sslcert": UrlOption("honoured"),
    "sslkey": UrlOption("honoured"),
    "sslpassword": UrlOption("honoured"),
    "sslcrl": UrlOption("honoured"),
    "sslcrldir": UrlOption("honoured"),
    "sslsni": UrlOption("honoured"),
    "sslnegotiation": UrlOption("honoured"),
    "sslcertmode": UrlOption("honoured"),
    "ssl_min_protocol_version": UrlOption("honoured"),
    "ssl_max_protocol_version": UrlOption("honoured"),
    "sslResponseTimeout": UrlOption("harmless", why="the connect timeout is for all of it"),
    "require_auth": UrlOption("honoured"),
    "requireAuth": UrlOption("honoured", "require_auth"),
    "channelBinding": UrlOption("honoured", "channel_binding"),
    "channel_binding": UrlOption("honoured"),
    "gssencmode": UrlOption("honoured"),
    "krbsrvname": UrlOption("honoured"),
    "application_name": UrlOption("honoured"),
    "connect_timeout": UrlOption("honoured"),
    "options": UrlOption("honoured"),
    "search_path": UrlOption("honoured"),
    "target_session_attrs": UrlOption("honoured"),
    "keepalives": UrlOption("honoured"),
    "keepalives_idle": UrlOption("honoured"),
    "keepalives_interval": UrlOption("honoured"),
    "keepalives_count": UrlOption("honoured"),
    "tcp_user_timeout": UrlOption("honoured"),
    "load_balance_hosts": UrlOption("honoured"),
    "client_encoding": UrlOption("refused", why="text is always sent as UTF-8"),
}


def libpq_options(login: Login, keep: "Keep | None" = None) -> dict[str, str]:
    """The URL's options and the login's TLS material in libpq's words. Raises InputError for what is refused or unknown.

    `keep` makes the files that libpq wants for certificates and keys; unless said they are in our memory.
    """
    options, _ = honoured_options(login.url, URL_OPTIONS)
    server_options = [options.pop("options")] if "options" in options else []
    if "search_path" in options:
        server_options.append(f"-c search_path={options.pop('search_path').replace(' ', '')}")
    if server_options:
        options["options"] = " ".join(server_options)
    if "ssl" in options:
        wants_tls = options.pop("ssl").lower() in ("true", "")
        options.setdefault("sslmode", "verify-full" if wants_tls else "prefer")
    if "target_server" in options:
        options["target_session_attrs"] = _target(login, options.pop("target_server"))
    timeouts = [options.pop(name) for name in ("connect_timeout", "login_timeout") if name in options]
    options["connect_timeout"] = str(min((int(text) for text in timeouts if text.isdigit() and int(text)), default=login.connect_timeout_s))
    options.setdefault("application_name", login.application)
    if login.access is not None or login.by_token or options.keys() & _FILES or options.get("sslmode", "").startswith("verify"):
        from bascule.engine.dialects.postgresql.tls import with_tls

        options = with_tls(options, login, keep)
    return options


_FILES = {"sslrootcert", "sslcert", "sslkey"}


def server(login: Login) -> dict[str, str | None]:
    """Host, port and database in libpq's words; `hostaddr` is where a tunnel begins, while `host` stays what the certificate must name."""
    url = login.url
    servers = ((url.host, url.port), *url.also)
    words = {
        "host": ",".join(host for host, _ in servers),
        "port": ",".join(str(port) for _, port in servers),
        "dbname": url.database or None,
    }
    return words if login.via is None else {**words, "hostaddr": login.via[0], "port": str(login.via[1])}


_TARGETS = {"any": "any", "primary": "read-write", "master": "read-write"}


def _target(login: Login, wanted: str) -> str:
    """pgJDBC's `targetServerType`. Those that lead to a standby are refused: a migration writes."""
    if wanted.lower() in _TARGETS:
        return _TARGETS[wanted.lower()]
    what = f"'{wanted}' is not a value of the URL option 'targetServerType'"
    raise InputError(Problem(code="CFG-015", what=what, where=login.url.shown, why="a migration writes", fix="primary, or any"))
