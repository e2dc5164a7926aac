"""The pages about a database: what they say, and that names from a database stay text."""

import re
from html.parser import HTMLParser
from posixpath import join, normpath

import pytest

from bascule.engine.doc.addresses import addresses
from bascule.engine.doc.graph import components, references
from bascule.engine.doc.pages import Subject, pages
from bascule.engine.doc.story import story
from bascule.engine.history.row import HistoryRow
from bascule.engine.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Remainder,
    Schema,
    Table,
    Trigger,
    Unique,
    Value,
    View,
)
from bascule.engine.snapshots.model import DatabaseFacts, Snapshot
from bascule.engine.written.build import NOWHERE, columns, element
from bascule.engine.written.changeset import ChangeSet

EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


def key(column: str, table: str, name: str | None = None) -> ForeignKey:
    return ForeignKey(columns=(column,), references=References(table=Name(table), columns=("id",)), name=name)


def table(name: str, *parts: Column, keys: tuple[ForeignKey, ...] = (), uniques: tuple[Unique, ...] = ()) -> Table:
    own = Column(name="id", type="int", nullable=False)
    return Table(name=Name(name), columns=(own, *parts), primary_key=PrimaryKey(columns=("id",)), foreign_keys=keys, uniques=uniques)


def column(name: str, *, nullable: bool | None = False) -> Column:
    return Column(name=name, type="int", nullable=nullable)


def subject(schema: Schema, changesets: list[ChangeSet] | None = None, rows: tuple[HistoryRow, ...] = ()) -> Subject:
    facts = DatabaseFacts(dialect="sqlite", product=f"SQLite {EVIL}", url="sqlite:x", user=None)
    snapshot = Snapshot(created="now", bascule="1", database=facts, fingerprint="abc", schema=schema, view_columns={"v": {EVIL: EVIL}})
    known = {row.identity[0] for row in rows}
    pending = [changeset for changeset in changesets or () if changeset.id not in known]
    return Subject(snapshot, story(changesets or [], pending, rows), "shop")


def changeset(identity: str, author: str, table_name: str) -> ChangeSet:
    made = element("createTable", [columns([element("column", name="id")])], tableName=table_name)
    return ChangeSet(
        id=identity, author=author, file="db/a.yaml", source_file="db/a.yaml", position=NOWHERE, changes=(made,), comment="why so"
    )


def test_names_of_a_database_stay_text() -> None:
    evil = Table(
        name=Name(EVIL),
        columns=(Column(name=EVIL, type=EVIL, default=Value("computed", EVIL), remarks=EVIL, attributes=EVIL),),
        primary_key=PrimaryKey(columns=(EVIL,), name=EVIL),
        uniques=(Unique(columns=(EVIL,), name=EVIL),),
        foreign_keys=(ForeignKey(columns=(EVIL,), references=References(table=Name(EVIL), columns=(EVIL,)), name=EVIL),),
        indexes=(Index(name=EVIL, table=Name(EVIL), columns=(Column(name=EVIL),), definition=EVIL),),
        checks=(Check(name=EVIL, expression=EVIL),),
        remarks=EVIL,
    )
    schema = Schema(
        tables={EVIL: evil},
        views={EVIL: View(name=Name(EVIL), query=EVIL, remarks=EVIL), "v": View(name=Name("v"), query=EVIL)},
        triggers={EVIL: Trigger(name=Name(EVIL), table=Name(EVIL), definition=EVIL)},
        remainders=(Remainder(kind=EVIL, name=EVIL),),
    )
    row = HistoryRow(id=EVIL, author=EVIL, file=EVIL, comments=EVIL, tag=EVIL, executed_at=EVIL, description=EVIL)
    made = list(pages(subject(schema, [changeset(EVIL + "2", EVIL, EVIL)], (row,))))
    assert len(made) > 7
    for path, content in made:
        if path.endswith(".html"):
            reader = _Reader()
            reader.feed(content)
            assert reader.scripts == [("../" if "/" in path else "") + "script.js"], path
            assert not reader.handlers, path
            assert "alert(1)" in content


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.handlers += [tag] if tag in ("img", "iframe", "object", "style") else []
        found = dict(attrs)
        if tag == "script":
            self.scripts.append(found.get("src"))
        self.links += [str(found["href"])] if "href" in found else []


def test_every_link_leads_to_a_page() -> None:
    tables = {
        "Order Items": table("Order Items", column("order"), keys=(key("order", "orders"),)),
        "orders": table("orders"),
        "ORDERS": table("ORDERS"),
        "../up": table("../up"),
        "日本": table("日本"),
    }
    made = dict(pages(subject(Schema(tables=tables), [changeset("1", "ann", "orders"), changeset("2", "bob", "ORDERS")])))
    assert all(not path.startswith((".", "/")) for path in made)
    for path, content in made.items():
        if path.endswith(".html"):
            reader = _Reader()
            reader.feed(content)
            folder = path.rpartition("/")[0]
            missing = [link for link in reader.links if normpath(join(folder, link)) not in made]
            assert not missing, path


def test_a_table_tells_its_history_and_its_neighbours() -> None:
    tables = {"orders": table("orders"), "item": table("item", column("order_id"), keys=(key("order_id", "orders", "fk_order"),))}
    row = HistoryRow(id="1", author="ann", file="db/a.yaml", executed_at="2026-01-02 03:04:05", order=1, tag="v1")
    made = dict(pages(subject(Schema(tables=tables), [changeset("1", "ann", "orders"), changeset("2", "bob", "item")], (row,))))
    orders, item, index = made["tables/orders.html"], made["tables/item.html"], made["index.html"]
    assert "2026-01-02 03:04:05" in orders
    assert "v1" in orders
    assert "Referred to by" in orders
    assert "fk_order" in orders
    assert "Refers to" in item
    assert '<span class="badge wait">pending</span>' in item
    assert "2026-01-02" not in item
    assert "<b>1</b> changes pending" in index
    assert "changesets" in made["authors/ann.html"]


def test_a_change_that_is_no_longer_in_the_changelog_is_told() -> None:
    row = HistoryRow(id="old", author="zoe", file="db/old.yaml", order=1, description="createTable tableName=orders")
    made = dict(pages(subject(Schema(tables={"orders": table("orders")}), [], (row,))))
    assert "createTable tableName=orders" in made["authors/zoe.html"]
    assert "db/old.yaml" in made["tables/orders.html"]


@pytest.mark.parametrize(
    ("nullable", "unique", "child_end", "parent_end"),
    [(None, False, "many", "optional"), (False, False, "many", "one"), (False, True, "one", "one")],
)
def test_the_ends_of_a_line_say_how_many(nullable: bool | None, unique: bool, child_end: str, parent_end: str) -> None:
    uniques = (Unique(columns=("up",)),) if unique else ()
    schema = Schema(tables={"a": table("a"), "b": table("b", column("up", nullable=nullable), keys=(key("up", "a"),), uniques=uniques)})
    (found,) = references(schema)
    assert found.unique == (child_end == "one")
    assert found.optional == (parent_end == "optional")
    drawn = dict(pages(subject(schema)))["diagram.html"]
    assert len(re.findall(r'<g class="line"', drawn)) == 1


def test_tables_that_references_connect_are_drawn_together() -> None:
    names = ["a", "b", "c", "d", "alone"]
    schema = Schema(
        tables={
            "a": table("a"),
            "b": table("b", column("x"), keys=(key("x", "a"),)),
            "c": table("c", column("x"), keys=(key("x", "b"),)),
            "d": table("d", column("x"), keys=(key("x", "d"),)),
            "alone": table("alone"),
        }
    )
    assert components(names, references(schema)) == [["a", "b", "c"], ["d"]]
    drawn = dict(pages(subject(schema)))["diagram.html"]
    assert drawn.count("<svg") == 2
    assert "Tables without references" in drawn


def test_addresses_are_readable_and_never_the_same_twice() -> None:
    found = addresses("tables", ["Orders", "orders", "../../etc/passwd", "", "日本", "a" * 300])
    assert found["Orders"] == "tables/orders.html"
    assert found["orders"] == "tables/orders-2.html"
    assert found["../../etc/passwd"] == "tables/etc-passwd.html"
    assert len(set(found.values())) == 6
    assert all(re.fullmatch(r"tables/[a-z0-9_-]{1,90}\.html", address) for address in found.values())
