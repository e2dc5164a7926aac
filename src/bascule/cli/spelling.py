"""Names as Liquibase's users write them: kebab or camel case, options before or after the command."""

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

FLAGS = frozenset(
    {
        "cancel-orphan", "diff-column-order", "force", "help", "include-catalog", "include-schema", "include-system", "include-tablespace",
        "mark-failed-as-ran", "marker", "output-default-catalog", "output-default-schema", "overwrite-output-file",
        "quiet", "require-force", "should-run", "skip-object-sorting",
        "support-property-escaping", "tag-if-changed", "use-or-replace-option", "verbose", "version",
    }
)  # fmt: skip
"""Options that need no value: what follows one of them on the command line is its value only if it says true or false."""

_VALUE_OF = {
    **dict.fromkeys(("tag", "tag-exists", "rollback", "rollback-sql", "update-to-tag", "update-to-tag-sql"), "--tag"),
    **dict.fromkeys(("changelog-sync-to-tag", "changelog-sync-to-tag-sql", "future-rollback-from-tag-sql"), "--tag"),
    **dict.fromkeys(("update-count", "update-count-sql", "rollback-count", "rollback-count-sql", "future-rollback-count-sql"), "--count"),
    **dict.fromkeys(("rollback-to-date", "rollback-to-date-sql"), "--date"),
    "calculate-checksum": "--changeset-identifier",
}


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
            after = legacy_values(kebab(word), arguments[at + 1 :])
            return [word, *before, *after]
        before.append(word)
        if at + 1 == len(arguments) or (word.startswith("-D") and word != "-D"):
            continue
        following = arguments[at + 1]
        is_flag = kebab(word.lstrip("-")) in FLAGS and following.lower() not in ("true", "false")
        if word == "-D" or (word.startswith("--") and "=" not in word and not is_flag):
            before.append(following)
            next(rest)
    return before


def legacy_values(command: str, arguments: list[str]) -> list[str]:
    """`rollbackCount 2`, as old scripts say it, is `rollback-count --count 2`."""
    option = _VALUE_OF.get(command)
    if option is None or not arguments or arguments[0].startswith("-"):
        return arguments
    return [option, *arguments]
