"""AWS Secrets Manager: as the delegate itself, as a role that it may assume, or with keys of its own."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from bascule.core.errors import BasculeError
from bascule.delegate.secrets.base import (
    CONNECT_S,
    LOGIN_S,
    READ_S,
    busy,
    decoded,
    denied,
    login_ends,
    missing_extra,
    not_there,
    part_of,
    split,
    unreachable,
    untrusted,
)
from bascule.delegate.settings import DelegateSettings

_NOT_THERE = {"ResourceNotFoundException"}
_BUSY = {"ThrottlingException", "TooManyRequestsException", "InternalServiceError", "InternalServiceErrorException", "InternalFailure"}


class SecretsManager:
    """One region, as one identity."""

    def __init__(self, client: Any, expires_at: float) -> None:
        self._client = client
        self.expires_at = expires_at

    def read(self, reference: str) -> str:
        name, key = split(reference)
        where = f"AwsSecretManager {reference}"
        with _told(where):
            answer = self._client.get_secret_value(SecretId=name)
        text = answer.get("SecretString")
        return part_of(text if text is not None else decoded(answer["SecretBinary"], where), key, where)


def log_in(options: Mapping[str, str], credentials: Mapping[str, str], settings: DelegateSettings) -> SecretsManager:
    """Raises DeniedError when the role may not be assumed."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise missing_extra("aws") from error
    region = options["region"]
    config = Config(connect_timeout=CONNECT_S, read_timeout=READ_S, retries={"total_max_attempts": 2, "mode": "standard"})
    endpoint = settings.secret_endpoints.get("AwsSecretManager")
    keys = {"aws_access_key_id": credentials.get("access_key"), "aws_secret_access_key": credentials.get("secret_key")}
    lasts_s = LOGIN_S
    with _told(f"AWS {region}", login=True):
        if "role_arn" in options:
            lasts_s = float(options.get("duration_s", 3600))
            more = {"ExternalId": options["external_id"]} if "external_id" in options else {}
            sts = boto3.session.Session(region_name=region).client("sts", config=config)
            answer = sts.assume_role(RoleArn=options["role_arn"], RoleSessionName="bascule", DurationSeconds=int(lasts_s), **more)
            found = answer["Credentials"]
            keys = {
                "aws_access_key_id": found["AccessKeyId"],
                "aws_secret_access_key": found["SecretAccessKey"],
                "aws_session_token": found["SessionToken"],
            }
        session = boto3.session.Session(region_name=region, **keys)
        client = session.client("secretsmanager", config=config, endpoint_url=endpoint)
    return SecretsManager(client, login_ends(lasts_s))


@contextlib.contextmanager
def _told(where: str, *, login: bool = False) -> Iterator[None]:
    """The library's errors in our words."""
    from botocore import exceptions

    try:
        yield
    except BasculeError:
        raise
    except exceptions.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        said = error.response.get("Error", {}).get("Message") or code
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
        if code in _NOT_THERE:
            raise not_there(where, said) from error
        raise (busy(where, said) if code in _BUSY or status >= 500 else denied(where, f"{code}: {said}", login=login)) from error
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError) as error:
        raise denied(where, "the delegate has no identity at AWS", login=True) from error
    except exceptions.SSLError as error:
        raise untrusted(where, error) from error
    except (exceptions.HTTPClientError, exceptions.BotoCoreError) as error:
        raise unreachable(where, error) from error
