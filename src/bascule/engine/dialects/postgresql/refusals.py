"""What libpq and PostgreSQL (and PgBouncer before it) say when they do not let us in."""

import msgspec

from bascule.core.problems import Problem
from bascule.engine.dialects import refusals as r
from bascule.engine.dialects.connecting import Login

TERMS = {
    "product": "PostgreSQL",
    "listens": "listen_addresses",
    "entry": "a line for it in pg_hba.conf",
    "grant": "GRANT CONNECT ON DATABASE …",
    "limit": "max_connections",
    "primary": "; for several servers add targetServerType=primary",
    "tls_on": "ssl = on, with ssl_cert_file and ssl_key_file",
    "tls_off": "sslmode=disable",
    "tls_require": "sslmode=require",
    "verify_full": "sslmode=verify-full with sslrootcert",
    "verify_ca": "sslmode=verify-ca",
    "ca": "sslrootcert in the URL, or the connector's CA certificate",
    "system_ca": "sslrootcert=system",
    "client": "sslcert and sslkey in the URL, or the connector's client certificate and key",
    "unlock": "ALTER ROLE … LOGIN VALID UNTIL 'infinity'",
    "map": "GRANT rds_iam TO …, or the cloud's own way to make it a user",
}

TABLE = (
    r.Refusal(r.FORWARDS_NOTHING, r"administratively prohibited"),
    r.Refusal(r.UNKNOWN_HOST, r"could not translate host name|failed to resolve host|name or service not known|no address|failure in name"),
    r.Refusal(r.NO_CA_FILE, r"root certificate file .* does not exist|could not get home directory to locate root certificate"),
    r.Refusal(r.BAD_KEY, r"private key|certificate does not match|could not read (root )?certificate file|bad decrypt|key values mismatch"),
    r.Refusal(r.CLIENT_CERTIFICATE_MISSING, r"requires a valid client certificate|alert certificate required"),
    r.Refusal(r.CLIENT_CERTIFICATE_REFUSED, r"certificate authentication failed|client certificate"),
    r.Refusal(r.CLIENT_CERTIFICATE_REFUSED, r"alert (unknown ca|bad certificate|certificate (expired|revoked|unknown))"),
    r.Refusal(r.WRONG_NAME, r"server certificate for .* does not match host name|hostname mismatch|ip address mismatch"),
    r.Refusal(r.EXPIRED, r"certificate has expired|certificate is not yet valid"),
    r.Refusal(r.REVOKED, r"certificate revoked"),
    r.Refusal(r.UNKNOWN_CA, r"certificate verify failed|self.signed certificate|unable to get (local )?issuer"),
    r.Refusal(r.NO_TLS, r"server does not support ssl"),
    r.Refusal(r.NOT_FROM_HERE, r"pg_hba\.conf.* ssl (encryption|on)\b"),
    r.Refusal(r.TLS_DEMANDED, r"pg_hba\.conf.* (no encryption|ssl off)|requires? (ssl|encryption|tls)|ssl (is )?required"),
    r.Refusal(r.NOT_FROM_HERE, r"pg_hba\.conf"),
    r.Refusal(r.POOLER, r"unsupported startup parameter|no such database|pgbouncer|query_wait_timeout|no more connections allowed"),
    r.Refusal(r.POOLER, r"server login has been failing|tenant or user not found"),
    r.Refusal(r.WRONG_PASSWORD, r"(password|pam|ldap|radius) authentication failed|no password supplied"),
    r.Refusal(r.LOCKED_OUT, r"is not permitted to log in"),
    r.Refusal(r.DATABASE_DENIED, r"permission denied for database|is not currently accepting connections"),
    r.Refusal(r.NO_DATABASE, r"database .* does not exist"),
    r.Refusal(r.UNKNOWN_USER, r"(role|user) .* does not exist"),
    r.Refusal(r.TOO_MANY, r"too many (connections|clients)|remaining connection slots"),
    r.Refusal(r.STARTING, r"the database system is (starting|shutting|in recovery|not (yet )?accepting)"),
    r.Refusal(r.READ_ONLY, r"session is (read-only|not read-write)|server is in hot standby mode|session is not writable"),
    r.Refusal(r.OTHER_METHOD, r"authentication method .* not supported|gssapi|sspi|kerberos|oauth|scram authentication requires"),
    r.Refusal(r.OTHER_METHOD, r"(peer|ident) authentication failed"),
    r.Refusal(r.NOBODY_LISTENS, r"connection refused|no such file or directory"),
    r.Refusal(r.NO_ANSWER, r"time(d )?out|no route to host|network is unreachable|host is unreachable"),
    r.Refusal(r.OTHER_PROTOCOL, r"expected authentication request|invalid response|unsupported frontend protocol"),
    r.Refusal(r.HUNG_UP, r"server closed the connection|connection reset|could not receive data|unexpected eof|syscall error"),
    r.Refusal(r.TLS_FAILED, r"ssl|tls|certificate"),
)
"""The first that fits: TLS before logins, since a server that wants a certificate says so in words of both."""


def unreachable(login: Login, said: str, *, certificate: bool = False) -> Problem:
    """What to tell for libpq's message; `certificate` is whether we showed one."""
    found = r.problem_of(TABLE, login, said, TERMS)
    if certificate and found.code == r.WRONG_PASSWORD.code:
        fix = f"{found.fix}; the server says the same of a client certificate whose common name is not that user's (clientcert=verify-full)"
        return msgspec.structs.replace(found, fix=fix)
    return found


def read_only(login: Login, said: str | None = None) -> Problem:
    """What to tell when a standby answers."""
    return r.fill(r.READ_ONLY, login, TERMS, said)
