"""AWS: RDS and Aurora take a request signed with our role's key as the password, for 15 minutes. It is computed here; nobody is asked."""

import os
import re

from bascule.core.secret import Secret
from bascule.engine.access.tokens import TOKENS
from bascule.engine.access.tokens.base import Answer, Question, library_missing, option_missing, refused

_REGION = r"[a-z]{2}(?:-[a-z]+)+-\d"
_RDS = re.compile(rf"\.(?:(?P<region>{_REGION})\.rds|rds\.(?P<in_china>{_REGION}))\.amazonaws\.com(?:\.cn)?$")


@TOKENS.add("aws-iam")
def aws_iam(question: Question) -> Answer:
    """Options: `region`, `host` and `port` of the real endpoint behind an own name, `role` to assume first, `profile`."""
    options = question.options
    host = options.get("host") or question.url.host
    found = _RDS.search(host)
    region = (
        options.get("region")
        or (found["region"] or found["in_china"] if found else None)
        or os.environ.get("AWS_REGION")
        or os.environ.get("AWS_DEFAULT_REGION")
    )
    if not region:
        raise option_missing("the AWS region", question, f"'{host}' does not tell it: say region, or host with the RDS endpoint")
    if not question.username:
        raise option_missing(
            "the database user", question, "give username: a role with GRANT rds_iam, or a user with AWSAuthenticationPlugin"
        )
    port = options.get("port") or str(question.url.port)
    if not port.isdecimal():
        raise option_missing("the port of RDS", question, f"'{port}' is no port: say a number, as in {question.url.port}")
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        raise library_missing("AWS", "aws") from error
    try:
        session = boto3.Session(region_name=region, profile_name=options.get("profile"))
        if role := options.get("role"):
            keys = session.client("sts").assume_role(RoleArn=role, RoleSessionName="bascule")["Credentials"]
            session = boto3.Session(
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
                region_name=region,
            )
        token = session.client("rds").generate_db_auth_token(DBHostname=host, Port=int(port), DBUsername=question.username, Region=region)
    except (BotoCoreError, ClientError) as error:
        raise refused(
            "AWS", question, error, "give the delegate an identity with rds-db:connect on this user (a pod's or task's role)"
        ) from error
    return Answer(username=question.username, password=Secret(str(token)))
