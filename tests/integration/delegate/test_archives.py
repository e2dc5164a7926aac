"""Archives, objects and artifacts come whole, below their folder, and are what they say; what is hostile is refused."""

import asyncio
import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.delegate.sources import Sources
from bascule.wire.jobs import ArchiveSource, ObjectSource, OciSource
from tests.integration.delegate.shelf import BASIC, PASSWORD, Registry, Shelf, fetch, header_bomb, refused, tarred, zip_twice, zipped


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: tarred(files, mode="w:xz")], ids=["zip", "tar.gz", "tar.xz"])
def test_an_archive_is_unpacked_by_what_it_is(tmp_path: Path, shelf: Shelf, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    shelf.files["/repo/changes-1.2"] = data = pack({"db/changelog.yaml": b"one", "db/sql/a.sql": b"select 1"})
    folder, pinned = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/repo/changes-1.2"))
    assert {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == {
        "db/changelog.yaml": b"one",
        "db/sql/a.sql": b"select 1",
    }
    assert pinned == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_who_may_read_says_so_by_password_or_token_over_tls(tmp_path: Path, secure_shelf: Shelf) -> None:
    shelf = secure_shelf
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.authorization = BASIC
    basic = ArchiveSource(url=f"{shelf.url}/a.zip", username="robot", password_secret="p", ca=shelf.ca)
    assert (fetch(tmp_path, basic, {"p": PASSWORD})[0] / "a").read_bytes() == b"1"
    shutil.rmtree(tmp_path / "workspace")
    shelf.authorization = f"Bearer {PASSWORD}"
    token = ArchiveSource(url=f"{shelf.url}/a.zip", token_secret="p", ca=shelf.ca)
    assert (fetch(tmp_path, token, {"p": PASSWORD})[0] / "a").read_bytes() == b"1"
    shutil.rmtree(tmp_path / "workspace")
    assert refused(tmp_path, basic, {"p": "CANARY-wrong"}) == "SRC-008"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip", token_secret="p"), {"p": PASSWORD}) == "SRC-014"


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.failures = 2
    assert (fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip"))[0] / "a").read_bytes() == b"1"
    assert shelf.asked == ["/a.zip"] * 3


def test_what_is_not_there_or_not_what_was_meant_is_said(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a.zip"] = zipped({"a": b"1"})
    shelf.files["/page"] = b"<html>not an archive</html>"
    shelf.files["/torn.zip"] = shelf.files["/a.zip"][:40] + shelf.files["/a.zip"][60:]
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/b.zip?token=CANARY")) == "SRC-009"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/page")) == "SRC-010"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/torn.zip")) == "SRC-010"
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a.zip", sha256="0" * 64)) == "SRC-016"
    assert refused(tmp_path, ArchiveSource(url="file:///etc/passwd")) == "SRC-006"
    assert refused(tmp_path, ArchiveSource(url="http://127.0.0.1:1/a.zip")) == "SRC-003"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"../out": b"x"}), "SRC-012"),
        (zipped({"/etc/out": b"x"}), "SRC-012"),
        (zipped({"a\\..\\..\\out": b"x"}), "SRC-012"),
        (zipped({"C:/out": b"x"}), "SRC-012"),
        (zipped({}, {"link": "/etc/passwd"}), "SRC-012"),
        (tarred({"../out": b"x"}), "SRC-012"),
        (tarred({}, (("link", tarfile.SYMTYPE, "/etc/passwd"),)), "SRC-012"),
        (tarred({}, (("a/link", tarfile.SYMTYPE, "../../out"),)), "SRC-012"),
        (tarred({"dir/out": b"x"}, (("dir", tarfile.SYMTYPE, "."),)), "SRC-012"),
        (tarred({}, (("l", tarfile.SYMTYPE, "a/../../x"), ("a", tarfile.SYMTYPE, "."))), "SRC-012"),
        (tarred({}, (("a", tarfile.SYMTYPE, "b"), ("b", tarfile.SYMTYPE, "a"))), "SRC-012"),
        (tarred({}, (("hard", tarfile.LNKTYPE, "/etc/passwd"),)), "SRC-012"),
        (tarred({}, (("pipe", tarfile.FIFOTYPE, ""),)), "SRC-012"),
        (zipped({"bomb": bytes(128 << 20)}), "SRC-011"),
        (tarred({"bomb": bytes(128 << 20)}), "SRC-011"),
        (zip_twice("a.sql"), "SRC-012"),
        (tarred({"new\nline": b"x"}), "SRC-012"),
        (tarred({"not-utf8-\udcff": b"x"}), "SRC-012"),
        (tarred({"x" * 300: b"x"}), "SRC-010"),
        (tarred({"a": b"x", "a/b": b"x"}), "SRC-010"),
        (tarred({}, (("null", tarfile.CHRTYPE, ""),)), "SRC-012"),
        (tarred({}, (("disk", tarfile.BLKTYPE, ""),)), "SRC-012"),
        (header_bomb(), "SRC-010"),
    ],
    ids=map(str, range(99)),
)
def test_a_hostile_archive_is_refused_whole(tmp_path: Path, shelf: Shelf, data: bytes, code: str) -> None:
    shelf.files["/a"] = data
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a")) == code
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar"])
def test_names_stay_as_they_were_written(tmp_path: Path, shelf: Shelf, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    files = {"A.sql": b"1", "a.sql": b"2", "größe/日本 x.sql": b"3", "-rf": b"4", "a b;c.sql": b"5"}
    shelf.files["/a"] = pack(files)
    folder, _ = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a"))
    assert {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == files


def test_a_zip_that_does_not_say_that_its_names_are_utf8_is_understood(tmp_path: Path, shelf: Shelf) -> None:
    name = "größe.sql".encode()
    shelf.files["/a"] = zipped({"x" * len(name): b"1"}).replace(b"x" * len(name), name)  # zipfile sets the flag only for what is not ASCII
    folder, _ = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a"))
    assert [path.name for path in folder.iterdir()] == ["größe.sql"]


def test_a_zip_whose_directory_does_not_fit_into_memory_is_refused(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a"] = zipped({f"{'x' * 200}{number}": b"" for number in range(80_000)})
    assert refused(tmp_path, ArchiveSource(url=f"{shelf.url}/a")) == "SRC-010"


def test_nothing_is_unpacked_any_more_when_the_job_is_cancelled(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a"] = zipped({f"{number}.sql": b"x" * 10_000 for number in range(20_000)})
    (workspace := tmp_path / "workspace").mkdir()

    async def cancelled() -> None:
        source = ArchiveSource(url=f"{shelf.url}/a")
        fetching = asyncio.create_task(Sources(tmp_path / "mirrors").fetch([source], workspace, {}, lambda text: None))
        while not (workspace / "source").exists():
            await asyncio.sleep(0.001)
        fetching.cancel()
        await asyncio.wait({fetching})
        left = [path.name for path in workspace.iterdir()]
        await asyncio.sleep(0.3)
        assert [left, [path.name for path in workspace.iterdir()]] == [[], []]

    asyncio.run(cancelled())


def test_a_link_inside_an_archive_may_stay_inside(tmp_path: Path, shelf: Shelf) -> None:
    shelf.files["/a"] = tarred({"v2/changelog.yaml": b"two"}, (("latest", tarfile.SYMTYPE, "v2"),))
    folder, _ = fetch(tmp_path, ArchiveSource(url=f"{shelf.url}/a"))
    assert (folder / "latest" / "changelog.yaml").read_bytes() == b"two"


# Registries


def test_an_artifact_is_its_files_and_its_archives(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    layers = [
        ("application/vnd.oci.image.layer.v1.tar+gzip", tarred({"db/changelog.yaml": b"one"}), None),
        ("application/octet-stream", b"select 1", "extra/a.sql"),
    ]
    digest = registry.push("v1", layers)
    host = shelf.url.removeprefix("http://")
    source = OciSource(reference=f"{host}/team/db:v1", username="robot", password_secret="p")
    folder, pinned = fetch(tmp_path, source, {"p": PASSWORD})
    assert ((folder / "db/changelog.yaml").read_bytes(), (folder / "extra/a.sql").read_bytes(), pinned) == (b"one", b"select 1", digest)
    shutil.rmtree(tmp_path / "workspace")
    pinned_source = OciSource(reference=f"{host}/team/db@{digest}", username="robot", password_secret="p")
    assert fetch(tmp_path, pinned_source, {"p": PASSWORD})[1] == digest


def test_a_link_of_one_layer_may_not_lead_out_by_way_of_one_of_another(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    kind = "application/vnd.oci.image.layer.v1.tar+gzip"
    # While x/y is not there the first link leads to the folder itself; then x/y is the folder, and it leads two above.
    layers: list[tuple[str, bytes, str | None]] = [
        (kind, tarred({}, (("out", tarfile.SYMTYPE, "x/y/../.."),)), None),
        (kind, tarred({}, (("x/y", tarfile.SYMTYPE, ".."),)), None),
    ]
    registry.push("v1", layers)
    source = OciSource(reference=f"{shelf.url.removeprefix('http://')}/team/db:v1", username="robot", password_secret="p")
    assert refused(tmp_path, source, {"p": PASSWORD}) == "SRC-012"


def test_layers_lie_over_each_other_and_an_index_of_one_is_that_one(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    kind = "application/vnd.oci.image.layer.v1.tar+gzip"
    layers: list[tuple[str, bytes, str | None]] = [
        (kind, tarred({"db/a.sql": b"1", "db/b.sql": b"1"}), None),
        (kind, tarred({"db/b.sql": b"2", "db/c/d.sql": b"2"}), None),
    ]
    digest = registry.push("v1", layers)
    index = {"schemaVersion": 2, "manifests": [{"digest": digest, "platform": {"os": "linux", "architecture": "amd64"}}]}
    registry.manifests["index"] = json.dumps(index).encode()
    registry.manifests["several"] = json.dumps({**index, "manifests": index["manifests"] * 2}).encode()  # type: ignore[operator]
    host = shelf.url.removeprefix("http://")
    folder, pinned = fetch(tmp_path, OciSource(reference=f"{host}/team/db:index", username="robot", password_secret="p"), {"p": PASSWORD})
    assert pinned == digest
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert files == {"db/a.sql": b"1", "db/b.sql": b"2", "db/c/d.sql": b"2"}
    shutil.rmtree(tmp_path / "workspace")
    several = OciSource(reference=f"{host}/team/db:several", username="robot", password_secret="p")
    assert refused(tmp_path, several, {"p": PASSWORD}) == "SRC-017"


def test_a_registry_that_lies_or_refuses_is_not_believed(tmp_path: Path, shelf: Shelf) -> None:
    registry = Registry(shelf)
    digest = registry.push("v1", [("application/octet-stream", b"select 1", "a.sql")])
    registry.push("slip", [("application/octet-stream", b"x", "../out")])
    host = shelf.url.removeprefix("http://")

    def source(reference: str) -> OciSource:
        return OciSource(reference=f"{host}/team/db{reference}", username="robot", password_secret="p")

    assert refused(tmp_path, source(":v1"), {"p": "CANARY-wrong"}) == "SRC-008"
    assert refused(tmp_path, source(":v9"), {"p": PASSWORD}) == "SRC-009"
    assert refused(tmp_path, source(":slip"), {"p": PASSWORD}) == "SRC-001"
    assert refused(tmp_path, source("@sha256:short"), {"p": PASSWORD}) == "SRC-006"
    for blob in registry.blobs:
        registry.blobs[blob] = b"select 2"
    assert refused(tmp_path, source(":v1"), {"p": PASSWORD}) == "SRC-016"
    registry.manifests[digest] = registry.manifests["slip"]
    assert refused(tmp_path, source(f"@{digest}"), {"p": PASSWORD}) == "SRC-016"


# Object stores


def test_objects_come_as_an_archive_or_as_they_are(tmp_path: Path, s3: dict[str, str]) -> None:
    secret = {"secret_access_key": "p"}
    folder, pinned = fetch(tmp_path, ObjectSource(url="s3://changes/releases/v1.zip", options=s3, secret_options=secret), {"p": PASSWORD})
    assert (folder / "changelog.yaml").read_bytes() == b"one"
    folder, again = fetch(tmp_path, ObjectSource(url="s3://changes/main", options=s3, secret_options=secret), {"p": PASSWORD})
    assert ((folder / "changelog.yaml").read_bytes(), (folder / "sql/a.sql").read_bytes()) == (b"two", b"select 1")
    assert pinned != again


def test_a_store_that_does_not_let_us_in_is_said(tmp_path: Path, s3: dict[str, str]) -> None:
    source = ObjectSource(url="s3://changes/releases/v1.zip", options=s3, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, source, {"p": "CANARY-wrong"}) in ("SRC-003", "SRC-008")
    missing = ObjectSource(url="s3://changes/nothing", options=s3, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, missing, {"p": PASSWORD}) == "SRC-009"
    unknown = ObjectSource(url="s3://changes/nothing", options={**s3, "nonsense": "1"}, secret_options={"secret_access_key": "p"})
    assert refused(tmp_path, unknown, {"p": PASSWORD}) == "SRC-003"
    assert refused(tmp_path, ObjectSource(url="ftp://changes/x")) == "SRC-006"
