"""The audit chain: what was done is written down, sealed, and cannot be changed unseen."""

from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete, select

from bascule.manager.audit import service
from bascule.manager.audit.store import AUDIT_EVENTS, AUDIT_SEALS
from bascule.manager.database import reading, writing
from bascule.manager.identity.model import SYSTEM, Scope
from bascule.manager.paging import Paging


def _three_deeds(store: Engine) -> None:
    for name in ("a", "b", "c"):
        with writing(store) as connection:
            service.append(connection, SYSTEM, "CREATE", "CONNECTOR", name, Scope("default"), after={"identifier": name})


def test_events_are_chained_and_the_tail_is_reported(store: Engine) -> None:
    _three_deeds(store)
    with reading(store) as connection:
        assert service.verify(connection, SYSTEM).unsealed == 3
    assert service.seal_once(store) == 3
    assert service.seal_once(store) == 0
    with reading(store) as connection:
        found = service.verify(connection, SYSTEM)
    assert (found.sealed, found.unsealed, found.broken_at) == (3, 0, None)


def test_a_changed_event_breaks_the_chain_where_it_is(store: Engine) -> None:
    _three_deeds(store)
    service.seal_once(store)
    with writing(store) as connection:
        second = connection.execute(select(AUDIT_SEALS.c.event_id).where(AUDIT_SEALS.c.number == 2)).scalar_one()
        connection.execute(AUDIT_EVENTS.update().where(AUDIT_EVENTS.c.id == second).values(actor_name="Mallory"))
    with reading(store) as connection:
        found = service.verify(connection, SYSTEM)
    assert (found.sealed, found.broken_at) == (1, 2)
    assert found.why == "its event, or its hash, was changed"


def test_a_removed_link_breaks_the_chain(store: Engine) -> None:
    _three_deeds(store)
    service.seal_once(store)
    with writing(store) as connection:
        connection.execute(delete(AUDIT_SEALS).where(AUDIT_SEALS.c.number == 2))
    with reading(store) as connection:
        found = service.verify(connection, SYSTEM)
    assert found.why == "link 2 is missing"
    assert found.unsealed == 1


def test_a_deed_that_fails_leaves_no_entry(store: Engine) -> None:
    try:
        with writing(store) as connection:
            service.append(connection, SYSTEM, "CREATE", "CONNECTOR", "a", Scope())
            raise RuntimeError
    except RuntimeError:
        pass
    with reading(store) as connection:
        assert service.events(connection, SYSTEM, Scope(), service.Filters(), Paging()).total == 0


def test_events_are_filtered_paged_and_show_their_difference(client: TestClient) -> None:
    for name in ("Shop", "Store"):
        body = {"org": {"identifier": "shop", "name": name}}
        assert (client.post("/v1/orgs", json=body) if name == "Shop" else client.put("/v1/orgs/shop", json=body)).is_success
    answer = client.get("/v1/audit/events", params={"resource": "shop", "limit": 1})
    assert answer.headers["x-total-elements"] == "2"
    assert [event["action"] for event in answer.json()] == ["UPDATE"]
    event = client.get(f"/v1/audit/events/{answer.json()[0]['id']}").json()
    assert "-name: Shop" in event["difference"].splitlines()
    assert "+name: Store" in event["difference"].splitlines()
    assert client.get("/v1/orgs/shop/audit/events").headers["x-total-elements"] == "2"
    assert client.get("/v1/orgs/default/audit/events", params={"resource": "shop"}).json() == []


def test_the_running_manager_seals(client: TestClient) -> None:
    with client:
        pass
    with reading(client.app.state.deps.engine) as connection:  # type: ignore[attr-defined]
        found = service.verify(connection, SYSTEM)
    assert found.unsealed == 0
    assert found.sealed > 0
