"""What a plain YAML 1.1 scalar means: one table, tried in order. `on` is true, `010` is eight, `1:30` is ninety; dates stay text."""

import re
from collections.abc import Callable
from decimal import Decimal

from bascule.core.documents import Kind

ScalarValue = str | int | float | bool | None


def _sexagesimal_int(text: str) -> int:
    sign, digits = _sign(text)
    total = 0
    for part in digits.split(":"):
        total = total * 60 + int(part)
    return sign * total


def _sexagesimal_float(text: str) -> float:
    sign, digits = _sign(text)
    total = 0.0
    for part in digits.split(":"):
        total = total * 60 + float(part)
    return sign * total


def _sign(text: str) -> tuple[int, str]:
    digits = text.replace("_", "")
    if digits[0] in "+-":
        return (-1 if digits[0] == "-" else 1), digits[1:]
    return 1, digits


def _int_of_base(base: int, prefix: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        sign, digits = _sign(text)
        return sign * int(digits[prefix:], base)

    return read


def _float(text: str) -> float:
    return float(text.replace("_", ""))


def _infinity(text: str) -> float:
    return float("-inf") if text.startswith("-") else float("inf")


RULES: tuple[tuple[Kind, str, Callable[[str], ScalarValue]], ...] = (
    ("null", r"~|null|Null|NULL|", lambda _: None),
    ("bool", r"yes|Yes|YES|true|True|TRUE|on|On|ON", lambda _: True),
    ("bool", r"no|No|NO|false|False|FALSE|off|Off|OFF", lambda _: False),
    ("int", r"[-+]?0b_*[01][01_]*", _int_of_base(2, 2)),
    ("int", r"[-+]?0_*[0-7][0-7_]*", _int_of_base(8, 1)),
    ("int", r"[-+]?(?:0|[1-9][0-9_]*)", _int_of_base(10, 0)),
    ("int", r"[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*", _int_of_base(16, 2)),
    ("int", r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+", _sexagesimal_int),
    ("float", r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?", _float),
    ("float", r"[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+", _float),
    ("float", r"[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?", _float),
    ("float", r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*", _sexagesimal_float),
    ("float", r"[-+]?\.(?:inf|Inf|INF)", _infinity),
    ("float", r"\.(?:nan|NaN|NAN)", lambda _: float("nan")),
)
"""(kind, pattern of the whole text, reader). What no rule matches is a string."""

_ONE_PATTERN = re.compile("|".join(f"({pattern})" for _, pattern, _ in RULES[1:]) + f"|({RULES[0][1]})")
_MAYBE_SPECIAL = frozenset("~nNyYtToOfF-+.0123456789")
_MAX_DIGITS = 4000
"""Python refuses to read longer integers; such a text stays a string."""


def read_scalar(text: str) -> tuple[Kind, ScalarValue]:
    """The kind and the value of a plain (unquoted) scalar."""
    if text and (text[0] not in _MAYBE_SPECIAL or len(text) > _MAX_DIGITS):
        return "str", text
    match = _ONE_PATTERN.fullmatch(text)
    if match is None or match.lastindex is None:
        return "str", text
    kind, _, read = RULES[match.lastindex % len(RULES)]
    return kind, read(text)


_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?))?"
)


def is_moment(text: str) -> bool:
    """Whether a plain scalar is a date (`2024-05-06`) or a moment."""
    return text[:1].isdigit() and _MOMENT.fullmatch(text) is not None


def canonical_text(kind: Kind, value: ScalarValue, text: str) -> str:
    """The text that a program which has read the value prints again: `010` → `8`, `1.50` → `1.5`, `on` → `true`; strings as written."""
    if kind == "bool":
        return "true" if value else "false"
    if kind == "int":
        return str(value)
    if kind == "float" and isinstance(value, float):
        return _java_double(value)
    return text


def _java_double(value: float) -> str:
    """A double as Java prints it: plain between 10^-3 and 10^7, else one digit, a point and `E`."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if str(value).startswith("-") else "0.0"
    if 1e-3 <= abs(value) < 1e7:
        plain = format(Decimal(repr(value)), "f")
        return plain if "." in plain else f"{plain}.0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    mantissa = "".join(map(str, digits))
    power = int(exponent) + len(mantissa) - 1
    return f"{'-' if sign else ''}{mantissa[0]}.{mantissa[1:] or '0'}E{power}"
