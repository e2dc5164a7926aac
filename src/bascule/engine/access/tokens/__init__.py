"""Who gives out passwords that live for minutes: one file each, named as users write it. A new token is asked for every connection."""

from bascule.core.registry import Registry
from bascule.engine.access.tokens.base import Provider

TOKENS: Registry[Provider] = Registry("token provider", "bascule.engine.access.tokens", "CON-060")
