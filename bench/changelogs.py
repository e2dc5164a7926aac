"""Changelogs of any length, made for timing; the same migrations as dbmate and Alembic have them; files of rows."""

from pathlib import Path

ROWS_TABLE = "CREATE TABLE many (id INT, name VARCHAR(50), amount DECIMAL(10,2), born DATE)"


def table_per_changeset(folder: Path, count: int) -> Path:
    """`count` changesets in YAML, each one createTable with two columns; returns the root file."""
    lines = ["databaseChangeLog:"]
    for n in range(count):
        lines += [
            "  - changeSet:",
            f"      id: t{n}",
            "      author: bench",
            "      changes:",
            "        - createTable:",
            f"            tableName: t{n}",
            "            columns:",
            "              - column: {name: id, type: int, constraints: {primaryKey: true, nullable: false}}",
            "              - column: {name: label, type: varchar(50)}",
        ]
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / "changelog.yaml"
    root.write_text("\n".join(lines) + "\n")
    return root


def dbmate_migrations(folder: Path, count: int) -> Path:
    """The same tables as `count` files of dbmate; returns their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        sql = f"CREATE TABLE t{n} (id INTEGER NOT NULL, label VARCHAR(50), PRIMARY KEY (id));"
        (folder / f"{20240101000000 + n}_t{n}.sql").write_text(f"-- migrate:up\n{sql}\n\n-- migrate:down\nDROP TABLE t{n};\n")
    return folder


_ALEMBIC_ENV = """import os
from alembic import context
from sqlalchemy import create_engine, pool

with create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""


def alembic_revisions(folder: Path, count: int) -> Path:
    """The same tables as `count` revisions of Alembic, one transaction each; returns the folder to run it in."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (folder / "migrations" / "env.py").write_text(_ALEMBIC_ENV)
    for n in range(count):
        columns = f'"t{n}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("label", sa.String(50))'
        (versions / f"r{n}.py").write_text(
            f"from alembic import op\nimport sqlalchemy as sa\nrevision = 'r{n}'\ndown_revision = {f'r{n - 1}' if n else None!r}\n"
            f"def upgrade():\n    op.create_table({columns})\ndef downgrade():\n    op.drop_table('t{n}')\n"
        )
    return folder


def rows_changelog(folder: Path, count: int) -> Path:
    """A table, and `count` rows for it from a CSV file; returns the root file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w") as file:
        file.write("id,name,amount,born\n")
        file.writelines(f"{n},name of {n},{n % 1000}.25,2020-01-{n % 28 + 1:02d}\n" for n in range(count))
    root = folder / "changelog.yaml"
    root.write_text(
        "databaseChangeLog:\n- changeSet:\n    id: rows\n    author: bench\n    changes:\n"
        f"    - sql: {{sql: '{ROWS_TABLE}'}}\n    - loadData: {{tableName: many, file: rows.csv}}\n"
    )
    return root
