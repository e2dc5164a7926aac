"""Azure: its PostgreSQL and MySQL take an Entra ID (Azure AD) token of the delegate's identity as the password."""

from bascule.core.secret import Secret
from bascule.engine.access.tokens import TOKENS
from bascule.engine.access.tokens.base import Answer, Question, library_missing, refused

_SCOPE = "https://ossrdbms-aad.database.windows.net/.default"


@TOKENS.add("azure")
def azure(question: Question) -> Answer:
    """Options: `client-id` of a managed identity, or with `tenant-id` and the secret `client-secret` of an application.

    `scope` is for other clouds than the public one.
    """
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import ClientSecretCredential, DefaultAzureCredential
    except ModuleNotFoundError as error:
        raise library_missing("Azure", "azure") from error
    options, secret = question.options, question.secrets.get("client-secret")
    client = options.get("client-id")
    try:
        if secret is not None:
            credential: ClientSecretCredential | DefaultAzureCredential = ClientSecretCredential(
                options.get("tenant-id", ""), client or "", secret.reveal()
            )
        else:
            credential = DefaultAzureCredential(managed_identity_client_id=client, workload_identity_client_id=client)
        with credential:
            token = credential.get_token(options.get("scope") or _SCOPE).token
    except (AzureError, ValueError) as error:
        fix = "give the delegate a managed or workload identity, or the connector client-id, tenant-id and client-secret"
        raise refused("Azure", question, error, fix) from error
    return Answer(username=question.username, password=Secret(token))
