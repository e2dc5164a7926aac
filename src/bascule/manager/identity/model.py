"""Who may do what, where: actors, scopes, permissions, roles. Pure."""

import msgspec

ACCOUNT = "default"
"""The identifier of the one account of an installation."""

PERMISSIONS = frozenset(
    {
        "core_organization_view", "core_organization_edit", "core_organization_delete",
        "core_project_view", "core_project_edit", "core_project_delete",
        "core_connector_view", "core_connector_edit", "core_connector_delete", "core_connector_access",
        "core_secret_view", "core_secret_edit", "core_secret_delete", "core_secret_access",
        "core_environment_view", "core_environment_edit", "core_environment_delete", "core_environment_access",
        "core_delegate_view", "core_delegate_edit", "core_delegate_delete",
        "core_governancePolicy_view", "core_governancePolicy_edit", "core_governancePolicy_delete",
        "core_governancePolicySets_view", "core_governancePolicySets_edit", "core_governancePolicySets_delete",
        "core_governancePolicySets_evaluate",
        "core_pipeline_view", "core_pipeline_edit", "core_pipeline_delete", "core_pipeline_execute", "core_pipeline_abort",
        "core_user_view", "core_user_manage", "core_usergroup_view", "core_usergroup_manage",
        "core_serviceaccount_view", "core_serviceaccount_manageapikey", "core_audit_view",
        "dbops_schema_view", "dbops_schema_edit", "dbops_schema_delete",
        "dbops_instance_view", "dbops_instance_edit", "dbops_instance_delete",
        "dbops_instance_deploy", "dbops_instance_rollback", "dbops_instance_approve",
    }
)  # fmt: skip

_VIEW = frozenset(p for p in PERMISSIONS if p.endswith("_view"))

ROLES: dict[str, frozenset[str]] = {
    "viewer": _VIEW,
    "approver": _VIEW | {"dbops_instance_approve"},
    "operator": _VIEW
    | {
        "core_pipeline_edit", "core_pipeline_execute", "core_pipeline_abort", "core_connector_access", "core_secret_access",
        "core_environment_access", "core_governancePolicySets_evaluate", "dbops_schema_edit", "dbops_instance_edit",
        "dbops_instance_deploy", "dbops_instance_rollback",
    },
    "admin": PERMISSIONS,
}  # fmt: skip
"""What each role may do. Approving is a right of its own: an operator does not have it."""


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Account, organization or project; each holds what is below it."""

    org: str | None = None
    project: str | None = None

    def covers(self, other: "Scope") -> bool:
        """Whether what is granted here holds there."""
        return (self.org is None or self.org == other.org) and (self.project is None or self.project == other.project)

    def __str__(self) -> str:
        return "/".join(part for part in ("account", self.org, self.project) if part)


class Grant(msgspec.Struct, frozen=True):
    """A role held in a scope."""

    role: str
    scope: Scope = Scope()


class Actor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who does something: a user, an API key's owner, or the system itself. Every service function takes one."""

    id: str
    name: str
    email: str = ""
    kind: str = "user"
    """`user`, `service` or `system`."""
    groups: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()

    def may(self, permission: str, scope: Scope) -> bool:
        """Whether a grant holds the permission there. Unknown permissions and roles are a no."""
        return permission in PERMISSIONS and any(
            permission in ROLES.get(grant.role, frozenset()) and grant.scope.covers(scope) for grant in self.grants
        )


SYSTEM = Actor(id="system", name="Bascule", kind="system", grants=(Grant("admin"),))
"""The manager acting for itself: turns, reaper, bootstrap."""
