"""The base of every request and response body: camelCase outside, snake_case inside, nothing unknown taken silently."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


def camel(name: str) -> str:
    """`change_set_fqn` → `changeSetFQN`; a trailing underscore keeps a Python name from being one of pydantic's."""
    return to_camel(name.removesuffix("_")).replace("Fqn", "FQN")


class Body(BaseModel):
    """A value of the API. Unknown keys are refused; null is as good as absent where a field is optional."""

    model_config = ConfigDict(alias_generator=camel, populate_by_name=True, extra="forbid", frozen=True)


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text may hold neither NUL nor half of a surrogate pair: no store keeps them")
    return text


Storable = Annotated[str, AfterValidator(_storable)]
"""Text of a request that goes into a column as it is."""
