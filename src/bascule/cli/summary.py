"""The counts at the end of an update: how many ran, how many did not and why."""

from collections.abc import Iterator

import click

from bascule.cli.console import Console
from bascule.cli.options import all_of, setting
from bascule.engine.commands.update import UpdateReport
from bascule.engine.plan import SkipReason

_WIDTH = 31
_REASONS: dict[SkipReason, str] = {
    "context": "Context mismatch",
    "label": "Label mismatch",
    "after_count": "After count",
    "after_tag": "After tag",
    "ignored": "Ignored",
    "dbms": "DBMS mismatch",
    "not_asked": "Not asked for",
}

summary_options = all_of(
    setting(
        "--show-summary",
        type=click.Choice(["OFF", "SUMMARY", "VERBOSE"], case_sensitive=False),
        default="SUMMARY",
        help="Whether the counts are printed; with VERBOSE each changeset that was left out, too.",
    ),
    setting(
        "--show-summary-output",
        type=click.Choice(["LOG", "CONSOLE", "ALL"], case_sensitive=False),
        default="ALL",
        help="LOG prints them among the progress, on stderr.",
    ),
)


class Summary:
    """How much of it is printed, and where."""

    def __init__(self, layout: str = "SUMMARY", output: str = "ALL") -> None:
        self._layout = layout
        self._output = output

    def print(self, report: UpdateReport, console: Console) -> None:
        if self._layout != "OFF":
            for line in _lines(report, verbose=self._layout == "VERBOSE"):
                (console.tell if self._output == "LOG" else console.out)(line)


def _lines(report: UpdateReport, *, verbose: bool) -> Iterator[str]:
    filtered = sum(report.filtered.values())
    yield ""
    yield "UPDATE SUMMARY"
    yield _line("Run:", report.run)
    yield _line("Previously run:", report.previously_run)
    yield _line("Filtered out:", filtered)
    yield "-" * _WIDTH
    yield _line("Total change sets:", report.total)
    yield ""
    if filtered:
        yield ""
        yield "FILTERED CHANGE SETS SUMMARY"
        for reason, label in _REASONS.items():
            if reason in report.filtered:
                yield _line(f"{label}:", report.filtered[reason])
        yield ""
    if filtered and verbose:
        for skipped in report.skipped:
            yield f"     {skipped.fqn}  {_REASONS[skipped.reason]}"
        yield ""


def _line(label: str, number: int) -> str:
    return f"{label}{number:>{_WIDTH - len(label)}}"
