"""Who someone is and what they may do: sessions, keys, actors, permissions.

The entities themselves (users, groups, keys, organizations, projects) and signing in, which are audited, live in `manager.users` and
`manager.organizations`.
"""

from bascule.core.errors import DeniedError
from bascule.core.problems import Problem
from bascule.manager.identity.model import Actor, Scope


class NotLoggedInError(DeniedError):
    """Nobody is known to ask: log in, or send a key."""


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
