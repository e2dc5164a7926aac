"""Snapshots as files: our own documents under `bascule`, beside the shape that Liquibase reads under `snapshot`. Either is read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from bascule.core.errors import InputError, NotFoundError
from bascule.core.problems import Problem
from bascule.engine.snapshots import peer_read, peer_write
from bascule.engine.snapshots.model import Snapshot

Format = Literal["json", "yaml", "bascule"]


def text(snapshots: Sequence[Snapshot], kind: Format) -> str:
    """Of one schema or several of one database. `bascule` is JSON without Liquibase's part."""
    own = msgspec.to_builtins(list(snapshots))
    document = {"bascule": own} if kind == "bascule" else {**peer_write.document(snapshots), "bascule": own}
    if kind == "yaml":
        import yaml

        dumper = yaml.CSafeDumper
        return str(yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def read(file: str) -> list[Snapshot]:
    """One per schema. What Liquibase took has no fingerprint. Raises NotFoundError; InputError for what is no snapshot."""
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise NotFoundError(Problem(code="CLI-006", what=f"the file '{file}' cannot be read", why=error.strerror)) from error
    try:
        return _snapshots(_document(file, data))
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            Problem(
                code="CFG-022",
                what="this is no snapshot that we can read",
                where=file,
                why=f"{type(error).__name__}: {error}",
                fix="take one by bascule snapshot --snapshot-format json",
            )
        ) from error


def _document(file: str, data: bytes) -> dict[str, Any]:
    if not file.lower().endswith((".yaml", ".yml")):
        return msgspec.json.decode(data, type=dict[str, Any])
    import yaml

    try:
        return msgspec.convert(yaml.load(data, Loader=yaml.CSafeLoader), dict[str, Any])
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _snapshots(document: dict[str, Any]) -> list[Snapshot]:
    if "bascule" in document:
        return msgspec.convert(document["bascule"], list[Snapshot])
    if "objects" in document["snapshot"]:
        return peer_read.snapshots(document)
    return [msgspec.convert(document["snapshot"], Snapshot)]
