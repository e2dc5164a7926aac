"""Identifiers as SQL text: what is quoted, and what stands before the dot."""

import re

from bascule.engine.dialects.base import RenderContext, Traits
from bascule.engine.schema import Name

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(name: str, traits: Traits) -> str:
    """The name between the database's quotes, those inside doubled."""
    return f"{traits.quote}{name.replace(traits.quote_end, traits.quote_end * 2)}{traits.quote_end}"


def identifier(name: str, traits: Traits, at: RenderContext) -> str:
    """The name, quoted where the changeset's strategy says so.

    LEGACY quotes what is not a plain word, what is reserved and, where the server folds case, what has both cases.
    """
    if at.quoting == "QUOTE_ALL_OBJECTS":
        return quote(name, traits)
    if name.upper() in traits.reserved_words:
        return quote(_folded(name, traits), traits)
    folds = traits.quotes_mixed_case and at.quoting == "LEGACY"
    mixed = folds and not name.isupper() and not name.islower() and any(letter.isupper() for letter in name)
    bare = not mixed if _PLAIN.fullmatch(name) else not traits.quotes_special_names
    return name if bare else quote(_folded(name, traits), traits)


def _folded(name: str, traits: Traits) -> str:
    return name.upper() if traits.folds_quoted_names else name


def qualified(name: Name, traits: Traits, at: RenderContext) -> str:
    """The name with its schema (MySQL: catalog) in front, the session's own where none was written and the database prefixes it."""
    prefix = _prefix(name, traits, at)
    own = identifier(name.name, traits, at)
    full = f"{identifier(prefix, traits, at)}.{own}" if prefix else own
    if not name.catalog or not traits.catalog_separator:
        return full
    return f"{identifier(name.catalog, traits, at)}{traits.catalog_separator}{full if prefix else f'.{own}'}"


def _prefix(name: Name, traits: Traits, at: RenderContext) -> str | None:
    if not traits.qualifies_names:
        return None
    usual = (at.default_catalog or at.default_schema) if traits.schema_is_catalog else at.default_schema
    catalog = name.catalog if traits.schema_is_catalog or traits.catalog_is_schema else None
    prefix = catalog or name.schema or usual
    return prefix if at.names_default_schema or prefix != usual else None
