"""Many threads on one store: nothing is lost, nothing fails for being second."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Engine

from bascule.core.errors import ConflictError
from bascule.manager.audit import service as audit
from bascule.manager.database import reading, writing
from bascule.manager.identity.model import SYSTEM
from bascule.manager.organizations import service as organizations
from bascule.manager.organizations.model import Organization
from bascule.manager.paging import Paging

_THREADS = 8


def _run(work: Callable[[int], bool], times: int) -> list[bool]:
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, range(times)))


def test_read_then_write_never_fails_for_contention(store: Engine) -> None:
    def create(number: int) -> bool:
        with writing(store) as connection:
            org = Organization(identifier=f"org_{number}", name="x")
            organizations.create_org(connection, SYSTEM, org, datetime.now(UTC))
        if number % 10 == 0:
            audit.seal_once(store)
        return True

    assert all(_run(create, 100))
    audit.seal_once(store)
    with reading(store) as connection:
        assert organizations.list_orgs(connection, SYSTEM, None, Paging()).total == 100
        found = audit.verify(connection, SYSTEM)
    assert (found.sealed, found.unsealed, found.broken_at) == (100, 0, None)


def test_one_of_many_equals_wins(store: Engine) -> None:
    def create(_number: int) -> bool:
        try:
            with writing(store) as connection:
                organizations.create_org(connection, SYSTEM, Organization(identifier="same", name="x"), datetime.now(UTC))
        except ConflictError:
            return False
        return True

    assert _run(create, 24).count(True) == 1
