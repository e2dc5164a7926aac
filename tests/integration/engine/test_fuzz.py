"""Recorded changelogs, mutilated: reading one ends soon, in a changelog or in problems. The parse cache answers as the files do.

`BASCULE_FUZZ=5000` makes that many of each, and others every time; without it there are few, always the same.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bascule
from bascule.core.errors import BasculeError
from bascule.engine.changelog.formats import extension
from bascule.engine.changelog.load import LoadSettings, load
from bascule.engine.sql.split import split
from bascule.engine.written.changeset import Changelog
from bascule.engine.written.files import Files

ROUNDS = int(os.environ.get("BASCULE_FUZZ", "0"))
SECONDS = 5.0
CASES = Path(__file__).parents[2] / "compat" / "cases"
SETTINGS = LoadSettings(dbms="postgresql")
PIECES = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\t", b"\n\n", b"\n/\n", b"\nGO\n", b'"', b"'", b"`", b"$$",
    b"${", b"${a}", b"}", b"{", b"[", b"]", b"<", b">", b"&amp;", b"<![CDATA[", b"]]>", b"<!--", b"*x", b"&x ", b"!!int ",
    b"<<: ", b"- ", b": ", b"? ", b"|\n", b">-\n", b"%YAML 1.1\n", b"---\n", b"...\n", b"/*", b"*/", b"--",
    b"--changeset a:b\n", b"--rollback ", b"--preconditions onFail:HALT\n", b"--ignoreLines:start\n",
    b"--property name:a value:b\n", b"BEGIN ", b"END; ", b"CASE ", b";", b"null", b"true", b"010", b"1e999", b"-.inf", b"=",
    b",",
)  # fmt: skip


def rounds(usual: int) -> int:
    return ROUNDS or usual


def chance(name: str) -> random.Random:
    return random.Random(None if ROUNDS else name)


def inputs(kind: str) -> list[bytes]:
    found = [path.read_bytes() for path in sorted(CASES.glob("*/input/**/*")) if path.is_file() and extension(path.name) == kind]
    return [data for data in found if len(data) < 20_000]


def mutilated(data: bytes, choose: random.Random) -> bytes:
    """Some bytes gone, doubled, swapped, changed; some of what means something put in."""
    for _ in range(choose.randint(1, 6)):
        at, to = sorted(choose.randrange(len(data) + 1) for _ in range(2))
        to = min(to, at + choose.choice((1, 5, 50, 500)))
        match choose.randrange(5):
            case 0:
                data = data[:at] + data[to:]
            case 1:
                data = data[:to] + data[at:to] * choose.choice((1, 2, 20)) + data[to:]
            case 2:
                data = data[:at] + choose.choice(PIECES) + data[at:]
            case 3:
                data = data[:at] + choose.randbytes(min(3, to - at)) + data[to:]
            case 4:
                other = choose.randrange(len(data) + 1)
                data = data[:other] + data[at:to] + data[other:]
    return data


@pytest.mark.parametrize("kind", ["yaml", "xml", "json", "sql"])
def test_a_mutilated_changelog_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    choose, files = chance(kind), inputs(kind)
    assert files
    for _ in range(rounds(150)):
        data = mutilated(choose.choice(files), choose)
        (tmp_path / f"root.{kind}").write_bytes(data)
        began = time.monotonic()
        try:
            load(f"root.{kind}", Files([tmp_path]), settings=SETTINGS, cache=None)
        except BasculeError as error:
            assert all(problem.code and problem.what for problem in error.problems), data  # noqa: PT017  # being refused is one good end
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error}\n{data!r}")
        assert time.monotonic() - began < SECONDS, data


def test_a_mutilated_script_is_split_without_loss() -> None:
    """Whatever the text: what comes out is pieces of it, in order, nothing twice."""
    choose, files = chance("split"), inputs("sql")
    for _ in range(rounds(300)):
        script = mutilated(choose.choice(files), choose).decode(errors="replace").replace("\r", "")
        at = 0
        for piece in split(script):
            at = script.find(piece, at)
            assert at >= 0, script
            at += len(piece)


class Folder:
    """A changelog on disk that changes at random: its files, its folders' contents, what it is asked with."""

    def __init__(self, root: Path, choose: random.Random) -> None:
        self.root = root
        self.choose = choose
        (root / "all").mkdir(parents=True)
        self.write("root.yaml", "databaseChangeLog:\n- includeAll: {path: all, errorIfMissingOrEmpty: false}\n- include: {file: one.sql}\n")
        self.write("one.sql", self.sql("${word}"))

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    def sql(self, word: str) -> str:
        return f"--liquibase formatted sql\n--changeset a:{self.choose.randrange(10**9)}\nselect '{word}';\n"

    def change(self) -> None:
        name = f"all/{self.choose.randrange(3)}.sql"
        match self.choose.randrange(6):
            case 0:
                self.write(name, self.sql("x"))
            case 1:
                (self.root / name).unlink(missing_ok=True)
            case 2:
                self.write("one.sql", self.sql("${word}"))
            case 3:
                self.write(name, "--liquibase formatted sql\n--changeset broken\n")
            case 4:
                file = self.choose.choice(("a.txt", "b.txt"))
                self.write(
                    "all/9.yaml", f"databaseChangeLog:\n- changeSet: {{id: 9, author: a, changes: [{{sqlFile: {{path: {file}}}}}]}}\n"
                )
                self.write(file, self.choose.choice(("select 1", "select '${word}'", "select ${other}")))
            case _:
                pass

    def settings(self) -> LoadSettings:
        properties = self.choose.choice(({}, {"word": "a"}, {"word": "b"}, {"other": "1"}))
        return LoadSettings(
            dbms=self.choose.choice(("sqlite", "postgresql")), properties=properties, contexts=self.choose.choice((None, "x"))
        )


def damages(folder: Path, choose: random.Random) -> Iterator[Callable[[], object]]:
    """What may happen to a cache between two runs."""
    entries = [path for path in folder.iterdir() if path.suffix == ".changelog"] if folder.is_dir() else []
    if entries:
        entry, other = choose.choice(entries), choose.choice(entries)
        data = entry.read_bytes() or b"?"
        at = choose.randrange(len(data))
        yield lambda: entry.write_bytes(data[:at])
        yield lambda: entry.write_bytes(data[:at] + bytes([data[at] ^ (1 << choose.randrange(8))]) + data[at + 1 :])
        yield lambda: entry.write_bytes(other.read_bytes())
        yield lambda: entry.write_bytes(choose.randbytes(at))
        yield entry.unlink


def test_the_cache_answers_as_the_files_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose = chance("cache")
    log, cache = Folder(tmp_path / "log", choose), tmp_path / "cache"
    files = Files([log.root])

    def answer(settings: LoadSettings, folder: Path | None) -> Changelog | tuple[str, ...]:
        try:
            return load("root.yaml", files, settings=settings, cache=folder)
        except BasculeError as error:
            return tuple(str(problem) for problem in error.problems)

    for _ in range(rounds(150)):
        log.change()
        happened = list(damages(cache, choose))
        if happened and not choose.randrange(3):
            choose.choice(happened)()
        monkeypatch.setattr(bascule, "__version__", choose.choice(("0.1.0", "0.2.0")))
        settings = log.settings()
        plain, cached = answer(settings, None), answer(settings, cache)
        if isinstance(plain, Changelog) and isinstance(cached, Changelog):
            known = [changeset.known_checksums for changeset in cached.changesets]
            assert all(set(sums) <= {f"9:{settings.dbms}"} for sums in known)
            assert [(c.identity, c.changes, c.file_properties) for c in cached.changesets] == [
                (c.identity, c.changes, c.file_properties) for c in plain.changesets
            ]
            assert (cached.properties, cached.warnings) == (plain.properties, plain.warnings)
        else:
            assert plain == cached
