"""Which server of the family it is, and how its catalog speaks."""

import msgspec

from bascule.engine.dialects.live import LiveConnection


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """What the reading of a catalog depends on."""

    is_mariadb: bool
    version: tuple[int, ...]
    schema: str
    user: str = ""
    """The account that looks, as a definer is written: `app@%`."""
    collation: str = ""
    """What the schema's tables get that name none."""
    usual_collation: str = ""
    """What a new schema of this server gets."""
    engine: str = "InnoDB"
    """What tables get that name none."""
    sql_mode: str = ""

    @property
    def quotes_defaults(self) -> bool:
        """Whether a default stands in the catalog as SQL; else a text stands there bare (MySQL, MariaDB before 10.2.7)."""
        return self.is_mariadb and self.version >= (10, 2, 7)

    @property
    def has_checks(self) -> bool:
        return self.version >= ((10, 2, 22) if self.is_mariadb else (8, 0, 16))


def server_of(connection: LiveConnection, schema: str | None) -> Server:
    ((name, version, user, collation, usual, engine, mode),) = connection.query(_FACTS, (schema,))
    return Server(
        is_mariadb="mariadb" in version.lower(),
        version=connection.server_version,
        schema=name,
        user=user,
        collation=collation_name(collation),
        usual_collation=collation_name(usual),
        engine=engine,
        sql_mode=mode,
    )


def collation_name(name: str) -> str:
    """`utf8` was what is called `utf8mb3` since MariaDB 10.6 and MySQL 8.0.30."""
    return f"utf8mb3{name.removeprefix('utf8')}" if name == "utf8" or name.startswith("utf8_") else name


_FACTS = """
    SELECT SCHEMA_NAME, VERSION(), CURRENT_USER(), DEFAULT_COLLATION_NAME, @@collation_server, @@default_storage_engine, @@sql_mode
    FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = COALESCE(%s, DATABASE())
"""
