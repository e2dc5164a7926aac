"""What a token provider is asked and answers."""

from collections.abc import Callable, Mapping

import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.urls import Url


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which database, as whom (where that was said), and the provider's own options."""

    url: Url
    username: str | None
    options: Mapping[str, str] = {}
    secrets: Mapping[str, Secret] = {}
    run_as: int | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Who logs in, with what."""

    username: str | None
    password: Secret


Provider = Callable[[Question], Answer]


def library_missing(cloud: str, extra: str) -> TargetError:
    """A cloud's library is not installed."""
    what, fix = f"the library for tokens of {cloud} is not installed", f"pip install 'bascule[{extra}]'"
    return TargetError(Problem(code="CON-061", what=what, fix=fix))


def refused(cloud: str, question: Question, error: Exception, fix: str) -> TargetError:
    """A cloud gave no token; its own words are kept."""
    what = f"{cloud} gave no token for the database"
    said = " ".join(str(error).split())[:1000] or type(error).__name__
    return TargetError(Problem(code="CON-062", what=what, where=question.url.shown, why=said, fix=fix))


def option_missing(what: str, question: Question, fix: str) -> InputError:
    """Without it nobody can be asked."""
    return InputError(Problem(code="CON-063", what=f"a token needs {what}", where=question.url.shown, fix=fix))
