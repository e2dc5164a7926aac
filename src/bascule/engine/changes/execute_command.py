"""executeCommand: a program on the machine where the engine runs."""

import platform
from collections.abc import Iterator

from bascule.engine import operations as ops
from bascule.engine.changes.base import Change, change
from bascule.engine.written.element import Element


@change("executeCommand")
class ExecuteCommand(Change, frozen=True, kw_only=True):
    """Run a program with its `arg`s, where `os` names this system or is not given."""

    executable: str
    timeout: str | None = None
    os: str | None = None

    def operations(self) -> Iterator[ops.Operation]:
        if self.os is not None and platform.system().lower() not in {word.strip().lower() for word in self.os.split(",")}:
            return
        arguments = (element.value_of("value") or (element.text.text if element.text else "") for element in self._argument_elements())
        yield ops.RunProgram((self.executable, *arguments), self.timeout)

    def _argument_elements(self) -> Iterator[Element]:
        """`arg` children (XML) or the items of `args` (YAML, JSON)."""
        for child in self.written.children:
            if child.name == "arg":
                yield child
            elif child.name == "args":
                yield from child.children
