"""Database URLs as users have them: JDBC's, the drivers' own, and `offline:`. Pure; the options are each driver's business."""

from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret

_SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mariadb": "mariadb",
    "mysql": "mysql",
    "sqlite": "sqlite",
}
_PORTS = {"postgresql": 5432, "mariadb": 3306, "mysql": 3306}
_CREDENTIAL_OPTIONS = ("user", "password")
_MODES = ("sequential", "loadbalance", "replication", "load-balance-read", "loadbalance-read")
TOKEN_OPTIONS = frozenset({"wrapperplugins", "iamregion", "iamhost", "iamdefaultport", "iamexpiration", "wrapperdialect", "enableiamauth"})
"""In lower case: what asks a cloud for a password (`access/wrapper.py`), not the driver."""


class Url(msgspec.Struct, frozen=True, kw_only=True):
    """A URL taken apart. `database` is the database's name, or the file of an SQLite one (`:memory:` included)."""

    dialect: str
    database: str
    host: str = ""
    port: int = 0
    also: tuple[tuple[str, int], ...] = ()
    """Further servers with the same database, tried in this order."""
    username: str | None = None
    password: Secret | None = None
    options: dict[str, str] = {}
    offline: bool = False
    shown: str
    """As written, less user and password: for people and events."""


def parse(text: str) -> Url:
    """`jdbc:postgresql://host:port/db?x=y`, `postgresql://user:password@host/db`, `jdbc:sqlite:file`, `offline:postgresql?…`.

    Raises InputError for anything else.
    """
    written = text.strip()
    bare = written[5:] if written.lower().startswith("jdbc:") else written
    scheme, colon, rest = bare.partition(":")
    if scheme.lower() == "aws-wrapper":
        scheme, colon, rest = rest.partition(":")
    if scheme.lower() == "offline" and colon:
        name, _, query = rest.partition("?")
        return Url(dialect=name.lower(), database="", options=dict(parse_qsl(query)), offline=True, shown=written)
    dialect = _SCHEMES.get(scheme.lower().partition("+")[0])
    if dialect is None or not colon:
        raise InputError(
            Problem(
                code="CFG-010",
                what=f"'{_without_credentials(written)}' is not a database URL that we know",
                why=f"known are {', '.join(sorted(set(_SCHEMES.values())))} and offline:NAME",
                fix="write jdbc:postgresql://host:port/database or postgresql://host:port/database",
            )
        )
    if dialect == "sqlite":
        return _sqlite(written, rest)
    return _server(written, dialect, rest)


def _sqlite(written: str, rest: str) -> Url:
    """`jdbc:sqlite:file`, `sqlite:file`, and `sqlite:///file` (three slashes relative, four absolute, as SQLAlchemy reads them)."""
    path, _, query = rest.partition("?")
    if path.startswith("///"):
        path = path[3:]
    elif path.startswith("//"):
        path = path[2:]
    return Url(dialect="sqlite", database=unquote(path) if "%" in path else path, options=dict(parse_qsl(query)), shown=written)


def _server(written: str, dialect: str, rest: str) -> Url:
    """The two-slash form; JDBC's one-slash `jdbc:postgresql:database` means the local server."""
    mode, colon, after = rest.partition(":")
    if colon and mode.lower() in _MODES:
        if mode.lower() != "sequential":
            what, why = f"the URL '{_without_credentials(written)}' cannot be read", f"'{mode}' spreads work over servers"
            raise InputError(Problem(code="CFG-011", what=what, why=why, fix="name the server to migrate, without that word"))
        rest = after
    if not rest.startswith("//"):
        rest = f"//localhost/{rest.lstrip('/')}"
    first, also = _servers(rest)
    try:
        parts = urlsplit(f"{dialect}:{first}")
        port = parts.port or _PORTS[dialect]
        others = [urlsplit(f"//{server}") for server in also]
        more = tuple((other.hostname or "localhost", other.port or _PORTS[dialect]) for other in others)
    except ValueError as error:
        problem = Problem(code="CFG-011", what=f"the URL '{_without_credentials(written)}' cannot be read", why=str(error))
        raise InputError(problem) from error
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    username = unquote(parts.username) if parts.username else options.get("user")
    password = unquote(parts.password) if parts.password else options.get("password")
    return Url(
        dialect=dialect,
        database=unquote(parts.path.lstrip("/")),
        host=parts.hostname or "localhost",
        port=port,
        also=more,
        username=username,
        password=Secret(password) if password is not None else None,
        options={name: value for name, value in options.items() if name not in _CREDENTIAL_OPTIONS},
        shown=_without_credentials(written),
    )


def _servers(rest: str) -> tuple[str, list[str]]:
    """`//one:1,two:2/db` as `//one:1/db` and the others."""
    end = next((place for place, character in enumerate(rest) if place > 1 and character in "/?"), len(rest))
    user, at, servers = rest[2:end].rpartition("@")
    one, *others = servers.split(",")
    return f"//{user}{at}{one}{rest[end:]}", others


def _without_credentials(text: str) -> str:
    """The URL less `user:password@` and less the options that are secret or name the user."""
    head, slashes, tail = text.partition("//")
    authority, slash, path = tail.partition("/")
    location = head + slashes + authority.rpartition("@")[2] + slash + path
    base, mark, query = location.partition("?")
    kept = [part for part in query.split("&") if part and not _is_secret(part)]
    return base + (mark + "&".join(kept) if kept else "")


def _is_secret(part: str) -> bool:
    """Who logs in; any password: of the user, of a key, of the key stores that Java's drivers take; and a key itself."""
    option, _, value = part.partition("=")
    return option.lower() == "user" or option.lower().endswith("password") or ("-----BEGIN" in value and "PRIVATE" in value)
