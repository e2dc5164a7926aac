"""The one call of a Kubernetes API server that Vault makes: whose token is this?"""

import base64
import json
from pathlib import Path

from tests.stand_ins.https import Answer, Request, StandIn

REVIEWER = "reviewer-token"


class TokenReviews:
    """Knows the tokens it has made."""

    def __init__(self, folder: Path) -> None:
        self._known: dict[str, str] = {}
        self.server = StandIn(folder, {"POST /apis/authentication.k8s.io/v1/tokenreviews": self._review})

    def token(self, namespace: str, account: str) -> str:
        """Of a service account: shaped like one; nobody but us checks its signature."""
        claims = {
            "iss": "kubernetes/serviceaccount",
            "kubernetes.io/serviceaccount/namespace": namespace,
            "kubernetes.io/serviceaccount/service-account.name": account,
            "kubernetes.io/serviceaccount/service-account.uid": "u-1",
            "kubernetes.io/serviceaccount/secret.name": "s",
            "sub": f"system:serviceaccount:{namespace}:{account}",
        }
        parts = [{"alg": "RS256", "typ": "JWT"}, claims]
        token = ".".join([*(_part(json.dumps(each).encode()) for each in parts), _part(b"signature")])
        self._known[token] = f"system:serviceaccount:{namespace}:{account}"
        return token

    def _review(self, request: Request) -> Answer:
        if request.bearer != REVIEWER:
            return 401, {"kind": "Status", "status": "Failure", "reason": "Unauthorized", "code": 401}
        review = json.loads(request.body)
        user = self._known.get(review["spec"]["token"])
        status = {"authenticated": True, "user": {"username": user, "uid": "u-1", "groups": []}} if user else {"authenticated": False}
        return 201, {"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "status": status}


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
