"""Changes as hypothesis draws them, for every change type that has an automatic rollback, over one base schema.

What is drawn is meant to be accepted by the server: a refused update is a failure of the test, not an example to skip.
"""

import re
from collections.abc import Callable

from hypothesis import strategies as st

from bascule.engine.written.build import columns, element
from bascule.engine.written.element import Element

TABLES = ("person", "Mixed Case", "order", "naïve 名")
"""All with the same columns; `select` and `Né` are there so that columns have such names, too."""
COLUMNS = ("id", "name", "age", "select", "Né à")
TYPES = {"id": "int", "name": "varchar(40)", "age": "int", "select": "varchar(10)", "Né à": "decimal(8,2)"}
VIEW, SEQUENCE, TRIGGER, SLEEPING = "Known View", "known_seq", "Known Trigger", "asleep"

Make = Callable[["Drawn"], Element]

_LETTERS = "abcxyzABCXYZ0189_ éßñ名字-$%'\"`"
_RESERVED = ("order", "select", "User", "GROUP", "table", "from", "key", "where")
"""Quoted by every strategy, but on SQLite, where LEGACY leaves them bare as Liquibase does and the server refuses them."""
_CAPITALS = re.compile(r"[A-Z_][A-Z0-9_]*")
_TYPED_DEFAULTS: dict[str, tuple[dict[str, object], ...]] = {
    "int": ({"defaultValueNumeric": 7}, {"defaultValueNumeric": "-12"}, {"defaultValueNumeric": 0}),
    "bigint": ({"defaultValueNumeric": 9007199254740993},),
    "smallint": ({"defaultValueNumeric": 3},),
    "varchar(40)": ({"defaultValue": "x"}, {"defaultValue": "it's"}, {"defaultValue": ""}, {"defaultValue": "né 名 %s"}),
    "char(5)": ({"defaultValue": "abc"},),
    "decimal(8,2)": ({"defaultValueNumeric": "1.50"}, {"defaultValueNumeric": "0.25"}),
    "double": ({"defaultValueNumeric": "2.5"},),
    "boolean": ({"defaultValueBoolean": True}, {"defaultValueBoolean": False}),
    "date": ({"defaultValueDate": "2024-02-29"},),
    "timestamp": ({"defaultValueComputed": "CURRENT_TIMESTAMP"},),
    "time": (),
    "clob": (),
    "blob": (),
}


class Drawn:
    """The choices of one example."""

    def __init__(self, data: st.DataObject, dialect: str, schema: str | None) -> None:
        self._data = data
        self.dialect = dialect
        self.quoting = self._data.draw(st.sampled_from(("LEGACY", "QUOTE_ALL_OBJECTS")))
        self._schema = schema
        self._taken = {name.lower() for name in (*TABLES, *COLUMNS, VIEW, SEQUENCE)}

    @property
    def _leaves_bare(self) -> bool:
        return self.dialect == "sqlite" and self.quoting == "LEGACY"

    def one_of(self, *options: object) -> object:
        return self._data.draw(st.sampled_from(options))

    def flag(self) -> bool:
        return self._data.draw(st.booleans())

    def maybe(self, value: object) -> object:
        return value if self.flag() else None

    def name(self) -> str:
        """A new name: plain, mixed, reserved, with spaces, quotes or other scripts; never one that is there already in another case."""
        free = st.text(_LETTERS, min_size=1, max_size=12).map(str.strip)
        reserved = st.sampled_from(("key", "User") if self._leaves_bare else _RESERVED)
        drawn = self._data.draw(st.one_of(free, reserved).filter(lambda text: text and text.lower() not in self._taken))
        self._taken.add(drawn.lower())
        return drawn

    def quoted(self, name: str) -> str:
        """As SQL; a change finds what a statement of the author's made only under the name that both mean."""
        if self.quoting == "LEGACY" and _CAPITALS.fullmatch(name) and name not in _RESERVED:
            return name
        mark = "`" if self.dialect == "mariadb" else '"'
        return mark + name.replace(mark, mark * 2) + mark

    def text(self) -> str:
        return self._data.draw(st.text(_LETTERS, min_size=1, max_size=15).map(str.strip).filter(bool))

    def table(self) -> str:
        return str(self.one_of(*self._sayable(*TABLES)))

    def known_column(self, *among: str) -> str:
        return str(self.one_of(*self._sayable(*(among or COLUMNS))))

    def _sayable(self, *names: str) -> list[str]:
        return [name for name in names if name not in _RESERVED or not self._leaves_bare]

    def some_columns(self) -> str:
        drawn = self._data.draw(
            st.lists(st.sampled_from(self._sayable("id", "age", "name", "select")), min_size=1, max_size=3, unique=True)
        )
        return ", ".join(drawn)

    def at(self, schema: str = "schemaName") -> dict[str, object]:
        """The table's schema, said or not."""
        return {schema: self.maybe(self._schema)} if self._schema else {}

    def typed(self, without: tuple[str, ...] = ()) -> tuple[str, dict[str, object]]:
        """A type, with a default of it or none."""
        kind = str(self.one_of(*(kind for kind in _TYPED_DEFAULTS if kind not in without)))
        options = _TYPED_DEFAULTS[kind]
        return kind, dict(self._data.draw(st.sampled_from(({}, *options))))

    def column(self, without: tuple[str, ...] = (), /, **constraints: object) -> Element:
        """A new column: a NOT NULL one has a default, since there are rows."""
        kind, default = self.typed(without)
        constraints.setdefault("nullable", False if default and self.flag() else None)
        around = [_element("constraints", **constraints)] if any(value is not None for value in constraints.values()) else []
        remarks = self.maybe(self.text()) if self.dialect != "sqlite" else None
        return _element("column", *around, name=self.name(), type=kind, remarks=remarks, **default)


def _element(kind: str, /, *children: Element, **attributes: object) -> Element:
    return element(kind, children, **attributes)  # type: ignore[arg-type]  # drawn values are str, int, bool or None


def add_check_constraint(drawn: Drawn) -> Element:
    body = drawn.one_of("age > 0", "id < 100", "name <> 'it''s (not)'", "age > 0 AND id IN (1, 2)")
    return _element("addCheckConstraint", tableName=drawn.table(), constraintName=drawn.name(), constraintBody=body, **drawn.at())


def add_column(drawn: Drawn) -> Element:
    without = ("timestamp",) if drawn.dialect == "sqlite" else ()  # its ALTER TABLE takes constant defaults only
    items = [drawn.column(without) for _ in range(int(str(drawn.one_of(1, 1, 2, 3))))]
    return _element("addColumn", columns(items), tableName=drawn.table(), **drawn.at())


def add_default_value(drawn: Drawn) -> Element:
    column = drawn.known_column("age", "name", "Né à")
    default = drawn.one_of(*_TYPED_DEFAULTS[TYPES[column]])
    assert isinstance(default, dict)
    return _element("addDefaultValue", tableName=drawn.table(), columnName=column, columnDataType=TYPES[column], **default, **drawn.at())


def add_foreign_key_constraint(drawn: Drawn) -> Element:
    return _element(
        "addForeignKeyConstraint",
        baseTableName=drawn.table(),
        baseColumnNames="age",
        referencedTableName="parent",
        referencedColumnNames="id",
        constraintName=drawn.name(),
        onDelete=drawn.one_of(None, "CASCADE", "SET NULL", "NO ACTION", "RESTRICT"),
        onUpdate=drawn.one_of(None, "CASCADE", "NO ACTION"),
        **drawn.at("baseTableSchemaName"),
        **drawn.at("referencedTableSchemaName"),
    )


def add_lookup_table(drawn: Drawn) -> Element:
    return _element(
        "addLookupTable",
        existingTableName=drawn.table(),
        existingColumnName="name",
        newTableName=drawn.name(),
        newColumnName=drawn.name(),
        newColumnDataType="varchar(40)",
        constraintName=drawn.maybe(drawn.name()),
    )


def add_not_null_constraint(drawn: Drawn) -> Element:
    return _element(
        "addNotNullConstraint",
        tableName=drawn.table(),
        columnName="age",
        columnDataType="int",
        defaultNullValue=drawn.one_of(None, "5"),
        **drawn.at(),
    )


def drop_not_null_constraint(drawn: Drawn) -> Element:
    column = drawn.known_column("id", "select")
    return _element("dropNotNullConstraint", tableName=drawn.table(), columnName=column, columnDataType=TYPES[column], **drawn.at())


def add_primary_key(drawn: Drawn) -> Element:
    """Over columns that are NOT NULL: those that a key makes so stay so when it goes, on every server."""
    return _element(
        "addPrimaryKey",
        tableName=drawn.table(),
        columnNames=drawn.one_of("id", "id, select", "select, id"),
        constraintName=drawn.maybe(drawn.name()),
        **drawn.at(),
    )


def add_unique_constraint(drawn: Drawn) -> Element:
    return _element(
        "addUniqueConstraint", tableName=drawn.table(), columnNames=drawn.some_columns(), constraintName=drawn.name(), **drawn.at()
    )


def create_function(drawn: Drawn) -> Element:
    name = drawn.name()
    quoted = drawn.quoted(name)
    body = {
        "postgresql": f"create function {quoted}(a int) returns int language sql as 'select a + 1'",
        "mariadb": f"create function {quoted}(a int) returns int deterministic return a + 1",
    }
    return _element("createFunction", functionName=name, functionBody=body[drawn.dialect], **drawn.at())


def create_trigger(drawn: Drawn) -> Element:
    name, table = drawn.name(), drawn.table()
    work = {
        "postgresql": "for each row execute function touched()",
        "mariadb": "for each row set new.age = 1",
        "sqlite": "begin select 1; end",
    }
    moment = "before insert" if drawn.dialect == "mariadb" else str(drawn.one_of("before insert", "after delete"))
    body = f"create trigger {drawn.quoted(name)} {moment} on {drawn.quoted(table)} {work[drawn.dialect]}"
    disabled = drawn.maybe(True) if drawn.dialect == "postgresql" else None
    return _element("createTrigger", triggerName=name, tableName=table, triggerBody=body, disabled=disabled, **drawn.at())


def disable_trigger(drawn: Drawn) -> Element:
    return _element("disableTrigger", triggerName=TRIGGER, tableName="person", **drawn.at())


def enable_trigger(drawn: Drawn) -> Element:
    return _element("enableTrigger", triggerName=SLEEPING, tableName="person", **drawn.at())


def rename_trigger(drawn: Drawn) -> Element:
    return _element("renameTrigger", oldTriggerName=TRIGGER, newTriggerName=drawn.name(), tableName="person", **drawn.at())


def create_index(drawn: Drawn) -> Element:
    items = [_element("column", name=name, descending=drawn.one_of(None, True, False)) for name in drawn.some_columns().split(", ")]
    return _element("createIndex", columns(items), tableName=drawn.table(), indexName=drawn.name(), unique=drawn.maybe(True), **drawn.at())


def create_sequence(drawn: Drawn) -> Element:
    return _element(
        "createSequence",
        sequenceName=drawn.name(),
        startValue=drawn.one_of(None, 1, 500),
        incrementBy=drawn.one_of(None, 1, 10),
        maxValue=drawn.one_of(None, 100000),
        cycle=drawn.one_of(None, True, False),
        cacheSize=drawn.one_of(None, 20),
        **drawn.at(),
    )


def create_table(drawn: Drawn) -> Element:
    key = drawn.column(nullable=False, primaryKey=drawn.maybe(True), primaryKeyName=None)
    if key.attribute("type") in ("clob", "blob"):
        key = _element("column", name=key.attribute("name"), type="int")
    others = [drawn.column() for _ in range(int(str(drawn.one_of(0, 1, 3))))]
    far = _element(
        "column",
        _element("constraints", foreignKeyName=drawn.name(), references="parent(id)"),
        name=drawn.name(),
        type="int",
    )
    items = [key, *others, *([far] if drawn.flag() else [])]
    remarks = drawn.maybe(drawn.text()) if drawn.dialect != "sqlite" else None
    return _element("createTable", columns(items), tableName=drawn.name(), remarks=remarks, **drawn.at())


def create_view(drawn: Drawn) -> Element:
    return _element(
        "createView",
        viewName=drawn.name(),
        selectQuery=drawn.one_of("select id, name from person where age > 1", "select 1 as one"),
        replaceIfExists=drawn.maybe(True),
        **drawn.at(),
    )


def rename_column(drawn: Drawn) -> Element:
    column = drawn.known_column()
    return _element(
        "renameColumn",
        tableName=drawn.table(),
        oldColumnName=column,
        newColumnName=drawn.name(),
        columnDataType=TYPES[column] + (" NOT NULL" if drawn.dialect == "mariadb" and column in ("id", "select") else ""),
        **drawn.at(),
    )


def rename_sequence(drawn: Drawn) -> Element:
    return _element("renameSequence", oldSequenceName=SEQUENCE, newSequenceName=drawn.name(), **drawn.at())


def rename_table(drawn: Drawn) -> Element:
    return _element("renameTable", oldTableName=drawn.table(), newTableName=drawn.name(), **drawn.at())


def rename_view(drawn: Drawn) -> Element:
    return _element("renameView", oldViewName=VIEW, newViewName=drawn.name(), **drawn.at())


def empty(drawn: Drawn) -> Element:
    return _element("empty")


def output(drawn: Drawn) -> Element:
    return _element("output", message=drawn.text(), target="STDERR")


def tag_database(drawn: Drawn) -> Element:
    return _element("tagDatabase", tag=drawn.text())


MAKERS: dict[str, Make] = {
    "addCheckConstraint": add_check_constraint,
    "createFunction": create_function,
    "createTrigger": create_trigger,
    "disableTrigger": disable_trigger,
    "enableTrigger": enable_trigger,
    "renameTrigger": rename_trigger,
    "addColumn": add_column,
    "addDefaultValue": add_default_value,
    "addForeignKeyConstraint": add_foreign_key_constraint,
    "addLookupTable": add_lookup_table,
    "addNotNullConstraint": add_not_null_constraint,
    "addPrimaryKey": add_primary_key,
    "addUniqueConstraint": add_unique_constraint,
    "createIndex": create_index,
    "createSequence": create_sequence,
    "createTable": create_table,
    "createView": create_view,
    "dropNotNullConstraint": drop_not_null_constraint,
    "empty": empty,
    "output": output,
    "renameColumn": rename_column,
    "renameSequence": rename_sequence,
    "renameTable": rename_table,
    "renameView": rename_view,
    "tagDatabase": tag_database,
}
