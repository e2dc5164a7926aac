"""Names as Liquibase's users write them: kebab or camel case, options before or after the command."""

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

#: Options that take no value: what follows one of them on the command line is not its value.
FLAGS = frozenset(
    {
        "cancel-orphan", "force", "help", "include-system", "mark-failed-as-ran", "marker", "no-cancel-orphan", "quiet",
        "tag-if-changed", "verbose", "version",
    }
)  # fmt: skip


def kebab(name: str) -> str:
    """`changeLogFile` → `changelog-file`, `updateSQL` → `update-sql`; a short option (`D`) stays as it is."""
    if len(name) == 1:
        return name
    words = _HUMP.sub("-", name).lower().replace("_", "-")
    return words.replace("change-log", "changelog").replace("change-set", "changeset").replace("check-sum", "checksum")


def command_first(arguments: list[str]) -> list[str]:
    """Moves the command before the options that stood in front of it: `--url X update` → `update --url X`."""
    before: list[str] = []
    rest = iter(range(len(arguments)))
    for at in rest:
        word = arguments[at]
        if not word.startswith("-") or word == "-":
            return [word, *before, *arguments[at + 1 :]]
        before.append(word)
        takes_next = word.startswith("--") and "=" not in word and kebab(word.lstrip("-")) not in FLAGS
        if (takes_next or word == "-D") and at + 1 < len(arguments):
            before.append(arguments[at + 1])
            next(rest)
    return before
