"""Options that users' files and scripts have and that mean nothing here: taken off the command line with their values."""

from collections import deque
from collections.abc import Container, Sequence
from typing import NamedTuple

from bascule.cli.client_settings import OPTIONS
from bascule.cli.spelling import kebab

WITHOUT_EFFECT = frozenset(
    {
        # what only a JVM or its drivers have
        "driver", "classpath", "include-system-classpath", "secure-parsing", "validate-xml-changelog-files", "ui-service",
        # how the peer's own program talks
        "log-level", "log-file", "log-format", "log-channels", "sql-log-level", "sql-show-sql-warnings", "filter-log-messages",
        "mirror-console-messages-to-log", "mirror-output-to-console", "monitor-performance", "show-banner", "headless",
        "custom-log-data-file", "custom-log-data-frequency", "prompt-for-non-local-database", "changelog-lock-poll-rate",
        "changelog-parse-mode",
        # what is always so here
        "strict", "pro-strict", "allow-duplicated-changeset-identifiers", "error-on-circular-include-all", "convert-data-types",
        "preserve-schema-case",
        "always-drop-instead-of-replace", "always-override-stored-logic-schema", "auto-reorg", "use-procedure-schema",
        "include-catalog-in-specification", "include-relations-for-computed-columns", "should-snapshot-data", "diff-column-order",
        "generate-changeset-created-values", "generated-changeset-ids-contains-description", "liquibase-catalog-name",
        # what needs no licence here, or is not for sale
        "license-key", "pro-license-key", "pro-mark-unused-not-drop", "pro-sql-inline", "pro-synonyms-drop-public", "dbclhistory-enabled",
        "dbclhistory-capture-extensions", "dbclhistory-capture-sql", "dbclhistory-severity",
    }
)  # fmt: skip
GLOBAL = frozenset(
    {
        "database-changelog-table-name", "database-changelog-lock-table-name", "liquibase-schema-name", "liquibase-tablespace-name",
        "search-path", "missing-property-mode", "support-property-escaping", "on-missing-include-changelog",
        "changelog-lock-wait-time-in-minutes", "ddl-lock-timeout", "file-encoding", "duplicate-file-mode", "pro-global-end-delimiter",
        "pro-global-end-delimiter-prioritized",
    }
)  # fmt: skip
"""They may stand beside every command: one that has no use for them leaves them out."""
JAVA_CLASSES = frozenset(
    {"change-exec-listener-class", "change-exec-listener-properties-file", "database-class", "property-provider-class"}
)
"""They name code that cannot run here: left out too, but told."""


class Taken(NamedTuple):
    """The arguments that are `left`; names that someone should be `told` of; the settings of databases' own `clients`."""

    left: list[str]
    told: list[str]
    clients: dict[str, str]


def without_accepted(arguments: Sequence[str], own: Container[str]) -> Taken:
    """What becomes of the arguments of a command that has `own` options."""
    left: list[str] = []
    told: list[str] = []
    clients: dict[str, str] = {}
    words = deque(arguments)
    while words:
        word = words.popleft()
        name, equals, value = word[2:].partition("=") if word.startswith("--") else ("", "", "")
        option = kebab(name) if name else ""
        if option in OPTIONS:
            clients[option] = value if equals else words.popleft() if words else ""
            continue
        if option in own or not (option in WITHOUT_EFFECT or option in GLOBAL or option in JAVA_CLASSES):
            left.append(word)
            continue
        if option in JAVA_CLASSES:
            told.append(option)
        if not equals and words and not words[0].startswith("-"):
            words.popleft()
    return Taken(left, told, clients)
