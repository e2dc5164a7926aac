"""What keeps an entity from being deleted, asked of every area that may use it."""

from sqlalchemy import Connection

from bascule.manager.connectors.service import user_of_secret
from bascule.manager.identity.model import Scope
from bascule.manager.instances.service import user_of_connector as schema_of_connector
from bascule.manager.secrets.service import user_of_manager

__all__ = ["user_of_connector", "user_of_secret"]


def user_of_connector(connection: Connection, scope: Scope, identifier: str) -> str | None:
    """The DB schema, instance or secret that uses the connector of that scope, None when none does."""
    return schema_of_connector(connection, scope, identifier) or user_of_manager(connection, scope, identifier)
