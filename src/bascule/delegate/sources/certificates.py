"""Whom a connector trusts."""

import ssl

from bascule.core.errors import InputError
from bascule.core.problems import Problem


def trusting(ca: str) -> ssl.SSLContext:
    """TLS by these authorities (PEM) alone. Raises InputError for a text that holds none."""
    try:
        return ssl.create_default_context(cadata=ca)
    except (ssl.SSLError, ValueError) as error:
        fix = "give it as PEM, from '-----BEGIN CERTIFICATE-----' on"
        raise InputError(Problem(code="SRC-021", what="the connector's certificate cannot be read", why=str(error), fix=fix)) from error
