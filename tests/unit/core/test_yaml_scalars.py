"""The YAML 1.1 scalar table: what users write, and what a program that read it prints again."""

import math

import pytest

from bascule.core.yaml_scalars import canonical_text, is_moment, read_scalar


@pytest.mark.parametrize(
    ("text", "kind", "value", "printed"),
    [
        ("", "null", None, ""),
        ("~", "null", None, "~"),
        ("NULL", "null", None, "NULL"),
        ("nil", "str", "nil", "nil"),
        ("on", "bool", True, "true"),
        ("Off", "bool", False, "false"),
        ("YES", "bool", True, "true"),
        ("no", "bool", False, "false"),
        ("y", "str", "y", "y"),
        ("True", "bool", True, "true"),
        ("tRUE", "str", "tRUE", "tRUE"),
        ("0", "int", 0, "0"),
        ("-0", "int", 0, "0"),
        ("1", "int", 1, "1"),
        ("+7", "int", 7, "7"),
        ("010", "int", 8, "8"),
        ("-010", "int", -8, "-8"),
        ("08", "str", "08", "08"),
        ("0x1F", "int", 31, "31"),
        ("0b101", "int", 5, "5"),
        ("0o17", "str", "0o17", "0o17"),
        ("1_000", "int", 1000, "1000"),
        ("1:30", "int", 90, "90"),
        ("-1:30:00", "int", -5400, "-5400"),
        ("1:75", "str", "1:75", "1:75"),
        ("12345678901234567890", "int", 12345678901234567890, "12345678901234567890"),
        ("1.50", "float", 1.5, "1.5"),
        ("2.0", "float", 2.0, "2.0"),
        ("1.", "float", 1.0, "1.0"),
        (".5", "float", 0.5, "0.5"),
        ("1e3", "float", 1000.0, "1000.0"),
        ("1.5e10", "float", 1.5e10, "1.5E10"),
        ("12345678.9", "float", 12345678.9, "1.23456789E7"),
        ("0.0001", "float", 0.0001, "1.0E-4"),
        ("1e-7", "float", 1e-7, "1.0E-7"),
        ("-.inf", "float", -math.inf, "-Infinity"),
        ("1:30.5", "float", 90.5, "90.5"),
        ("2020-01-02", "str", "2020-01-02", "2020-01-02"),
        ("2020-01-02 03:04:05", "str", "2020-01-02 03:04:05", "2020-01-02 03:04:05"),
        ("1.2.3", "str", "1.2.3", "1.2.3"),
        ("12:00:61", "str", "12:00:61", "12:00:61"),
        ("-", "str", "-", "-"),
        (".", "str", ".", "."),
        ("+", "str", "+", "+"),
        ("_1", "str", "_1", "_1"),
    ],
)
def test_a_plain_scalar_is_read_by_the_table(text: str, kind: str, value: object, printed: str) -> None:
    assert read_scalar(text) == (kind, value)
    assert canonical_text(*read_scalar(text), text) == printed


def test_not_a_number_is_a_float() -> None:
    kind, value = read_scalar(".NaN")
    assert kind == "float"
    assert isinstance(value, float)
    assert math.isnan(value)
    assert canonical_text(kind, value, ".NaN") == "NaN"


def test_a_number_too_long_to_read_stays_text() -> None:
    assert read_scalar("9" * 5000) == ("str", "9" * 5000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06", True),
        ("2024-05-06T07:08:09", True),
        ("2024-5-6 7:08:09.25 +02:00", True),
        ("2024-05-06t07:08:09Z", True),
        ("2024-5-6", False),
        ("2024-05-06T07:08", False),
        ("07:08:09", False),
        ("x2024-05-06", False),
    ],
)
def test_dates_and_moments_are_recognised(text: str, expected: bool) -> None:
    assert is_moment(text) is expected
