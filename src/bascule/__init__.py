"""Bascule: self-hosted Database DevOps."""

__version__ = "0.1.0"
