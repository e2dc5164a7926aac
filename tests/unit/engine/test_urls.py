"""Database URLs as users have them."""

import pytest

from bascule.core.errors import InputError
from bascule.engine.dialects.connecting import honoured_options
from bascule.engine.dialects.postgresql.url_options import URL_OPTIONS
from bascule.engine.urls import Url, parse


@pytest.mark.parametrize(
    ("text", "dialect", "host", "port", "database"),
    [
        ("jdbc:postgresql://db.example:5433/app", "postgresql", "db.example", 5433, "app"),
        ("jdbc:postgresql:app", "postgresql", "localhost", 5432, "app"),
        ("postgresql+psycopg://u@h/app", "postgresql", "h", 5432, "app"),
        ("postgres://h/app%20two", "postgresql", "h", 5432, "app two"),
        ("jdbc:mariadb://h/app", "mariadb", "h", 3306, "app"),
        ("jdbc:sqlite:/data/app.db", "sqlite", "", 0, "/data/app.db"),
        ("sqlite:///app.db", "sqlite", "", 0, "app.db"),
        ("sqlite:////data/app.db", "sqlite", "", 0, "/data/app.db"),
        ("sqlite::memory:", "sqlite", "", 0, ":memory:"),
    ],
)
def test_parts(text: str, dialect: str, host: str, port: int, database: str) -> None:
    url = parse(text)
    assert (url.dialect, url.host, url.port, url.database) == (dialect, host, port, database)


@pytest.mark.parametrize(
    "text", ["postgresql://ann:s%40cret@h/app", "jdbc:postgresql://h/app?user=ann&password=s@cret", "jdbc:mysql://ann:s%40cret@h:3306/app"]
)
def test_credentials_are_read_and_never_shown(text: str) -> None:
    url = parse(text)
    assert url.username == "ann"
    assert url.password is not None
    assert url.password.reveal() == "s@cret"
    assert "cret" not in url.shown
    assert "ann" not in url.shown


def test_offline_urls_have_options() -> None:
    assert parse("offline:oracle?version=19.0") == Url(
        dialect="oracle", database="", options={"version": "19.0"}, offline=True, shown="offline:oracle?version=19.0"
    )


@pytest.mark.parametrize("text", ["", "nonsense", "jdbc:derby:db", "http://h/x", "postgresql://h:port/x"])
def test_what_is_no_url_is_one_problem(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert len(caught.value.problems) == 1


def test_options_are_honoured_noted_or_refused_by_name() -> None:
    url = parse("jdbc:postgresql://h/app?currentSchema=s&prepareThreshold=0")
    honoured, notes = honoured_options(url, URL_OPTIONS)
    assert honoured == {"search_path": "s"}
    assert [note.code for note in notes] == ["CFG-014"]
    with pytest.raises(InputError) as caught:
        honoured_options(parse("jdbc:postgresql://h/app?socketFactory=X&sslmod=require"), URL_OPTIONS)
    refused, unknown = caught.value.problems
    assert refused.code == "CFG-013"
    assert unknown.fix == "did you mean 'sslmode'?"
