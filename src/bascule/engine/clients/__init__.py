"""The databases' own command lines, which run a changeset that says `runWith`: one file each."""

from bascule.core.registry import Registry
from bascule.engine.clients.base import Client

CLIENTS: Registry[Client] = Registry("client", "bascule.engine.clients", "RUN-064", beside=frozenset({"base", "running"}))
