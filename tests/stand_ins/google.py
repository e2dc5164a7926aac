"""Google's Secret Manager, as its client speaks to it over REST: with a token that the account's key has signed itself."""

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.stand_ins.https import Answer, Request, StandIn

EMAIL = "robot@orders.iam.gserviceaccount.com"
_NAME = r"projects/([\w-]+)/secrets/([\w-]+)/versions/(\w+)"


class Google:
    """One service account with a key, and secrets by (project, name, version)."""

    def __init__(self, folder: Path) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.secrets: dict[tuple[str, str, str], bytes] = {}
        self.forbidden: set[str] = set()
        self.server = StandIn(folder, {rf"GET /v1/{_NAME}:access": self._access})

    def key_file(self) -> str:
        pem = self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "orders",
                "private_key_id": "k1",
                "private_key": pem.decode(),
                "client_email": EMAIL,
                "client_id": "1",
                "token_uri": f"{self.server.url}/token",
            }
        )

    def _knows(self, token: str) -> bool:
        head, claims, signature = token.split(".")
        try:
            self._key.public_key().verify(_raw(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        said: dict[str, Any] = json.loads(_raw(claims))
        scopes = "https://www.googleapis.com/auth/cloud-platform"
        return said["iss"] == EMAIL and (said.get("scope") == scopes or said.get("aud") == "https://secretmanager.googleapis.com/")

    def _access(self, request: Request) -> Answer:
        project, name, version = request.found.groups()
        if not self._knows(request.bearer or ".."):
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if name in self.forbidden:
            return _error(403, "PERMISSION_DENIED", f"Permission 'secretmanager.versions.access' denied for '{name}'")
        content = self.secrets.get((project, name, version))
        if content is None:
            return _error(404, "NOT_FOUND", f"Secret [projects/{project}/secrets/{name}] not found or has no versions.")
        full = f"projects/{project}/secrets/{name}/versions/{version}"
        return 200, {"name": full, "payload": {"data": base64.b64encode(content).decode()}}


def _error(code: int, status: str, message: str) -> Answer:
    return code, {"error": {"code": code, "status": status, "message": message}}


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
