"""Where in a shell script a text stands: a variable is read there only if the quotes around it let it be."""

import re
from typing import Literal

Quoting = Literal["none", "double", "single", "ansi", "here", "quoted here"]
"""`ansi` is `$'…'`; `here` a here-document, whose delimiter may be quoted."""
_HERE = re.compile(r"""<<(?P<tabs>-?)[ \t]*(?:(?P<mark>['"])(?P<quoted>\w+)(?P=mark)|(?P<escaped>\\)?(?P<plain>[A-Za-z_]\w*))""")
_BEFORE_COMMENT = " \t\n;&|("


class Place:
    """Reads a script piece by piece; `quoting` is that of what comes next."""

    def __init__(self) -> None:
        self._open: list[str] = []
        """What is open, the innermost last: `'`, `"`, `$'`, `$(`, `$((`, a backquote, `#`."""
        self._here: list[tuple[str, bool, bool]] = []
        """Here-documents that begin at the next line: delimiter, whether quoted, whether tabs are taken off."""
        self._in_here = False
        self._line = ""
        self._last = "\n"
        self._is_escaped = False

    @property
    def quoting(self) -> Quoting:
        """Of what comes next."""
        if self._in_here:
            return "quoted here" if self._here[0][1] else "here"
        match self._open[-1:]:
            case ["'"]:
                return "single"
            case ["$'"]:
                return "ansi"
            case ['"']:
                return "double"
            case _:
                return "none"

    def pass_over(self, text: str) -> None:
        """Read on."""
        at = 0
        while at < len(text):
            at += self._in_document(text[at]) if self._in_here else self._in_code(text, at)

    def _in_document(self, character: str) -> int:
        if character != "\n":
            self._line += character
            return 1
        end, _, has_tabs = self._here[0]
        if (self._line.lstrip("\t") if has_tabs else self._line) == end:
            self._here.pop(0)
            self._in_here = bool(self._here)
        self._line = ""
        self._last = "\n"
        return 1

    def _in_code(self, text: str, at: int) -> int:
        """One token; how long it is."""
        character, inner = text[at], self._open[-1] if self._open else ""
        last, self._last = self._last, character
        if self._is_escaped:
            self._is_escaped = False
            return 1
        if inner == "#":
            if character != "\n":
                return 1
            self._open.pop()
            inner = self._open[-1] if self._open else ""
        if inner == "'":
            if character == "'":
                self._open.pop()
            return 1
        if character == "\\":
            self._is_escaped = True
            return 1
        if inner == "$'":
            if character == "'":
                self._open.pop()
            return 1
        return self._outside_single(text, at, inner, last)

    def _outside_single(self, text: str, at: int, inner: str, last: str) -> int:
        character = text[at]
        for opening in ("$((", "$("):
            if text.startswith(opening, at):
                self._open.append(opening)
                self._last = "("
                return len(opening)
        if character == "`":
            self._toggle("`", inner)
        elif character == '"':
            self._toggle('"', inner)
        elif inner != '"':
            if text.startswith("$'", at):
                self._open.append("$'")
                return 2
            if character == "'":
                self._open.append("'")
            elif inner == "$((" and text.startswith("))", at):
                self._open.pop()
                return 2
            elif character == ")" and inner == "$(":
                self._open.pop()
            elif character == "(" and inner in ("$(", "$(("):
                self._open.append("$(")
            elif inner == "$((":
                pass
            elif character == "#" and last in _BEFORE_COMMENT:
                self._open.append("#")
            elif character == "\n" and self._here:
                self._in_here, self._line = True, ""
            elif (found := _HERE.match(text, at)) and not text.startswith("<<<", at) and text[at - 1 : at] != "<":
                is_quoted = bool(found["mark"] or found["escaped"])
                self._here.append((found["quoted"] or found["plain"], is_quoted, bool(found["tabs"])))
                return found.end() - at
        return 1

    def _toggle(self, mark: str, inner: str) -> None:
        if inner == mark:
            self._open.pop()
        else:
            self._open.append(mark)
