"""PostgreSQL's URL options, pgJDBC's and libpq's: what becomes of each."""

from bascule.engine.dialects.connecting import Login, UrlOption, honoured_options

_JVM = "it steers the Java driver only"

URL_OPTIONS: dict[str, UrlOption] = {
    # pgJDBC's
    "currentSchema": UrlOption("honoured", "search_path"),
    "ssl": UrlOption("honoured"),
    "ApplicationName": UrlOption("honoured", "application_name"),
    "connectTimeout": UrlOption("honoured", "connect_timeout"),
    "loginTimeout": UrlOption("honoured", "connect_timeout"),
    "targetServerType": UrlOption("refused", why="a migration goes to one named server; use target_session_attrs"),
    "socketFactory": UrlOption("refused", why="a Java class cannot be loaded here"),
    "sslfactory": UrlOption("refused", why="a Java class cannot be loaded here; use sslmode and sslrootcert"),
    "authenticationPluginClassName": UrlOption("refused", why="a Java class cannot be loaded here"),
    "kerberosServerName": UrlOption("honoured", "krbsrvname"),
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
    "readOnly": UrlOption("refused", why="a migration writes"),
    # libpq's
    "sslmode": UrlOption("honoured"),
    "sslrootcert": UrlOption("honoured"),
    "sslcert": UrlOption("honoured"),
    "sslkey": UrlOption("honoured"),
    "sslpassword": UrlOption("honoured"),
    "sslcrl": UrlOption("honoured"),
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
    "client_encoding": UrlOption("refused", why="text is always sent as UTF-8"),
}


def libpq_options(login: Login) -> dict[str, str]:
    """The URL's options in libpq's words. Raises InputError for those that are refused or unknown."""
    options, _ = honoured_options(login.url, URL_OPTIONS)
    server_options = [options.pop("options")] if "options" in options else []
    if "search_path" in options:
        server_options.append(f"-c search_path={options.pop('search_path').replace(' ', '')}")
    if server_options:
        options["options"] = " ".join(server_options)
    if "ssl" in options:
        wants_tls = options.pop("ssl").lower() in ("true", "")
        options.setdefault("sslmode", "verify-full" if wants_tls else "prefer")
    options.setdefault("connect_timeout", str(login.connect_timeout_s))
    options.setdefault("application_name", login.application)
    return options
