"""URL options by which Java's drivers ask a cloud for a password: the AWS wrapper's, and Cloud SQL's. Understood, not handed on."""

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.access.model import Tokens
from bascule.engine.urls import TOKEN_OPTIONS, Url

_HARMLESS = {"failover", "failover2", "efm", "efm2", "auroraconnectiontracker", "initialconnection", "driver metadata", "drivermetadata"}
_AWS = {"iamregion": "region", "iamhost": "host", "iamdefaultport": "port"}


def take_out(url: Url) -> tuple[Url, Tokens | None]:
    """The URL less these options, and who is to be asked. Raises InputError for plugins that have no counterpart."""
    import msgspec

    options = {name.lower(): value for name, value in url.options.items() if name.lower() in TOKEN_OPTIONS}
    rest = {name: value for name, value in url.options.items() if name.lower() not in TOKEN_OPTIONS}
    tokens = None
    plugins = {plugin.strip().lower() for plugin in options.get("wrapperplugins", "").split(",")} - {""}
    for plugin in sorted(plugins - {"iam"} - _HARMLESS):
        what = f"the plugin '{plugin}' of the AWS driver cannot be honoured"
        fix = "keep user and password in a secret, or use wrapperPlugins=iam"
        raise InputError(Problem(code="CFG-013", what=what, where=url.shown, why="it is a Java class", fix=fix))
    if "iam" in plugins:
        tokens = Tokens(provider="aws-iam", options={ours: options[theirs] for theirs, ours in _AWS.items() if theirs in options})
    elif options.get("enableiamauth", "").lower() == "true":
        tokens = Tokens(provider="gcp")
    return msgspec.structs.replace(url, options=rest), tokens
