"""The base of every request and response body: camelCase outside, snake_case inside, nothing unknown taken silently."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


def camel(name: str) -> str:
    """`change_set_fqn` → `changeSetFQN`; a trailing underscore keeps a Python name from being one of pydantic's."""
    return to_camel(name.removesuffix("_")).replace("Fqn", "FQN")


class Body(BaseModel):
    """A value of the API. Unknown keys are refused; null is as good as absent where a field is optional."""

    model_config = ConfigDict(alias_generator=camel, populate_by_name=True, extra="forbid", frozen=True)
