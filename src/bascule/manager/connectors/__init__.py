"""Connectors: how Git repositories and databases are reached, and with whose credentials."""
