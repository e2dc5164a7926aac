"""Schemas as hypothesis draws them, as the statements that make them, in any dialect: what a dialect has is given by `Features`.

What is drawn is meant to be accepted by the server: a refused statement is a failure of the test, not an example to skip.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

NAMES = ("person", "Mixed Case", "order", "ORDER_LINE", "naïve 名", "select", 'qu"ote')
COLUMNS = ("id", "Name", "user", "a b", "CODE", "né", "when", "x1")


@dataclass(frozen=True)
class Features:
    """What a dialect has. `{}` stands for names, already quoted."""

    quote: str
    types: tuple[tuple[str, tuple[str, ...]], ...]
    """Types that any column may have, each with defaults as SQL."""
    key_types: tuple[str, ...]
    """Those that keys may be of, too."""
    checks: tuple[str, ...]
    """Conditions on a column of the first key type."""
    generated: tuple[tuple[str, str], ...] = ()
    """Type and definition of columns made of one of the first key type."""
    counting: str | None = None
    """What makes a single key column of the first key type count by itself; it stands behind the type."""
    indexes: tuple[str, ...] = ("CREATE INDEX {name} ON {table} ({columns})", "CREATE UNIQUE INDEX {name} ON {table} ({columns})")
    actions: tuple[str, ...] = ("", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE")
    sequences: tuple[str, ...] = ()
    enums: str | None = None
    """The statement that makes one, with `{labels}`."""
    views: tuple[str, ...] = ("CREATE VIEW {name} AS SELECT {columns} FROM {table}",)
    remarks: tuple[str, str] | None = None
    """On a table and on a column, with `{text}`."""
    table_options: tuple[str, ...] = ("",)
    routines: tuple[str, ...] = ()


def schemas(features: Features) -> st.SearchStrategy[list[str]]:
    """Statements in an order that a database takes."""
    return st.composite(_statements)(features)


def _statements(draw: st.DrawFn, features: Features) -> list[str]:
    return _Drawing(draw, features).statements()


class _Drawing:
    def __init__(self, draw: st.DrawFn, features: Features) -> None:
        self.draw, self.features = draw, features
        self.types = list(features.types)
        self.keys: dict[str, list[tuple[str, str]]] = {}
        """Tables drawn so far, with the names and types of their primary keys."""

    def statements(self) -> list[str]:
        made = list(self.types_and_sequences())
        tables = self.draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4))
        for table in tables:
            made += self.table(table)
        for number, template in enumerate(self.features.views):
            if self.flag():
                made.append(self.view(f"View {number}", template))
        made += [text for text in self.features.routines if self.flag()]
        return made

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def quoted(self, name: str) -> str:
        mark = self.features.quote
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    def listed(self, names: list[str]) -> str:
        return ", ".join(map(self.quoted, names))

    def types_and_sequences(self) -> list[str]:
        made = [text for text in self.features.sequences if self.flag()]
        if self.features.enums is not None and self.flag():
            labels = self.draw(st.lists(st.sampled_from(("new", "old", "it's", "a;b", "né")), unique=True, min_size=1, max_size=4))
            literals = [f"'{label.replace(chr(39), chr(39) * 2)}'" for label in labels]
            made.append(self.features.enums.format(name=self.quoted("Kind"), labels=", ".join(literals)))
            self.types.append((self.quoted("Kind"), (literals[0],)))
        return made

    def table(self, table: str) -> list[str]:
        names = self.draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=2, max_size=5))
        first = self.features.key_types[0]
        key = names[: self.draw(st.integers(0, 2))]
        kinds = {name: self.draw(st.sampled_from(self.features.key_types)) for name in key}
        numbers = [name for name in names if name not in key and self.flag()]
        parts, later = [], list[str]()
        for name in names:
            parts.append(
                self.column(name, kinds.get(name), first if name in numbers else None, counts=key == [name] and kinds[name] == first)
            )
        if key:
            ordered = self.draw(st.permutations(key))
            parts.append(f"{self.named('pk', table)}PRIMARY KEY ({self.listed(list(ordered))})")
            self.keys[table] = [(name, kinds[name]) for name in ordered]
        if numbers:
            if self.flag():
                parts.append(f"{self.named('uq', table)}UNIQUE ({self.listed(numbers)})")
            if self.flag():
                condition = self.draw(st.sampled_from(self.features.checks)).format(self.quoted(numbers[0]))
                parts.append(f"{self.named('ck', table)}CHECK ({condition})")
            if self.features.generated and self.flag():
                kind, definition = self.draw(st.sampled_from(self.features.generated))
                parts.insert(0, f"{self.quoted('made')} {kind} {definition.format(self.quoted(numbers[0]))}")
            if self.flag():
                template = self.draw(st.sampled_from(self.features.indexes))
                name = self.quoted(f"ix {table}")
                later.append(
                    template.format(name=name, table=self.quoted(table), columns=self.listed(numbers), first=self.quoted(numbers[0]))
                )
        parts += self.reference(table)
        options = self.draw(st.sampled_from(self.features.table_options))
        columns = [part for part in parts if not _is_constraint(part)]
        constraints = [part for part in parts if _is_constraint(part)]
        made = [f"CREATE TABLE {self.quoted(table)} ({', '.join(columns + constraints)}){options}", *later]
        if self.features.remarks is not None and self.flag():
            on_table, on_column = self.features.remarks
            made.append(on_table.format(table=self.quoted(table), text="it''s; told"))
            made.append(on_column.format(table=self.quoted(table), column=self.quoted(names[-1]), text="né"))
        return made

    def column(self, name: str, key: str | None, number: str | None, *, counts: bool) -> str:
        if counts and self.features.counting is not None and self.flag():
            return f"{self.quoted(name)} {key} {self.features.counting}"
        kind, defaults = (key or number or "", ()) if key or number else self.draw(st.sampled_from(self.types))
        default = f" DEFAULT {self.draw(st.sampled_from(defaults))}" if defaults and self.flag() else ""
        required = " NOT NULL" if key or self.flag() else ""
        return f"{self.quoted(name)} {kind}{default}{required}"

    def named(self, prefix: str, table: str) -> str:
        return f"CONSTRAINT {self.quoted(f'{prefix} {table}')} " if self.flag() else ""

    def reference(self, table: str) -> list[str]:
        """A foreign key to a table that is there, or to itself, by columns of its own."""
        if not self.keys or not self.flag():
            return []
        far = self.draw(st.sampled_from(sorted(self.keys)))
        own = [f"{name} of far" for name, _ in self.keys[far]]
        columns = [f"{self.quoted(name)} {kind}" for name, (_, kind) in zip(own, self.keys[far], strict=True)]
        action = self.draw(st.sampled_from(self.features.actions))
        target = f"{self.quoted(far)} ({self.listed([name for name, _ in self.keys[far]])})"
        return [*columns, f"CONSTRAINT {self.quoted(f'fk {table}')} FOREIGN KEY ({self.listed(own)}) REFERENCES {target}{action}"]

    def view(self, name: str, template: str) -> str:
        table = self.draw(st.sampled_from(sorted(self.keys) or [""]))
        if not table:
            return template.format(name=self.quoted(name), columns="1 AS one", table="(SELECT 1) t")
        columns = self.listed([column for column, _ in self.keys[table]])
        return template.format(name=self.quoted(name), columns=columns, table=self.quoted(table))


def _is_constraint(part: str) -> bool:
    return part.startswith(("CONSTRAINT ", "PRIMARY KEY ", "UNIQUE ", "CHECK "))
