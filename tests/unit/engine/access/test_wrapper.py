"""URL options by which Java's drivers ask a cloud for a password."""

import pytest

from bascule.core.errors import InputError
from bascule.engine.access.model import Access, access_of
from bascule.engine.access.tokens.gcp import user_of
from bascule.engine.access.wrapper import take_out
from bascule.engine.urls import parse


def test_the_aws_wrappers_options_name_the_provider() -> None:
    url = parse(
        "jdbc:aws-wrapper:postgresql://db/app?wrapperPlugins=failover,iam&iamRegion=eu-west-1&iamHost=x.rds&ssl=true&iamExpiration=600"
    )
    rest, tokens = take_out(url)
    assert rest.options == {"ssl": "true"}
    assert tokens is not None
    assert (tokens.provider, tokens.options) == ("aws-iam", {"region": "eu-west-1", "host": "x.rds"})


def test_cloud_sqls_option_names_the_provider() -> None:
    tokens = take_out(parse("jdbc:postgresql://10.0.0.1/app?enableIamAuth=true"))[1]
    assert tokens is not None
    assert tokens.provider == "gcp"
    assert take_out(parse("jdbc:postgresql://10.0.0.1/app?enableIamAuth=false"))[1] is None


@pytest.mark.parametrize("plugin", ["awsSecretsManager", "federatedAuth", "okta", "somethingNew"])
def test_a_plugin_without_counterpart_is_refused(plugin: str) -> None:
    with pytest.raises(InputError) as caught:
        take_out(parse(f"jdbc:aws-wrapper:mysql://db/app?wrapperPlugins={plugin}"))
    assert caught.value.problems[0].code == "CFG-013"


def test_the_user_of_a_service_account() -> None:
    email = "migrator@shop.iam.gserviceaccount.com"
    assert user_of(email, "postgresql") == "migrator@shop.iam"
    assert user_of(email, "mysql") == "migrator"
    assert user_of("default", "mysql") is None


def test_what_is_handed_over_is_read_without_a_word_of_it_in_errors() -> None:
    assert access_of({"url": "x"}) is None
    access = access_of({"tls": {"mode": "require", "key": "CANARY"}, "tunnel": None})
    assert isinstance(access, Access)
    assert "CANARY" not in repr(access)
    for broken in ({"tls": {"key": ["CANARY"]}}, {"tls": "CANARY"}, {"tunnel": {"host": "h", "key": "CANARY"}}):
        with pytest.raises(InputError) as caught:
            access_of(broken)
        assert caught.value.problems[0].code == "CON-049"
        assert "CANARY" not in str(caught.value)
