"""Google Cloud: Cloud SQL takes an access token of the delegate's identity, or of a service account it may act as, as the password."""

import json
from typing import Any

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.core.secret import Secret
from bascule.engine.access.tokens import TOKENS
from bascule.engine.access.tokens.base import Answer, Question, library_missing, refused

_LOGIN = "https://www.googleapis.com/auth/sqlservice.login"
_ANY = "https://www.googleapis.com/auth/cloud-platform"
_SUFFIX = ".gserviceaccount.com"


@TOKENS.add("gcp")
def gcp(question: Question) -> Answer:
    """Option `service-account`: whom to act as. Secret `credentials`: a JSON key or a workload identity federation (OIDC) configuration."""
    try:
        import google.auth
        import google.auth.exceptions
        import google.auth.impersonated_credentials
        import google.auth.transport.requests
    except ModuleNotFoundError as error:
        raise library_missing("Google Cloud", "gcp") from error
    account = question.options.get("service-account")
    scopes = [_ANY if account else _LOGIN]
    try:
        credentials = _own(question, scopes)
        if account:
            credentials = google.auth.impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
                source_credentials=credentials, target_principal=account, target_scopes=[_LOGIN], lifetime=3600
            )
        credentials.refresh(google.auth.transport.requests.Request())
    except google.auth.exceptions.GoogleAuthError as error:
        fix = "give the delegate an identity (workload identity, GOOGLE_APPLICATION_CREDENTIALS), or the connector credentials"
        raise refused("Google Cloud", question, error, fix) from error
    email = account or getattr(credentials, "service_account_email", None) or ""
    return Answer(username=question.username or user_of(email, question.url.dialect), password=Secret(str(credentials.token)))


def _own(question: Question, scopes: list[str]) -> Any:
    import google.auth
    import google.auth.identity_pool
    import google.oauth2.service_account

    given = question.secrets.get("credentials")
    if given is None:
        return google.auth.default(scopes=scopes)[0]
    try:
        described = json.loads(given.reveal())
    except ValueError:
        what = "the credentials for Google Cloud are no JSON"
        raise InputError(
            Problem(code="CON-063", what=what, where=question.url.shown, fix="put the whole key file into the secret")
        ) from None
    kind = described.get("type") if isinstance(described, dict) else None
    try:
        if kind == "service_account":
            return google.oauth2.service_account.Credentials.from_service_account_info(described, scopes=scopes)  # type: ignore[no-untyped-call]
        if kind == "external_account":  # the general way would ask for the project's name first, which nobody needs here
            return google.auth.identity_pool.Credentials.from_info(described, scopes=scopes)  # type: ignore[no-untyped-call]
        return google.auth.load_credentials_from_dict(described, scopes=scopes)[0]  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, AttributeError) as error:
        what = f"the credentials for Google Cloud are no key and no configuration: {type(error).__name__}"
        raise InputError(
            Problem(code="CON-063", what=what, where=question.url.shown, fix="put the whole key file into the secret")
        ) from None


def user_of(email: str, dialect: str) -> str | None:
    """The database user that Cloud SQL makes of an account: PostgreSQL's is cut before `.gserviceaccount.com`, MySQL's before the `@`."""
    if "@" not in email:
        return None
    return email.removesuffix(_SUFFIX) if dialect == "postgresql" else email.partition("@")[0]
