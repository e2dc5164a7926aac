"""Users, groups, API keys, roles; organizations and projects, the scopes that roles are held in."""

from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.manager.identity.model import Actor, Scope


def require(actor: Actor, permission: str, scope: Scope) -> None:
    """Raises DeniedError unless the actor has the permission in the scope."""
    if not actor.may(permission, scope):
        raise DeniedError(
            Problem(
                code="AUT-001",
                what=f"{actor.name} may not do this: it needs '{permission}' in {scope}",
                why="no role of this user or key grants it there",
                fix="ask an admin for a role that has it",
            )
        )
