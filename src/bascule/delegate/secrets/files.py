"""Files in the folder that the delegate was started to read secrets from (`--secret-files`), as an orchestrator mounts them.

A symlink that stays in the folder is followed: that is how Kubernetes mounts a Secret.
"""

import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from bascule.core.errors import DeniedError, InputError
from bascule.core.problems import Problem
from bascule.delegate.secrets.base import MAX_BYTES, decoded, not_there, part_of, split
from bascule.delegate.settings import DelegateSettings


class Files:
    """Needs no log-in."""

    expires_at = math.inf

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, reference: str) -> str:
        name, key = split(reference)
        where = f"DelegateFiles {reference}"
        if self._folder is None:
            fix = "start the delegate with --secret-files FOLDER"
            raise DeniedError(Problem(code="SEC-029", what="this delegate gives away no files as secrets", where=where, fix=fix))
        return part_of(decoded(read_below(self._folder, name, where), where).removesuffix("\n").removesuffix("\r"), key, where)


def read_below(folder: Path, name: str, where: str) -> bytes:
    """The content of a file of that folder, wherever it really stands in it. Raises DeniedError for one that stands elsewhere."""
    root = folder.resolve()
    path = Path(os.path.realpath(root / name.lstrip("/")))
    if root not in path.parents:
        what = "the file is not in the delegate's folder of secrets"
        raise DeniedError(Problem(code="SEC-029", what=what, where=where, fix="put it there"))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise not_there(where, "there is no such file") from error
    except OSError as error:
        raise DeniedError(Problem(code="SEC-023", what="the delegate may not read this file", where=where, why=error.strerror)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError(Problem(code="SEC-034", what="this is no plain file", where=where))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 2)  # one line end more than the largest that is taken
    finally:
        os.close(descriptor)


def log_in(_options: Mapping[str, str], _credentials: Mapping[str, str], settings: DelegateSettings) -> Files:
    """The folder that this delegate was given."""
    return Files(settings.secret_files)
