"""The base of every request and response body: camelCase outside, snake_case inside, nothing unknown taken silently."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """A value of the API. Unknown keys are refused; null is as good as absent where a field is optional."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)
