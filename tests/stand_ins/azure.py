"""Microsoft's token endpoint, a machine's identity endpoint, and a Key Vault, as their clients speak to them."""

from pathlib import Path

from tests.stand_ins.https import Answer, Request, StandIn

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
SECRET = "azure-client-secret"
_TOKEN = "eyJ.stand-in"


class Azure:
    """One application, one managed identity, one vault."""

    def __init__(self, folder: Path) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.forbidden: set[str] = set()
        self.server = StandIn(
            folder,
            {
                rf"GET /{TENANT}/v2.0/.well-known/openid-configuration": self._discover,
                rf"POST /{TENANT}/oauth2/v2.0/token": self._log_in,
                r"GET /metadata/identity/oauth2/token": self._identity,
                r"GET /secrets/([\w-]+)/([0-9a-f]*)": self._get,
            },
        )

    def _discover(self, _request: Request) -> Answer:
        base = f"{self.server.url}/{TENANT}"
        return 200, {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "issuer": f"{base}/v2.0",
        }

    def _log_in(self, request: Request) -> Answer:
        form = request.form
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "https://vault.azure.net/.default"
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
        return 200, {"access_token": _TOKEN, "expires_in": 3600, "token_type": "Bearer"}

    def _identity(self, request: Request) -> Answer:
        if request.headers.get("metadata") != "true" or request.query.get("resource") != "https://vault.azure.net":
            return 400, {"error": "invalid_request"}
        return 200, {"access_token": _TOKEN, "expires_in": "3600", "expires_on": "9999999999", "resource": "x", "token_type": "Bearer"}

    def _get(self, request: Request) -> Answer:
        name, version = request.found.groups()
        if request.bearer != _TOKEN:
            challenge = f'Bearer authorization="{self.server.url}/{TENANT}", resource="https://vault.azure.net"'
            return 401, {"error": {"code": "Unauthorized", "message": "AKV10000"}}, {"WWW-Authenticate": challenge}
        if name in self.forbidden:
            return 403, {"error": {"code": "Forbidden", "message": "The user does not have secrets get permission."}}
        if (name, version) not in self.secrets:
            return 404, {"error": {"code": "SecretNotFound", "message": f"A secret with (name/id) {name} was not found in this key vault."}}
        return 200, {"value": self.secrets[name, version], "id": f"{self.server.url}/secrets/{name}/{version or 'a1'}", "attributes": {}}
