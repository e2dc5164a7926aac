"""The `database.*` properties that changelogs may refer to, as Liquibase 4.28 defines them."""

import re

from bascule.engine.schema import Column
from bascule.engine.target import Target

_VERSION = re.compile(r" \d.*", re.DOTALL)
_UNKNOWN_VERSION = 999
"""What a version is taken for where no server tells it."""


def built_in_properties(target: Target) -> dict[str, str]:
    """What has no value on this database is left out: then `${name}` stays as it is written."""
    at, traits, dialect = target.at, target.dialect.traits, target.dialect
    schema = at.default_schema
    catalog = at.default_catalog or (schema if traits.schema_is_catalog else None)
    major, minor, *_ = (*at.server_version, _UNKNOWN_VERSION, _UNKNOWN_VERSION)
    defers = "initiallyDeferred" not in dialect.support.refuses.get("addForeignKeyConstraint", ())
    values: dict[str, str | int | bool | None] = {
        "autoIncrementClause": dialect.ddl.auto_increment(Column(name="")),
        "currentDateTimeFunction": traits.current_timestamp,
        "databaseChangeLogLockTableName": at.lock_table,
        "databaseChangeLogTableName": at.history_table,
        "databaseMajorVersion": major,
        "databaseMinorVersion": minor,
        "databaseProductName": _VERSION.split(target.facts.product)[0],
        "databaseProductVersion": ".".join(str(part) for part in at.server_version) or None,
        "defaultCatalogName": catalog,
        "defaultSchemaName": schema,
        "defaultSchemaNamePrefix": f".{schema}" if schema else "",
        "isSafeToRunUpdate": "localhost" in target.settings.url.shown,
        "lineComment": traits.line_comment,
        "liquibaseSchemaName": target.settings.history_schema or schema,
        "requiresPassword": True,
        "requiresUsername": True,
        "supportsForeignKeyDisable": traits.schema_is_catalog,
        "supportsInitiallyDeferrableColumns": defers,
        "supportsRestrictForeignKeys": traits.restricts_foreign_keys,
        "supportsSchemas": traits.supports_schemas,
        "supportsSequences": traits.supports_sequences,
        "supportsTablespaces": traits.supports_tablespaces,
        "typeName": traits.short_name or dialect.name,
    }
    return {f"database.{name}": _text(value) for name, value in values.items() if value is not None}


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
