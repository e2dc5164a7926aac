"""What a browser's form sent."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from bascule.core.errors import BasculeError, InputError
from bascule.core.problems import Problem


class Form:
    """The fields of a form; a field that was left empty is absent."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str, default: str = "") -> str:
        """A field's text, trimmed."""
        value = self._data.get(name)
        return (value.strip() or default) if isinstance(value, str) else default

    def raw(self, name: str) -> str:
        """A field's text exactly as sent, line ends as `\\n`: documents, passwords."""
        value = self._data.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def optional(self, name: str) -> str | None:
        """A field's text, or None when it is empty."""
        return self.text(name) or None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self._data

    def all(self, name: str) -> list[str]:
        """Every value of a field that repeats."""
        return [value.strip() for value in self._data.getlist(name) if isinstance(value, str) and value.strip()]

    def words(self, name: str) -> list[str]:
        """A field of words, by commas or line ends."""
        return [word for part in self.text(name).replace(",", "\n").splitlines() if (word := part.strip())]

    def pairs(self, name: str) -> dict[str, str]:
        """A field of `key=value` lines. A line without `=` is a key with an empty value."""
        found = {}
        for line in self.text(name).splitlines():
            key, _, value = line.partition("=")
            if key.strip():
                found[key.strip()] = value.strip()
        return found

    def prefixed(self, prefix: str) -> dict[str, str]:
        """Every field whose name starts with the prefix, without it; values that repeat are joined by commas."""
        names = dict.fromkeys(name for name, _ in self._data.multi_items() if name.startswith(prefix))
        return {name.removeprefix(prefix): ",".join(self.all(name)) for name in names}

    def values(self) -> dict[str, str]:
        """All as text: to show a refused form again."""
        return {name: value for name, value in self._data.multi_items() if not isinstance(value, UploadFile)}


async def read_form(request: Request) -> Form:
    """The dependency that reads the form."""
    return Form(await request.form())


PageForm = Annotated[Form, Depends(read_form)]


def shown(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A form's values for its template: what is not there is empty."""
    return defaultdict(str, {key: "" if value is None else value for key, value in values.items()})


M = TypeVar("M", bound=BaseModel)


def build(model: type[M], values: dict[str, Any]) -> M:
    """A model out of a form's values (keys as the API writes them; None and "" are left out). Raises InputError with every problem."""
    try:
        return model.model_validate({key: value for key, value in values.items() if value not in (None, "")})
    except ValidationError as error:
        raise InputError(problem_of(detail) for detail in error.errors()) from None


def problem_of(detail: Any) -> Problem:
    """One of pydantic's details as a problem of ours."""
    carried = (detail.get("ctx") or {}).get("error")
    if isinstance(carried, BasculeError):
        return carried.problems[0]
    return Problem(
        code="API-400", what=str(detail["msg"]).removeprefix("Value error, "), where=".".join(str(part) for part in detail["loc"])
    )
