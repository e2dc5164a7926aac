"""One package per database: traits, types, ddl, connect, inspect. Found by name or URL, imported at first use."""

from bascule.core.registry import Registry
from bascule.engine.dialects.base import Dialect
from bascule.engine.urls import parse

DIALECTS: Registry[Dialect] = Registry("database", "bascule.engine.dialects", "REG-002")


def get(name: str) -> Dialect:
    """The dialect of that name (`postgresql`, `sqlite`, `mariadb`, `mysql`). Raises InputError with a suggestion."""
    return DIALECTS.get(name)


def for_url(url: str) -> Dialect:
    """The dialect a URL speaks: `jdbc:` URLs, native ones, `offline:NAME`. Raises InputError."""
    return get(parse(url).dialect)
