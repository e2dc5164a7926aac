"""What the catalog shows of one object, as the change that makes or undoes it."""

from collections.abc import Iterable, Iterator

from bascule.engine import operations as ops
from bascule.engine.dialects.base import Dialect, RenderContext
from bascule.engine.dialects.values import string
from bascule.engine.schema import (
    Check,
    Column,
    Extension,
    ForeignKey,
    Index,
    Name,
    Routine,
    RowPolicy,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
)
from bascule.engine.written.build import columns, element
from bascule.engine.written.element import Element

QUOTED = RenderContext(quoting="QUOTE_ALL_OBJECTS")
"""How the SQL of `sql` changes is rendered: every name quoted, none with a schema."""


def sql(text: str) -> Element:
    """A statement that no change type has words for."""
    return element("sql", sql=text, splitStatements=False)


def sql_of(operation: ops.Operation, dialect: Dialect) -> Iterator[Element]:
    return (sql(statement.text) for statement in dialect.render(operation, QUOTED))


def quoted(name: str, dialect: Dialect) -> str:
    return dialect.ddl.identifier(name, QUOTED)


# Tables


def create_table(table: Table, dialect: Dialect) -> Element:
    """With its primary key, where the key's columns stand in the table's order; `adds_key` tells."""
    if table.only_by_definition:
        return sql(f"CREATE TABLE {quoted(table.name.name, dialect)} {table.definition}")
    whole = dialect.ddl.whole_table(table)
    if whole is not None:
        return sql(whole)
    key = table.primary_key if not adds_key(table) else None
    items = [
        column(own, dialect, key_name=key.name if key else None, keyed=key is not None and own.name in key.columns) for own in table.columns
    ]
    return element("createTable", [columns(items)], tableName=table.name.name, remarks=table.remarks)


def adds_key(table: Table) -> bool:
    """Whether the primary key takes a change of its own."""
    key = table.primary_key
    if key is None or table.only_by_definition:
        return False
    return key.definition is not None or list(key.columns) != [column.name for column in table.columns if column.name in key.columns]


def column(own: Column, dialect: Dialect, *, key_name: str | None = None, keyed: bool = False) -> Element:
    constraints = element(
        "constraints",
        nullable=False if own.nullable is False else None,
        primaryKey=True if keyed else None,
        primaryKeyName=key_name if keyed else None,
    )
    return element(
        "column",
        [constraints] if constraints.attributes else [],
        name=own.name,
        type=type_of(own, dialect),
        autoIncrement=True if own.auto_increment else None,
        generationType=own.generation_type,
        startWith=own.start_with,
        incrementBy=own.increment_by,
        defaultValueComputed=default_of(own, dialect),
        remarks=own.remarks,
    )


def add_columns(table: Name, added: Iterable[Column], dialect: Dialect) -> Iterator[Element]:
    """In their order, generated ones behind what they are made of: together, but for those that addColumn has not the words for."""
    together: list[Element] = []
    for own in sorted(added, key=lambda column: column.is_generated):
        whole = dialect.ddl.whole_column(table, own)
        if whole is None:
            together.append(column(own, dialect))
            continue
        if together:
            yield element("addColumn", [columns(together)], tableName=table.name)
        together = []
        yield sql(whole)
    if together:
        yield element("addColumn", [columns(together)], tableName=table.name)


def type_of(own: Column, dialect: Dialect) -> str:
    return dialect.types.render(own.type or "")


def default_of(own: Column, dialect: Dialect) -> str | None:
    """In parentheses where the bare words would be read as the dialect's own for the present moment."""
    if own.default is None or own.default.text is None:
        return None
    return own.default.text if dialect.ddl.default(own.default, None, QUOTED) == own.default.text else f"({own.default.text})"


def add_primary_key(table: Table, dialect: Dialect) -> Element:
    key = table.primary_key
    assert key is not None  # noqa: S101 - the caller looked
    if key.definition is not None:
        return add_constraint(table.name, key.name, key.definition, dialect)
    return element("addPrimaryKey", tableName=table.name.name, columnNames=", ".join(key.columns), constraintName=key.name)


def add_constraint(table: Name, name: str | None, definition: str, dialect: Dialect) -> Element:
    named = f"CONSTRAINT {quoted(name, dialect)} " if name else ""
    return sql(f"ALTER TABLE {quoted(table.name, dialect)} ADD {named}{definition}")


def add_unique(table: Name, unique: Unique, dialect: Dialect) -> Element:
    if unique.definition is not None:
        return add_constraint(table, unique.name, unique.definition, dialect)
    return element(
        "addUniqueConstraint",
        tableName=table.name,
        columnNames=", ".join(unique.columns),
        constraintName=unique.name,
        deferrable=unique.deferrable,
        initiallyDeferred=unique.initially_deferred,
    )


def add_foreign_key(table: Name, key: ForeignKey, dialect: Dialect) -> Element:
    if key.definition is not None:
        return add_constraint(table, key.name, key.definition, dialect)
    return element(
        "addForeignKeyConstraint",
        baseTableName=table.name,
        baseColumnNames=", ".join(key.columns),
        constraintName=key.name,
        referencedTableSchemaName=key.references.table.schema,
        referencedTableName=key.references.table.name,
        referencedColumnNames=", ".join(key.references.columns),
        onDelete=key.on_delete,
        onUpdate=key.on_update,
        deferrable=key.deferrable,
        initiallyDeferred=key.initially_deferred,
    )


def create_index(index: Index) -> Element:
    if index.definition is not None:
        return sql(index.definition)
    items = [element("column", name=own.name, descending=own.descending) for own in index.columns]
    return element("createIndex", [columns(items)], tableName=index.table.name, indexName=index.name, unique=index.unique or None)


def add_check(table: Name, check: Check, dialect: Dialect) -> Element:
    return add_constraint(table, check.name, f"CHECK {check.expression}", dialect)


# Views and sequences


def create_view(view: View, dialect: Dialect) -> Iterator[Element]:
    if not view.materialised and view.definition is None:
        yield element("createView", viewName=view.name.name, selectQuery=view.query, fullDefinition=False, remarks=view.remarks)
        return
    kind, name = "MATERIALIZED VIEW" if view.materialised else "VIEW", quoted(view.name.name, dialect)
    yield sql(view.definition or f"CREATE {kind} {name} AS {view.query}")
    if view.remarks:
        yield sql(f"COMMENT ON {kind} {name} IS {string(view.remarks)}")
    yield from map(create_index, view.indexes)


def drop_view(view: View, dialect: Dialect) -> Element:
    if view.materialised:
        return sql(f"DROP MATERIALIZED VIEW {quoted(view.name.name, dialect)}")
    return element("dropView", viewName=view.name.name)


def create_sequence(sequence: Sequence) -> Element:
    return element("createSequence", startValue=sequence.start, **_sequence_facts(sequence))


def alter_sequence(before: Sequence, wanted: Sequence, dialect: Dialect) -> Iterator[Element]:
    """Bounds that are no longer set and another start have no words in alterSequence."""
    resets = [
        word
        for word, was, now in (("NO MINVALUE", before.minimum, wanted.minimum), ("NO MAXVALUE", before.maximum, wanted.maximum))
        if was is not None and now is None
    ]
    if before.start != wanted.start:
        resets.append(f"START WITH {wanted.start}")
    if resets:
        yield sql(f"ALTER SEQUENCE {quoted(wanted.name.name, dialect)} {' '.join(resets)}")
    yield element("alterSequence", **{**_sequence_facts(wanted), "cycle": wanted.cycle or False})


def _sequence_facts(sequence: Sequence) -> dict[str, str | int | bool | None]:
    return {
        "sequenceName": sequence.name.name,
        "incrementBy": sequence.increment,
        "minValue": sequence.minimum,
        "maxValue": sequence.maximum,
        "cacheSize": sequence.cache,
        "cycle": sequence.cycle,
        "dataType": sequence.type,
    }


def own_sequence(sequence: Sequence, dialect: Dialect) -> Element:
    """The sequence goes when its column goes."""
    table, owner = sequence.owned_by or ("", "")
    return sql(f"ALTER SEQUENCE {quoted(sequence.name.name, dialect)} OWNED BY {quoted(table, dialect)}.{quoted(owner, dialect)}")


# Code


def create_routine(routine: Routine, dialect: Dialect) -> Iterator[Element]:
    yield sql(routine.definition)
    if routine.remarks:
        yield routine_remarks(routine, dialect)


def drop_routine(routine: Routine, dialect: Dialect) -> Element:
    return sql(dialect.ddl.routine_dropped(routine.kind, routine_name(routine, dialect)))


def routine_remarks(routine: Routine, dialect: Dialect) -> Element:
    return sql(f"COMMENT ON {routine.kind.upper()} {routine_name(routine, dialect)} IS {string(routine.remarks or '')}")


def routine_name(routine: Routine, dialect: Dialect) -> str:
    """With the types that tell it from others of its name, where there can be such."""
    name = quoted(routine.name.name, dialect)
    if not dialect.ddl.overloads:
        return name
    return f"{name}({routine.arguments or ('*' if routine.kind == 'aggregate' else '')})"


def create_trigger(trigger: Trigger, dialect: Dialect) -> Iterator[Element]:
    table, name = quoted(trigger.table.name, dialect), quoted(trigger.name.name, dialect)
    yield sql(trigger.definition)
    if trigger.enabled is not None:
        firing = "DISABLE" if trigger.enabled == "disabled" else f"ENABLE {trigger.enabled.upper()}"
        yield sql(f"ALTER TABLE {table} {firing} TRIGGER {name}")
    if trigger.remarks:
        yield sql(f"COMMENT ON TRIGGER {name} ON {table} IS {string(trigger.remarks)}")


def drop_trigger(trigger: Trigger, dialect: Dialect) -> Element:
    on = f" ON {quoted(trigger.table.name, dialect)}" if dialect.ddl.triggers_by_table else ""
    return sql(f"DROP TRIGGER {quoted(trigger.name.name, dialect)}{on}")


# Whose rows


def row_security(table: Table, before: str | None, dialect: Dialect) -> Iterator[Element]:
    begun = f"ALTER TABLE {quoted(table.name.name, dialect)}"
    if (table.row_security is None) != (before is None):
        yield sql(f"{begun} {'ENABLE' if table.row_security else 'DISABLE'} ROW LEVEL SECURITY")
    if (table.row_security == "forced") != (before == "forced"):
        yield sql(f"{begun} {'FORCE' if table.row_security == 'forced' else 'NO FORCE'} ROW LEVEL SECURITY")


def create_policy(table: Name, policy: RowPolicy, dialect: Dialect) -> Element:
    roles = ", ".join(dialect.ddl.grantee(role) for role in policy.roles)
    parts = [
        f"CREATE POLICY {quoted(policy.name, dialect)} ON {quoted(table.name, dialect)}",
        "" if policy.permissive else "AS RESTRICTIVE",
        f"FOR {policy.command} TO {roles}",
        f"USING ({policy.using})" if policy.using is not None else "",
        f"WITH CHECK ({policy.check})" if policy.check is not None else "",
    ]
    return sql(" ".join(part for part in parts if part))


def drop_policy(table: Name, policy: RowPolicy, dialect: Dialect) -> Element:
    return sql(f"DROP POLICY {quoted(policy.name, dialect)} ON {quoted(table.name, dialect)}")


# Extensions


def create_extension(extension: Extension, dialect: Dialect) -> Element:
    return sql(f"CREATE EXTENSION IF NOT EXISTS {quoted(extension.name, dialect)}")


def drop_extension(extension: Extension, dialect: Dialect) -> Element:
    return sql(f"DROP EXTENSION {quoted(extension.name, dialect)}")
