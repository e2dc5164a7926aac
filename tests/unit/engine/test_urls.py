"""Database URLs as users have them."""

import msgspec
import pytest

from bascule.core.errors import InputError
from bascule.engine.dialects.connecting import Login, UrlOption, honoured_options
from bascule.engine.dialects.mariadb.tls import wanted
from bascule.engine.dialects.mariadb.url_options import URL_OPTIONS as MARIADB_OPTIONS
from bascule.engine.dialects.postgresql.url_options import URL_OPTIONS, libpq_options
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


@pytest.mark.parametrize(
    ("text", "first", "also"),
    [
        ("jdbc:postgresql://a,b:5433/app", ("a", 5432), (("b", 5433),)),
        ("jdbc:postgresql://a:1,[::1]:2/app", ("a", 1), (("::1", 2),)),
        ("postgresql://ann:p,w@a,b/app", ("a", 5432), (("b", 5432),)),
        ("jdbc:mariadb:sequential://a:3307,b/app", ("a", 3307), (("b", 3306),)),
        ("jdbc:aws-wrapper:postgresql://a/app?wrapperPlugins=iam", ("a", 5432), ()),
        ("jdbc:postgresql://a/app?options=x,y", ("a", 5432), ()),
    ],
)
def test_several_servers(text: str, first: tuple[str, int], also: tuple[tuple[str, int], ...]) -> None:
    url = parse(text)
    assert ((url.host, url.port), url.also, url.database) == (first, also, "app")


@pytest.mark.parametrize(
    "text", ["jdbc:mariadb:replication://a,b/app", "jdbc:mariadb:loadbalance://a,b/app", "jdbc:postgresql://a,b:x/app"]
)
def test_servers_that_cannot_be_tried_in_turn_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert caught.value.problems[0].code == "CFG-011"


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("postgresql", "sslpassword"),
        ("mariadb", "sslKeyPassword"),
        ("mariadb", "keyPassword"),
        ("mariadb", "trustStorePassword"),
        ("mysql", "clientCertificateKeyStorePassword"),
        ("postgresql", "PASSWORD"),
    ],
)
def test_a_passphrase_of_a_key_or_a_store_is_never_shown(kind: str, option: str) -> None:
    """Not even where the option is refused."""
    assert parse(f"jdbc:{kind}://h/app?sslkey=k&{option}=hush&x=1").shown == f"jdbc:{kind}://h/app?sslkey=k&x=1"


def test_a_key_that_stands_in_a_url_is_never_shown() -> None:
    shown = parse("jdbc:mariadb://h/app?sslKey=-----BEGIN%20PRIVATE%20KEY-----%0AMIGHhush%0A-----END%20PRIVATE%20KEY-----&x=1").shown
    assert shown == "jdbc:mariadb://h/app?x=1"


@pytest.mark.parametrize("table", [URL_OPTIONS, MARIADB_OPTIONS], ids=["postgresql", "mariadb"])
def test_every_option_that_is_refused_says_why_and_what_instead(table: dict[str, UrlOption]) -> None:
    for name, option in table.items():
        if option.what == "refused":
            assert option.why, name
            assert option.fix or name in ("client_encoding", "createDatabaseIfNotExist", "allowLoadLocalInfile"), name
        if option.what == "harmless":
            assert option.why, name


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"connect_timeout": "10"}),
        ("?ssl=true", {"sslmode": "verify-full"}),
        ("?ssl=true&sslmode=require", {"sslmode": "require"}),
        ("?ssl=false", {"sslmode": "prefer"}),
        ("?loginTimeout=3&connectTimeout=7", {"connect_timeout": "3"}),
        ("?connectTimeout=0", {"connect_timeout": "10"}),
        ("?targetServerType=primary", {"target_session_attrs": "read-write"}),
        ("?targetServerType=any", {"target_session_attrs": "any"}),
        ("?currentSchema=a, b", {"options": "-c search_path=a,b"}),
        ("?sslnegotiation=direct&channelBinding=require", {"sslnegotiation": "direct", "channel_binding": "require"}),
    ],
)
def test_the_java_drivers_words_in_libpqs(query: str, expected: dict[str, str]) -> None:
    options = libpq_options(Login(url=parse(f"jdbc:postgresql://h/app{query}")))
    assert expected.items() <= options.items()


@pytest.mark.parametrize("kind", ["secondary", "preferSecondary", "nonsense"])
def test_a_standby_is_no_place_for_a_migration(kind: str) -> None:
    with pytest.raises(InputError) as caught:
        libpq_options(Login(url=parse(f"jdbc:postgresql://h/app?targetServerType={kind}")))
    assert caught.value.problems[0].code == "CFG-015"


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("mysql://h/app", "prefer"),
        ("mysql://h/app?useSSL=false", "disable"),
        ("mysql://h/app?sslMode=DISABLED", "disable"),
        ("mysql://h/app?sslMode=PREFERRED", "prefer"),
        ("mysql://h/app?useSSL=true", "require"),
        ("mysql://h/app?requireSSL=true", "require"),
        ("mysql://h/app?sslMode=trust", "require"),
        ("mysql://h/app?sslMode=REQUIRED", "require"),
        ("mysql://h/app?useSSL=true&verifyServerCertificate=true", "verify-ca"),
        ("mysql://h/app?sslMode=VERIFY_CA", "verify-ca"),
        ("mysql://h/app?useSsl=true&trustServerCertificate=true", "require"),
        ("mysql://h/app?useSsl=true&trustServerCertificate=false", "verify-full"),
        ("mysql://h/app?useSsl=true&trustServerCertificate=false&disableSslHostnameVerification=true", "verify-ca"),
        ("mysql://h/app?sslMode=verify-full", "verify-full"),
        ("mysql://h/app?sslMode=VERIFY_IDENTITY", "verify-full"),
        ("mariadb://h/app", "prefer"),
        ("mariadb://h/app?useSSL=false", "disable"),
        ("mariadb://h/app?requireSSL=true", "require"),
        ("mariadb://h/app?useSSL=true", "verify-full"),  # MariaDB's driver checks unless told not to
        ("mariadb://h/app?useSsl=true&trustServerCertificate=true", "require"),
        ("mariadb://h/app?useSsl=true&disableSslHostnameVerification=true", "verify-ca"),
    ],
)
def test_two_java_drivers_words_for_tls_in_one_mode(url: str, mode: str) -> None:
    login = Login(url=parse(f"jdbc:{url}"))
    options, _ = honoured_options(login.url, MARIADB_OPTIONS)
    assert wanted(options, login).mode == mode
    token = msgspec.structs.replace(login, by_token=True)
    assert wanted(options, token).mode == ("require" if mode == "prefer" else mode)


def test_a_java_key_store_is_refused_with_the_way_out() -> None:
    with pytest.raises(InputError) as caught:
        honoured_options(
            parse("jdbc:mysql://h/app?trustCertificateKeyStoreUrl=file:a&clientCertificateKeyStoreUrl=file:b"), MARIADB_OPTIONS
        )
    assert [problem.code for problem in caught.value.problems] == ["CFG-013", "CFG-013"]
    assert all("keytool" in (problem.fix or "") for problem in caught.value.problems)
