"""What PyMySQL, MariaDB and MySQL say when they do not let us in."""

from bascule.core.problems import Problem
from bascule.engine.dialects import refusals as r
from bascule.engine.dialects.connecting import Login

TERMS = {
    "listens": "bind-address, skip-networking",
    "entry": "a user of that name whose host part covers this machine ('user'@'%')",
    "grant": "GRANT … ON database.* TO …",
    "limit": "max_connections, max_user_connections",
    "primary": "",
    "tls_on": "ssl_cert and ssl_key",
    "tls_off": "sslMode=disable",
    "tls_require": "sslMode=trust (MySQL: REQUIRED)",
    "verify_full": "sslMode=verify-full with sslCa",
    "verify_ca": "sslMode=verify-ca",
    "ca": "sslCa in the URL, or the connector's CA certificate",
    "system_ca": "sslMode=verify-full without sslCa",
    "client": "sslCert and sslKey in the URL, or the connector's client certificate and key",
    "unlock": "ALTER USER … ACCOUNT UNLOCK",
    "map": "AWSAuthenticationPlugin, or the cloud's own way to make it a user",
}


def _row(problem: Problem, words: str = "", *numbers: int) -> r.Refusal:
    return r.Refusal(problem, words, frozenset(numbers))


_NO_PASSWORD_LOGIN = Problem(
    code="CON-045",
    what="the server at {place} has no user '{user}' that logs in with a password from this machine",
    fix="create it; or where it logs in by unix_socket, ALTER USER … IDENTIFIED BY …; or name another user",
)

TABLE = (
    _row(r.FORWARDS_NOTHING, r"administratively prohibited"),
    _row(r.UNKNOWN_HOST, r"name or service not known|getaddrinfo|no address associated|temporary failure in name"),
    _row(r.NO_TLS, r"ssl is required but the server doesn't support it"),
    _row(r.TLS_DEMANDED, r"insecure transport", 3159),
    _row(r.WRONG_NAME, r"hostname mismatch|ip address mismatch|doesn't match|is not valid for"),
    _row(r.CLIENT_CERTIFICATE_MISSING, r"alert certificate required|alert handshake failure"),
    _row(r.CLIENT_CERTIFICATE_REFUSED, r"alert (unknown ca|bad certificate|certificate (expired|revoked|unknown))"),
    _row(r.EXPIRED, r"certificate has expired|certificate is not yet valid"),
    _row(r.REVOKED, r"certificate revoked"),
    _row(r.UNKNOWN_CA, r"certificate verify failed|self.signed certificate|unable to get (local )?issuer"),
    _row(r.NOT_FROM_HERE, r"is not allowed to connect", 1130),
    _row(r.OTHER_METHOD, r"authentication plugin|auth plugin|plugin .* (not|could not)", 1524, 2059),
    _row(_NO_PASSWORD_LOGIN, "", 1698),
    _row(r.LOCKED_OUT, r"account is locked|password has expired|account locked", 3118, 4151, 1862, 1820),
    _row(r.DATABASE_DENIED, "", 1044),
    _row(r.WRONG_PASSWORD, "", 1045),
    _row(r.NO_DATABASE, "", 1049),
    _row(r.TOO_MANY, r"too many connections", 1040, 1203, 1226),
    _row(r.NOT_FROM_HERE, r"is blocked because of many connection errors", 1129),
    _row(r.STARTING, r"server shutdown in progress", 1053),
    _row(r.READ_ONLY, "", 1290, 1836),
    _row(r.POOLER, r"maxscale|proxysql|max connect timeout reached|no available backend", 9001),
    _row(r.NOBODY_LISTENS, r"refused", 111),
    _row(r.NO_ANSWER, r"time(d )?out|no route to host|network is unreachable|host is unreachable"),
    _row(r.OTHER_PROTOCOL, r"packet sequence number wrong|unpack requires|index out of range|wrong version number|not enough values"),
    _row(r.HUNG_UP, r"lost connection|connection reset|broken pipe|eof occurred", 2013, 2006),
    _row(r.TLS_FAILED, r"ssl|tls"),
)


def unreachable(login: Login, said: str, number: int, *, certificate: bool = False) -> Problem:
    """What to tell for an error of the driver; `number` is the server's or the client library's, 0 without one.

    `certificate` is whether we showed one: with TLS 1.3 a server that does not like it hangs up after the handshake, often without a word.
    """
    found = r.problem_of(TABLE, login, said, _terms(login), number)
    if certificate and found.code == r.HUNG_UP.code:
        return r.fill(r.CLIENT_CERTIFICATE_REFUSED, login, _terms(login), found.why)
    return found


def missing_tls(login: Login) -> Problem:
    """The server does not offer what is asked for; the password was not sent."""
    return r.fill(r.NO_TLS, login, _terms(login))


def refused_over(login: Login, said: str, *, tls: bool, certificate: bool) -> Problem:
    """Error 1045 is all that these servers say: also of a user who must come over TLS, or with a certificate."""
    found = r.problem_of(TABLE, login, said, _terms(login), 1045)
    if tls and certificate:
        return found
    may_be = "REQUIRE X509 (sslCert and sslKey)" if tls else "REQUIRE SSL (sslMode=trust or better verify-full)"
    fix = f"{found.fix}; the server says the same of a user that has {may_be}"
    return Problem(code=found.code, what=found.what, where=found.where, why=found.why, fix=fix)


def read_only(login: Login, said: str | None = None) -> Problem:
    """What to tell when a replica answers."""
    return r.fill(r.READ_ONLY, login, _terms(login), said)


def _terms(login: Login) -> dict[str, str]:
    return {"product": "MySQL" if login.url.dialect == "mysql" else "MariaDB", **TERMS}
