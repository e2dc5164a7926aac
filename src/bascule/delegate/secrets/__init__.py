"""Secrets that are kept elsewhere, looked up by the delegate: one module per secret manager, imported when it is asked.

Values are held in memory only, and for one job: the next one looks them up again. What is kept for longer is a log-in.
"""

from bascule.delegate.secrets.lookup import SecretManagers

__all__ = ["SecretManagers"]
