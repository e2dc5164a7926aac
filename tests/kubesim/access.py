"""Who asks, and whether they may: tokens, and RBAC evaluated from the roles that are stored."""

import secrets
from typing import Any

from tests.kubesim import answers
from tests.kubesim.resources import Resource, find
from tests.kubesim.store import Store

ADMIN = "system:admin"
_RBAC = "rbac.authorization.k8s.io"


class Access:
    """Tokens → users; a user's rules from Roles and ClusterRoles bound to it."""

    def __init__(self, store: Store) -> None:
        self.admin_token = secrets.token_urlsafe(24)
        self.users: dict[str, str] = {self.admin_token: ADMIN}
        self._store = store

    def token_of(self, namespace: str, account: str) -> str:
        """A token of a service account."""
        user = f"system:serviceaccount:{namespace}:{account}"
        token = secrets.token_urlsafe(24)
        self.users[token] = user
        return token

    def revoke(self, user: str) -> None:
        """Its tokens are expired: 401 from now on."""
        self.users = {token: known for token, known in self.users.items() if known != user}

    def user(self, authorization: str | None) -> str:
        """Raises ApiError 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.users:
            raise answers.unauthorized()
        return self.users[token]

    def require(self, user: str, verb: str, resource: Resource, namespace: str | None, name: str = "", sub: str = "") -> None:
        """Raises ApiError 403."""
        plural = f"{resource.plural}/{sub}" if sub else resource.plural
        if not self.may(user, verb, resource.group, plural, namespace, name):
            raise answers.forbidden(user, verb, plural, resource.group, namespace, name)

    def may(self, user: str, verb: str, group: str, plural: str, namespace: str | None, name: str = "") -> bool:
        if user == ADMIN:
            return True
        return any(_allows(rule, verb, group, plural, name) for rule in self._rules(user, namespace))

    def _rules(self, user: str, namespace: str | None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for plural, there in (("rolebindings", namespace), ("clusterrolebindings", "")):
            bindings = find(_RBAC, "v1", plural)
            if bindings is None or there is None:
                continue
            for binding in self._store.all(bindings, there):
                if any(_is_subject(subject, user, there) for subject in binding.get("subjects") or []):
                    found += self._rules_of(binding["roleRef"], there)
        return found

    def _rules_of(self, reference: dict[str, str], namespace: str) -> list[dict[str, Any]]:
        resource = find(_RBAC, "v1", "roles" if reference["kind"] == "Role" else "clusterroles")
        assert resource is not None
        role = self._store.find(resource, namespace if reference["kind"] == "Role" else "", reference["name"])
        return list(role.get("rules") or []) if role else []


def _is_subject(subject: dict[str, str], user: str, namespace: str) -> bool:
    if subject["kind"] == "ServiceAccount":
        return user == f"system:serviceaccount:{subject.get('namespace', namespace)}:{subject['name']}"
    if subject["kind"] == "Group":
        return user.startswith("system:serviceaccount:") and subject["name"] in ("system:serviceaccounts", "system:authenticated")
    return user == subject["name"]


def _allows(rule: dict[str, Any], verb: str, group: str, plural: str, name: str) -> bool:
    def listed(key: str, word: str) -> bool:
        return bool({"*", word} & set(rule.get(key) or []))

    if not (listed("verbs", verb) and listed("apiGroups", group) and listed("resources", plural)):
        return False
    names = rule.get("resourceNames")
    return not names or name in names
