"""Prints, at the end, how many of the recorded cases pass."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = {
        outcome: [report for report in terminalreporter.stats.get(outcome, []) if "compat/test_cases.py::test_case" in report.nodeid]
        for outcome in ("passed", "failed", "xfailed", "skipped", "error")
    }
    played = sum(len(reports[outcome]) for outcome in ("passed", "failed", "xfailed", "error"))
    if played:
        passed = len(reports["passed"])
        terminalreporter.write_line(
            f"recorded Liquibase cases: {passed} of {played} pass ({100 * passed / played:.0f} %), "
            f"{len(reports['xfailed'])} wait for something unbuilt, {len(reports['skipped'])} skipped"
        )
