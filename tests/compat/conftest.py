"""Prints, at the end, how many of the recorded cases pass."""

import pytest

_SUITES = {"compat/test_cases.py::test_case": "recorded Liquibase cases", "compat/test_offline.py::test_script": "recorded offline scripts"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodes, title in _SUITES.items():
        _tell(terminalreporter, nodes, title)


def _tell(terminalreporter: pytest.TerminalReporter, nodes: str, title: str) -> None:
    reports = {
        outcome: [report for report in terminalreporter.stats.get(outcome, []) if nodes in report.nodeid]
        for outcome in ("passed", "failed", "xfailed", "skipped", "error")
    }
    played = sum(len(reports[outcome]) for outcome in ("passed", "failed", "xfailed", "error"))
    if played:
        passed = len(reports["passed"])
        terminalreporter.write_line(
            f"{title}: {passed} of {played} pass ({100 * passed / played:.0f} %), "
            f"{len(reports['xfailed'])} wait for something unbuilt, {len(reports['skipped'])} skipped"
        )
