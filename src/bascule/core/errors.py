"""One tree of errors, cut by who can act. Each carries the problems it was raised for."""

from collections.abc import Iterable
from typing import ClassVar

from bascule.core.problems import Problem


class BasculeError(Exception):
    """The root: `problems` is never empty."""

    problems: tuple[Problem, ...]
    exit_status: ClassVar[int] = 1
    """What a program ends with that fails so."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("an error needs at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputError(BasculeError):
    """What the author wrote is wrong: a file, an option, a request."""


class ConflictError(BasculeError):
    """The world is not as recorded: a checksum, a digest, a version, a lock."""


class DriftError(ConflictError):
    """A database is not what its changelog made of it, and that is to count as a failure."""

    exit_status: ClassVar[int] = 3


class DeniedError(BasculeError):
    """A rule or a person said no."""


class NotFoundError(BasculeError):
    """No such thing, or none the actor may see."""


class TargetError(BasculeError):
    """A database, cluster, delegate or server failed. Raised `from` the driver's error."""
