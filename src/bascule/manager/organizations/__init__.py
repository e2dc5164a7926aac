"""Organizations and projects: the scopes that all else is held in."""
