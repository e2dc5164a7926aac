"""Snapshots as files: what Liquibase wrote is read, what we write is read back."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bascule.core.errors import InputError, NotFoundError
from bascule.engine.schema import (
    Check,
    Column,
    ForeignKey,
    Index,
    Name,
    PrimaryKey,
    References,
    Schema,
    Sequence,
    Table,
    Unique,
    Value,
    View,
)
from bascule.engine.snapshots import peer_read, peer_types, peer_write
from bascule.engine.snapshots.file import Format, read, text
from bascule.engine.snapshots.lens import as_liquibase_says
from bascule.engine.snapshots.model import DatabaseFacts, Snapshot

RECORDED = Path(__file__).parents[3] / "compat" / "cases" / "snapshot-diff" / "out"


def snapshot(schema: Schema, dialect: str = "postgresql", name: str | None = "public") -> Snapshot:
    facts = DatabaseFacts(
        dialect=dialect, product="PostgreSQL 16.1", url="postgresql://h/app", user="ann", default_schema=name, catalog="app", version="16.1"
    )
    return Snapshot(created="2026-01-02T03:04:05+00:00", bascule="1", database=facts, fingerprint="f", schema=schema)


SAYABLE = Schema(
    tables={
        "dept": Table(
            name=Name("dept"),
            columns=(
                Column(name="id", type="integer", nullable=False),
                Column(
                    name="name",
                    type="varchar(30)",
                    nullable=False,
                    default=Value("computed", "'it''s'::character varying"),
                    remarks="its name",
                ),
            ),
            primary_key=PrimaryKey(columns=("id",), name="pk_dept"),
            uniques=(Unique(columns=("name",), name="uq_name"),),
            remarks="units",
        ),
        "emp": Table(
            name=Name("emp"),
            columns=(
                Column(name="id", type="bigint", nullable=False, auto_increment=True, generation_type="ALWAYS", start_with=5),
                Column(name="no", type="integer", nullable=False, default=Value("computed", "nextval('emp_no_seq'::regclass)")),
                Column(name="dept_id", type="integer"),
                Column(name="salary", type="numeric(8,2)", default=Value("computed", "0.00")),
                Column(name="flag", type="boolean", nullable=False, default=Value("computed", "true")),
                Column(name="made", type="timestamp with time zone", default=Value("computed", "now()")),
                Column(name="bits", type="bit varying(5)"),
                Column(name="seen", type="timestamp(3) without time zone[]"),
            ),
            primary_key=PrimaryKey(columns=("id",), name="pk_emp"),
            foreign_keys=(
                ForeignKey(
                    columns=("dept_id",),
                    references=References(table=Name("dept"), columns=("id",)),
                    name="fk_dept",
                    on_delete="SET NULL",
                    deferrable=True,
                ),
            ),
            indexes=(
                Index(
                    name="ix_salary", table=Name("emp"), columns=(Column(name="salary", descending=True), Column(name="flag")), unique=False
                ),
            ),
        ),
    },
    views={"rich": View(name=Name("rich"), query="SELECT id\n   FROM emp", remarks="who")},
    sequences={
        "emp_no_seq": Sequence(name=Name("emp_no_seq"), start=1, increment=1, cache=1, type="integer", owned_by=("emp", "no")),
        "invoice": Sequence(name=Name("invoice"), start=7, increment=2, maximum=9999, cache=1, cycle=True, type="bigint"),
    },
)


def test_what_the_peers_shape_can_say_comes_back_as_it_was() -> None:
    (back,) = peer_read.snapshots(peer_write.document([snapshot(SAYABLE)]))
    assert back.schema == SAYABLE
    assert (back.database.user, back.database.default_schema, back.database.catalog, back.database.version) == (
        "ann",
        "public",
        "app",
        "16.1",
    )


def test_several_schemas_come_back_each_by_itself() -> None:
    small = Schema(tables={"dept": SAYABLE.tables["dept"]})
    back = peer_read.snapshots(peer_write.document([snapshot(SAYABLE), snapshot(small, name="audit")]))
    assert {seen.database.default_schema: seen.schema for seen in back} == {"public": SAYABLE, "audit": small}


@pytest.mark.parametrize("kind", ["json", "yaml", "bascule"])
def test_our_own_document_says_all(kind: Format, tmp_path: Path) -> None:
    checked = msgspec.structs.replace(SAYABLE.tables["dept"], checks=(Check(expression="(id > 0)", name="ck"),))
    kept = snapshot(Schema(tables={"dept": checked}))
    file = tmp_path / ("kept.yaml" if kind == "yaml" else "kept.json")
    file.write_text(text([kept], kind))
    assert read(str(file)) == [kept]


@pytest.mark.parametrize("database", ["postgresql", "mariadb", "sqlite"])
def test_what_liquibase_recorded_is_read(database: str) -> None:
    (seen,) = peer_read.snapshots(json.loads((RECORDED / database / "02-snapshot-json.out.txt").read_text()))
    tables, views = seen.schema.tables, seen.schema.views
    assert list(tables) == ["dept", "emp"]
    assert [column.name for column in tables["emp"].columns] == ["id", "first", "last", "dept_id", "salary", "active"]
    assert tables["dept"].primary_key is not None
    assert tables["dept"].primary_key.columns == ("id",)
    assert "ix_last" in [index.name for index in tables["emp"].indexes]
    assert list(views) == ["ev"]
    assert list(seen.view_columns["ev"]) == ["id", "first"]
    if database != "sqlite":
        (key,) = tables["emp"].foreign_keys
        assert (key.columns, key.references.table.name, key.on_delete) == (("dept_id",), "dept", "CASCADE")
        assert [unique.name for unique in tables["emp"].uniques] == ["uq_first"]
    assert as_liquibase_says(seen) is seen


@pytest.mark.parametrize(
    ("dialect", "kind"),
    [
        *(
            ("postgresql", word)
            for word in ("integer", "varchar(3)", "varchar", "numeric", "character(2)", '"char"', "text[]", "interval", "uuid")
        ),
        *(
            ("postgresql", word)
            for word in ("time(2) without time zone", "timestamp without time zone", "mood", '"money"', "double precision")
        ),
        *(("mariadb", word) for word in ("int(11)", "bigint(20) unsigned", "tinyint(1)", "decimal(8,2)", "varchar(9)", "enum('a','b')")),
        *(("mariadb", word) for word in ("longtext", "datetime", "double", "varbinary(9)")),
        *(("sqlite", word) for word in ("INTEGER", "VARCHAR(30)", "DECIMAL(8, 2)", "")),
    ],
)
def test_a_type_is_told_and_read_alike(dialect: str, kind: str) -> None:
    assert peer_types.read(peer_types.written(kind, dialect), dialect).lower() == kind.lower()


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        "{not json",
        '{"snapshot": 1}',
        '{"snapshot": {"objects": []}}',
        '{"snapshot": {"objects": {"liquibase.structure.core.Table": 7}, "database": {"shortName": "x"}}}',
        '{"bascule": [{}]}',
    ],
)
def test_what_is_no_snapshot_is_a_problem(document: str, tmp_path: Path) -> None:
    for name in ("x.json", "x.yaml"):
        (tmp_path / name).write_text(document)
        with pytest.raises(InputError) as raised:
            read(str(tmp_path / name))
        assert raised.value.problems[0].code == "CFG-022"


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read(str(tmp_path / "none.json"))


def test_references_that_lead_nowhere_are_left_out() -> None:
    document: dict[str, Any] = peer_write.document([snapshot(SAYABLE)])
    del document["snapshot"]["objects"]["liquibase.structure.core.Index"]
    (back,) = peer_read.snapshots(document)
    assert back.schema.tables["emp"].indexes == ()


def test_an_expression_is_told_as_the_servers_statement_has_it() -> None:
    index = Index(
        name="ix",
        table=Name("dept"),
        columns=(Column(name="lower(name, ','::text)"), Column(name="id")),
        unique=False,
        definition="CREATE INDEX ix ON dept USING btree (lower((name)::text, ','::text), id) WHERE id > (1)",
    )
    dept = msgspec.structs.replace(SAYABLE.tables["dept"], indexes=(index,))
    document: dict[str, Any] = peer_write.document([snapshot(Schema(tables={"dept": dept}))])
    indexes = [entry["index"] for entry in document["snapshot"]["objects"]["liquibase.structure.core.Index"]]
    (columns,) = [entry["columns"] for entry in indexes if entry["name"] == "ix"]
    assert [entry["column"]["name"] for entry in columns] == ["lower((name)::text, ','::text)", "id"]
