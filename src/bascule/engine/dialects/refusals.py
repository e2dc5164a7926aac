"""Why a database was not reached, in the same words for all of them: what is wrong, and what to change. Imported when that happened.

Before a session exists a driver has few codes, so its words are read. A dialect's own table tells which of its words mean what.
"""

import re
from collections.abc import Iterable

import msgspec

from bascule.core.problems import Problem
from bascule.engine.dialects.connecting import Login

UNKNOWN_HOST = Problem(
    code="CON-020", what="the host '{host}' is not known", fix="check its spelling in the URL, and the DNS of the machine that connects"
)
NOBODY_LISTENS = Problem(
    code="CON-021",
    what="nothing listens at {place}",
    fix="check host and port in the URL, that the server runs, and that it listens on that address ({listens})",
)
NO_ANSWER = Problem(
    code="CON-022",
    what="the server at {place} did not answer in time",
    fix="open the way: a firewall or security group drops packets like this, and the port of another program may keep silent",
)
WRONG_PASSWORD = Problem(
    code="CON-023",
    what="the server at {place} refused the login of user '{user}'",
    fix="check user and password (--username and --password, or the connector's secrets)",
)
UNKNOWN_USER = Problem(code="CON-024", what="there is no user '{user}' at {place}", fix="create it there, or correct the user's name")
NOT_FROM_HERE = Problem(
    code="CON-025", what="the server at {place} does not let user '{user}' in from this machine", fix="ask for {entry} there"
)
NO_DATABASE = Problem(code="CON-026", what="there is no database '{database}' at {place}", fix="create it first, or correct the URL")
DATABASE_DENIED = Problem(
    code="CON-027",
    what="user '{user}' may not enter the database '{database}' at {place}",
    fix="grant it ({grant}), or correct the database's name in the URL",
)
TOO_MANY = Problem(
    code="CON-028",
    what="the server at {place} has no connection left",
    fix="end idle sessions, raise the limit ({limit}), or give the user a higher one; a migration needs two sessions",
)
READ_ONLY = Problem(
    code="CON-029",
    what="the server at {place} is read-only: a replica, or set so",
    fix="give the URL of the primary{primary}",
)
NO_TLS = Problem(
    code="CON-030",
    what="the server at {place} offers no TLS, which the connection asks for",
    fix="turn TLS on there ({tls_on}), or off here where the network is trusted ({tls_off})",
)
UNKNOWN_CA = Problem(
    code="CON-031",
    what="the certificate of {place} is not signed by an authority that is trusted here",
    fix="give the certificate of the authority that signed it ({ca}), the whole chain where there are several",
)
WRONG_NAME = Problem(
    code="CON-032",
    what="the certificate of {place} is for another name",
    fix="write the certificate's name as host in the URL, have one issued for '{host}', or check the authority only ({verify_ca})",
)
EXPIRED = Problem(
    code="CON-033",
    what="a certificate has expired or is not valid yet, at {place}",
    fix="renew the server's certificate (or the authority's), and check the clock of the machine that connects",
)
REVOKED = Problem(
    code="CON-034", what="the certificate of {place} is revoked", fix="have a new one issued for the server; do not go on with this one"
)
CLIENT_CERTIFICATE_MISSING = Problem(
    code="CON-035",
    what="the server at {place} wants a client certificate",
    fix="give certificate and key of user '{user}' ({client})",
)
CLIENT_CERTIFICATE_REFUSED = Problem(
    code="CON-036",
    what="the server at {place} does not take the client certificate",
    fix="use one that the server's authority signed, that has not expired and is not revoked, and whose common name is what the user "
    "'{user}' is mapped to",
)
BAD_KEY = Problem(
    code="CON-037",
    what="the client certificate or its key cannot be used",
    fix="both in PEM, the key the certificate's own and readable by its owner alone (chmod 600), with its passphrase where it is encrypted",
)
NO_CA_FILE = Problem(
    code="CON-038",
    what="no authority is named that the certificate of {place} is to be checked against",
    fix="give its certificate ({ca}), trust the system's ({system_ca}), or lower the mode to require",
)
TLS_FAILED = Problem(
    code="CON-039",
    what="no TLS session with the server at {place}",
    fix="check that the port speaks TLS, and that both sides have a version and a cipher in common",
)
STARTING = Problem(code="CON-040", what="the server at {place} is starting or stopping", fix="wait until it is up, then try again")
TLS_DEMANDED = Problem(
    code="CON-041", what="the server at {place} takes user '{user}' over TLS only", fix="ask for TLS: {tls_require} or better {verify_full}"
)
HUNG_UP = Problem(
    code="CON-042",
    what="the server at {place} hung up",
    fix="check that the port is the database's, look into the server's log, and into that of a proxy, pooler or tunnel between",
)
POOLER = Problem(
    code="CON-043",
    what="a pooler at {place} does not let us through",
    fix="give the server's own address: a migration needs sessions of its own, which a pooler in transaction mode cannot give",
)
OTHER_PROTOCOL = Problem(
    code="CON-044", what="what answers at {place} is no {product}", fix="check the port, and the kind of database in the URL"
)
OTHER_METHOD = Problem(
    code="CON-045",
    what="the server at {place} wants user '{user}' to log in by a method that is not spoken here",
    fix="give the user a password, a certificate or a token to log in with, or use another user",
)
LOCKED_OUT = Problem(
    code="CON-046",
    what="the account of user '{user}' at {place} may not log in: locked, or its password expired",
    fix="unlock it or set a new password there ({unlock})",
)
FORWARDS_NOTHING = Problem(
    code="CON-054",
    what="the tunnel's host does not forward to {place}",
    fix="allow it there: AllowTcpForwarding and PermitOpen of its sshd, or permitopen of the key",
)
TOKEN_REFUSED = Problem(
    code="CON-067",
    what="the server at {place} refused the token of user '{user}'",
    fix="map the identity to the database user there ({map}), and check that the clock of the machine that connects is right",
)
NOT_CONNECTED = Problem(
    code="RUN-001", what="cannot connect to {product} at {place}", fix="check that the server runs and that the URL is right"
)


class Refusal(msgspec.Struct, frozen=True):
    """Words of a driver (a regular expression over them in lower case), or numbers of a server, and what they mean."""

    problem: Problem
    words: str = ""
    numbers: frozenset[int] = frozenset()

    def fits(self, said: str, number: int) -> bool:
        return number in self.numbers or bool(self.words and re.search(self.words, said))


def problem_of(table: Iterable[Refusal], login: Login, said: str, terms: dict[str, str], number: int = 0) -> Problem:
    """The problem for what a driver said; the first line of the table that fits. `terms` are the dialect's own words for the remedies."""
    lowered = _without_names(" ".join(said.lower().split()), login)
    found = next((row.problem for row in table if row.fits(lowered, number)), NOT_CONNECTED)
    if login.by_token and found in (WRONG_PASSWORD, OTHER_METHOD):
        found = TOKEN_REFUSED
    return fill(found, login, terms, why=" ".join(said.split()))


def _without_names(said: str, login: Login) -> str:
    """A host called pgbouncer, a user called kerberos: what is quoted of the login is no word of the driver's."""
    url = login.url
    for name in filter(None, (url.host, *(host for host, _ in url.also), login.username, url.database)):
        for quote in ("'", '"'):
            said = said.replace(f"{quote}{name.lower()}{quote}", quote * 2)
    return said


def fill(problem: Problem, login: Login, terms: dict[str, str], why: str | None = None) -> Problem:
    """One of the above, for this login."""
    url = login.url
    servers = ((url.host, url.port), *url.also)
    place = ", ".join(f"{host}:{port}" for host, port in servers)
    words = {"host": url.host, "place": place, "user": login.username or "", "database": url.database, **terms}
    return Problem(
        code=problem.code,
        what=problem.what.format_map(words),
        where=url.shown,
        why=why or None,
        fix=(problem.fix or "").format_map(words) or None,
    )
