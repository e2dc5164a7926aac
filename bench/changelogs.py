"""Changelogs of any length, made for timing."""

from pathlib import Path


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
