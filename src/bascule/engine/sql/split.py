"""Scripts into statements, by the rules of Liquibase 4.28 with dollar quoting understood.

A statement ends at `;`, or at GO or `/` alone on a line. Comments, strings, dollar-quoted bodies and BEGIN … END hide a `;`.
"""

import re
from collections.abc import Iterator
from functools import cache, reduce

# Each alternative begins with a literal character, so that the search for the next token is a scan over a character set. What repeats
# gives nothing back (`++`, `*+`): a string of ten megabytes would cost a gigabyte of places to come back to.
_COMMENT = r"/\*(?s:.*?)(?:\*/|\Z)"
_INNERMOST = r"/\*(?:[^*/]++|\*(?!/)|/)*+(?:\*/|\Z)"
_NESTED = reduce(lambda inner, _: rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|{inner})*+(?:\*/|\Z)", range(5), _INNERMOST)
"""Comments within comments, as PostgreSQL has them; six deep."""
_HIDING = r"""
    --[^\n]*
  | '(?:[^'\\]++|\\(?s:.|\Z)|'')*+(?:'|\Z)
  | "(?:[^"\\]++|\\(?s:.|\Z)|"")*+(?:"|\Z)
  | `[^`]*(?:`|\Z)
"""
_DOLLAR = r"\$(?P<tag>[A-Za-z_]\w*|)\$(?s:.*?)(?:\$(?P=tag)\$|\Z)"
_WORDS = ("BEGIN", "CASE", "END")


def _spellings(word: str) -> str:
    """The word in any case as alternatives that begin with a literal."""
    rest = "".join(f"[{letter}{letter.lower()}]" for letter in word[1:])
    return "|".join(rf"{first}(?<![\w$.@#].){rest}(?![\w$@#])" for first in (word[0], word[0].lower()))


@cache
def _default_tokens(comment: str) -> re.Pattern[str]:
    """What the default rules look at; compiled at the first script, since most runs have none."""
    return re.compile(
        rf"{comment} | {_HIDING} | {_DOLLAR} | (?P<end>;) | /(?<![^\n\r]/)(?=[ \t]*(?:\r?\n|\Z))(?P<slash>) "
        rf"| (?:{_spellings('GO')})(?P<go>) | (?:{'|'.join(map(_spellings, _WORDS))})(?P<word>)",
        re.VERBOSE,
    )


@cache
def _comments(comment: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<comment>--[^\n]*|{comment})|{_DOLLAR}|{_HIDING}", re.VERBOSE)


_NOT_A_BLOCK = re.compile(
    r"\s*(?:;|\Z|(?:TRANSACTION|TRAN|TRANS|WORK|DIALOG|CONVERSATION|DISTRIBUTED|IMMEDIATE|DEFERRED|EXCLUSIVE|ISOLATION|READ)\b)",
    re.IGNORECASE,
)
_CLOSES_NOTHING = re.compile(r"\s+(?:IF|LOOP|WHILE|REPEAT|FOR)\b", re.IGNORECASE)


def split(
    text: str, *, end_delimiter: str | None = None, split: bool = True, strip_comments: bool = False, nested: bool = False
) -> list[str]:
    """The statements of a script, trimmed, without their delimiters; empty ones dropped.

    `end_delimiter` of one character is that character; a longer one is a word or a regular expression (`\\n@@`). Without `split` the
    whole text is one statement. `nested`: a comment may hold another. Carriage returns go.
    """
    script = text.replace("\r", "")
    comment = _NESTED if nested else _COMMENT
    if not split:
        pieces: Iterator[str] = iter((script,))
    elif end_delimiter in (None, "", ";"):
        pieces = _by_default(script, comment)
    else:
        pieces = _by_delimiter(script, str(end_delimiter), comment)
    if strip_comments:
        pieces = (without_comments(piece, nested=nested) for piece in pieces)
    return [stripped for piece in pieces if (stripped := piece.strip())]


def without_comments(text: str, *, nested: bool = False) -> str:
    """The text less its comments; the newline after one stays."""
    return _comments(_NESTED if nested else _COMMENT).sub(lambda found: "" if found["comment"] is not None else found[0], text)


def is_blank(text: str, *, nested: bool = False) -> bool:
    """Whether nothing but spaces and comments is there."""
    stripped = text.lstrip()
    return not stripped or (stripped[0] in "-/" and not without_comments(stripped, nested=nested).strip())


def _by_default(script: str, comment: str) -> Iterator[str]:
    """At `;` outside blocks, and at GO or `/` on a line of their own."""
    start = 0
    open_blocks: list[str] = []
    for token in _default_tokens(comment).finditer(script):
        if token["end"] is not None:
            if not open_blocks:
                yield script[start : token.start()]
                start = token.end()
        elif token["word"] is not None:
            _track(token[0].upper(), script, token.end(), open_blocks)
        elif token["slash"] is not None or (token["go"] is not None and _begins_line(script, token.start())):
            yield script[start : token.start()]
            start = token.end()
            open_blocks.clear()
    yield script[start:]


def _track(word: str, script: str, after: int, open_blocks: list[str]) -> None:
    """BEGIN opens a block unless it begins a transaction; inside one, CASE does too; END closes one unless it is END IF and the like."""
    if word == "BEGIN":
        if not _NOT_A_BLOCK.match(script, after):
            open_blocks.append(word)
    elif word == "CASE":
        if open_blocks and not _ends_case(script, after - len(word)):
            open_blocks.append(word)
    elif open_blocks and not _CLOSES_NOTHING.match(script, after):
        open_blocks.pop()


def _ends_case(script: str, at: int) -> bool:
    """Whether the CASE there belongs to END CASE."""
    return script[max(0, at - 40) : at].rstrip().upper().endswith("END")


def _begins_line(script: str, at: int) -> bool:
    """Whether only the start or a newline, and no space, stands before it."""
    return at == 0 or script[at - 1] == "\n"


def _by_delimiter(script: str, delimiter: str, comment: str) -> Iterator[str]:
    """At the author's own delimiter, outside comments and strings. It alone counts: blocks need no hiding from it."""
    dollar = "" if "$" in delimiter else f"| {_DOLLAR}"
    tokens = re.compile(rf"(?P<end>{_pattern(delimiter)}) | {comment} | {_HIDING} {dollar}", re.VERBOSE | re.IGNORECASE)
    start = 0
    for token in tokens.finditer(script):
        if token["end"] is not None and token.end() > token.start():
            yield script[start : token.start()]
            start = token.end()
    yield script[start:]


def _pattern(delimiter: str) -> str:
    """What ends a statement: a slash after a newline, another character anywhere, a word whole, else the text or the expression it is."""
    if delimiter == "/":
        return r"(?<![^\n])/"
    if len(delimiter) == 1:
        return re.escape(delimiter)
    if re.fullmatch(r"\w+", delimiter):
        return rf"(?<!\w){delimiter}(?!\w)"
    literal = re.escape(delimiter)
    try:
        matches_nothing = re.fullmatch(delimiter, "") is not None
    except re.error:
        return literal
    verbose = re.sub(r"([ #])", r"[\1]", delimiter)
    return literal if matches_nothing else f"{literal}|{verbose}"
