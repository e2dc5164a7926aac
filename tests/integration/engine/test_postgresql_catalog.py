"""What a PostgreSQL server shows: all of it, in words that do not depend on who looks and from where."""

# ruff: noqa: F401, F811 - `store` is a fixture

import re
from collections.abc import Iterator

import pytest

from bascule.engine.commands.look import look
from bascule.engine.diff.canonical import canonical
from bascule.engine.schema import Remainder, Schema
from bascule.engine.sql.statement import Statement
from bascule.engine.target import Target
from tests.integration.engine.postgresql_store import STORE, opened, store
from tools.servers import Database

pytestmark = pytest.mark.postgresql

ODD = """
    CREATE RULE no_delete AS ON DELETE TO person DO INSTEAD NOTHING;
    CREATE STATISTICS st ON sku, name FROM product;
    CREATE COLLATION german (provider = libc, locale = 'C');
    CREATE OPERATOR === (leftarg = numeric, rightarg = numeric, function = numeric_eq);
    CREATE OPERATOR FAMILY fam USING btree;
    CREATE OPERATOR CLASS ops FOR TYPE integer USING btree FAMILY fam AS OPERATOR 1 < (integer, integer);
    CREATE TEXT SEARCH CONFIGURATION plain (copy = simple);
    CREATE TEXT SEARCH DICTIONARY dict (template = simple);
    CREATE TEXT SEARCH PARSER parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
    CREATE TEXT SEARCH TEMPLATE templ (lexize = dsimple_lexize);
    CREATE DEFAULT CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE TYPE shell;
    CREATE FUNCTION to_mood(integer) RETURNS "Mood" LANGUAGE sql RETURN 'ok'::"Mood";
    CREATE CAST (integer AS "Mood") WITH FUNCTION to_mood(integer);
    CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER tell ON ddl_command_end EXECUTE FUNCTION told();
    CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
    CREATE FOREIGN TABLE far (a integer CHECK (a > 0)) SERVER nowhere;
    CREATE TABLE typed OF address;
    CREATE TABLE told_apart (
        a integer NOT NULL, b text STORAGE EXTERNAL, c integer GENERATED ALWAYS AS IDENTITY (CACHE 5 MAXVALUE 99),
        d text NOT NULL NO INHERIT,
        CONSTRAINT stored UNIQUE (a) WITH (fillfactor = 50)
    ) WITH (toast.autovacuum_enabled = false);
    ALTER TABLE told_apart REPLICA IDENTITY FULL; ALTER TABLE told_apart CLUSTER ON stored;
    ALTER TABLE told_apart ALTER a SET STATISTICS 10;
    CREATE UNLOGGED SEQUENCE quick;
    ALTER VIEW safe_person ALTER last SET DEFAULT 'x';
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO store_reader;
    REVOKE DELETE ON country FROM CURRENT_USER;
    CREATE PUBLICATION told FOR TABLE country;
"""
REMAINDERS = [
    ("base type", None),
    ("cast", 'integer as "Mood"'),
    ("clustering by an index", "told_apart.stored"),
    ("collation", "german"),
    ("conversion", "conv"),
    ("default of a view's column", "safe_person.last"),
    ("default privileges", "tables of bascule"),
    ("event trigger", "tell"),
    ("foreign table", "far"),
    ("not-null constraint", "told_apart.told_apart_d_not_null"),
    ("operator", "===(numeric,numeric)"),
    ("operator class", "ops"),
    ("operator family", "fam"),
    ("options of values kept apart", "told_apart"),
    ("publication", "told of country"),
    ("replica identity", "told_apart"),
    ("right taken from its owner", "country: DELETE"),
    ("row type", "typed"),
    ("rule", "person.no_delete"),
    ("sequence of a counting column", "told_apart.c"),
    ("shell type", "shell"),
    ("statistics", "st"),
    ("statistics of a column", "told_apart.a"),
    ("storage of a column", "told_apart.b"),
    ("storage of a key's index", "stored"),
    ("text search configuration", "plain"),
    ("text search dictionary", "dict"),
    ("text search parser", "parser"),
    ("text search template", "templ"),
    ("unlogged storage of a sequence", "quick"),
]
OPERATOR = re.compile(r"OPERATOR\(public\.([^)]+)\)")
CATALOGS = """
    WITH n AS (SELECT 'public'::regnamespace AS oid),
    c AS (SELECT * FROM pg_class WHERE relnamespace = (SELECT oid FROM n)),
    objects AS (
        SELECT 'pg_class'::regclass AS class, oid, relname::text AS name FROM c WHERE relkind NOT IN ('i', 'I') OR NOT relispartition
        UNION ALL SELECT 'pg_attribute'::regclass, a.attrelid, c.relname || '.' || a.attname
          FROM pg_attribute a JOIN c ON c.oid = a.attrelid WHERE a.attnum > 0 AND c.relkind IN ('r', 'p', 'c')
        UNION ALL SELECT 'pg_proc'::regclass, p.oid, p.proname FROM pg_proc p JOIN n ON n.oid = p.pronamespace
        UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typname FROM pg_type t JOIN n ON n.oid = t.typnamespace
          WHERE t.typtype <> 'm' AND t.typelem = 0
        UNION ALL SELECT 'pg_constraint'::regclass, k.oid, k.conname FROM pg_constraint k JOIN n ON n.oid = k.connamespace
          WHERE k.contype NOT IN ('n', 't') AND k.conparentid = 0 AND (k.conislocal OR k.contype <> 'c')
        UNION ALL SELECT 'pg_trigger'::regclass, t.oid, t.tgname FROM pg_trigger t JOIN c ON c.oid = t.tgrelid
          WHERE NOT t.tgisinternal AND t.tgparentid = 0
        UNION ALL SELECT 'pg_policy'::regclass, p.oid, p.polname FROM pg_policy p JOIN c ON c.oid = p.polrelid
        UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, r.rulename FROM pg_rewrite r JOIN c ON c.oid = r.ev_class
          WHERE r.rulename <> '_RETURN'
        UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxname FROM pg_statistic_ext WHERE stxnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_operator'::regclass, oid, oprname FROM pg_operator WHERE oprnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_opclass'::regclass, oid, opcname FROM pg_opclass WHERE opcnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_opfamily'::regclass, oid, opfname FROM pg_opfamily WHERE opfnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_collation'::regclass, oid, collname FROM pg_collation WHERE collnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_conversion'::regclass, oid, conname FROM pg_conversion WHERE connamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgname FROM pg_ts_config WHERE cfgnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictname FROM pg_ts_dict WHERE dictnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsname FROM pg_ts_parser WHERE prsnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplname FROM pg_ts_template WHERE tmplnamespace = (SELECT oid FROM n)
        UNION ALL SELECT 'pg_extension'::regclass, oid, extname FROM pg_extension WHERE extnamespace = (SELECT oid FROM n)
    )
    SELECT o.class::text, o.name FROM objects o
    WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype IN ('e', 'i'))
       OR o.class IN ('pg_attribute'::regclass, 'pg_rewrite'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass)
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype = 'i'
                      AND o.class = 'pg_class'::regclass AND e.refclassid <> 'pg_constraint'::regclass)
"""


@pytest.fixture
def target(store: Database) -> Iterator[Target]:
    with opened(store) as found:
        found.connection.begin()
        yield found
        found.connection.rollback()


def told(schema: Schema) -> set[str]:
    """Every name that is said somewhere."""
    found = {*schema.tables, *schema.views, *schema.sequences, *schema.types, *schema.extensions}
    found |= {routine.name.name for routine in schema.routines.values()} | {trigger.name.name for trigger in schema.triggers.values()}
    for table in schema.tables.values():
        found |= {f"{table.name.name}.{column.name}" for column in table.columns}
        parts = (*table.indexes, *table.uniques, *table.foreign_keys, *table.checks, *table.exclusions, *table.policies, table.primary_key)
        found |= {part.name or "" for part in parts if part is not None}
    for view in schema.views.values():
        found |= {index.name or "" for index in view.indexes}
    for own in schema.types.values():
        found |= {f"{own.name.name}.{attribute.name}" for attribute in own.attributes} | {check.name or "" for check in own.checks}
    for remainder in schema.remainders:
        found |= {remainder.name, remainder.name.partition("(")[0], remainder.name.rpartition(".")[2], remainder.name.rpartition(" ")[0]}
    return found


def test_every_object_of_the_catalog_is_in_the_schema_or_a_remainder(target: Target) -> None:
    target.connection.execute(Statement(ODD))
    shape = target.shape()
    kinds = {kind: name for kind, name in REMAINDERS if name is not None}
    assert {remainder.kind: remainder.name for remainder in shape.remainders if not remainder.name.startswith("typed.")} == kinds
    names = told(shape)
    far = {"far", "far.a", "far_a_check"}  # a foreign table is a remainder as a whole
    silent = [(catalog, name) for catalog, name in target.connection.query(CATALOGS) if name not in names | far]
    assert silent == []


def test_remainders_are_few(target: Target) -> None:
    assert target.shape().remainders == ()


def test_what_belongs_to_an_extension_is_not_shown(target: Target) -> None:
    target.connection.execute(Statement("CREATE EXTENSION hstore; CREATE EXTENSION unaccent"))
    before = target.shape()
    assert {"hstore", "unaccent", "citext", "btree_gist"} == before.extensions.keys()
    assert not any("hstore" in key or "unaccent" in key or "citext" in key for key in (*before.routines, *before.types))
    assert before.remainders == ()


def test_another_schema_is_seen_as_it_sees_itself(target: Target) -> None:
    target.connection.execute(Statement('CREATE TABLE there (a integer); CREATE SCHEMA "Other"; CREATE SCHEMA third'))
    body = STORE[STORE.index("CREATE TYPE order_state") :].replace("ON SCHEMA public", 'ON SCHEMA "Other"')
    target.connection.execute(Statement(f'SET LOCAL search_path = "Other", public; {body}; RESET search_path'))
    target.connection.execute(Statement('ALTER TABLE "Other".category ADD CONSTRAINT far FOREIGN KEY (parent_id) REFERENCES product (id)'))
    other = target.shape(schema="Other")
    (key,) = (key for key in other.tables["category"].foreign_keys if key.name == "far")
    assert (key.references.table.schema, other.tables["category"].foreign_keys[-1].references.table.schema) == ("public", "Other")
    target.connection.execute(Statement('ALTER TABLE "Other".category DROP CONSTRAINT far; DROP TABLE there'))
    own = canonical(target.shape(schema="public"), "public")
    other = canonical(target.shape(schema="Other"), "Other")
    assert {"citext", "btree_gist"} == own.extensions.keys()
    assert other.extensions == {}
    for left, right in ((own.tables, other.tables), (own.views, other.views), (own.routines, other.routines), (own.types, other.types)):
        for name, value in left.items():
            assert OPERATOR.sub(r"\1", str(right[name])).replace("public.", "") == str(value), name
    assert (own.triggers, own.grants, own.remarks, own.sequences) == (other.triggers, other.grants, other.remarks, other.sequences)


def test_a_fingerprint_does_not_depend_on_who_looks_and_from_where(store: Database, target: Target) -> None:
    before = look(target)
    target.connection.execute(Statement("CREATE SCHEMA elsewhere; SET LOCAL search_path = elsewhere; SET LOCAL DateStyle = German, DMY"))
    target.connection.execute(
        Statement("SET LOCAL IntervalStyle = iso_8601; SET LOCAL TimeZone = 'Asia/Kolkata'; SET LOCAL quote_all_identifiers = on")
    )
    assert canonical(target.shape(schema="public"), "public") == before.schema
    ((path,),) = target.connection.query("SELECT current_setting('search_path')")
    assert path == "elsewhere"


def test_a_fingerprint_does_not_look_at_the_order_of_columns_and_versions_of_extensions(target: Target) -> None:
    before = look(target)
    target.connection.execute(Statement('ALTER TABLE country RENAME name TO old; ALTER TABLE country ADD name text COLLATE "C" NOT NULL;'))
    target.connection.execute(Statement("ALTER TABLE country DROP old; ALTER TABLE country ADD CONSTRAINT country_name_key UNIQUE (name)"))
    target.connection.execute(Statement("ALTER EXTENSION citext UPDATE TO '1.8'"))
    assert look(target).fingerprint == before.fingerprint
    target.connection.execute(Statement("ALTER TABLE country RENAME CONSTRAINT country_name_key TO other"))
    assert look(target).fingerprint != before.fingerprint


def test_the_number_of_queries_does_not_grow_with_the_schema(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    query = target.connection.query

    def counted(sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        asked.append(sql)
        return query(sql, parameters)

    monkeypatch.setattr(target.connection, "query", counted)
    target.shape()
    few = len(asked)
    target.connection.execute(
        Statement("".join(f"CREATE TABLE t{n} (a integer PRIMARY KEY, b mood_of); " for n in range(30)).replace("mood_of", '"Mood"'))
    )
    target.shape()
    assert len(asked) == 2 * few
    assert few < 25


def test_a_remainder_is_told_by_kind_and_name(target: Target) -> None:
    target.connection.execute(Statement("CREATE RULE r AS ON INSERT TO person DO ALSO NOTHING"))
    assert target.shape().remainders == (Remainder(kind="rule", name="person.r"),)
