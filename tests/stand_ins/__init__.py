"""Servers of secret managers for tests: the real one where there is one, else strict stand-ins that refuse what they do not know."""
