"""A connector as jobs need it: a target or a source, its secrets by names of the job's own."""

from bascule.manager.connectors.model import Connector
from bascule.manager.identity.model import Scope
from bascule.manager.identity.references import reference, resolve
from bascule.wire.jobs import ArchiveSource, GitSource, ObjectSource, OciSource, Target


def target(connector: Connector, secrets: dict[str, str], *, exclusive: str | None = None) -> Target:
    """The database that a JDBC connector leads to. Notes in `secrets` (name → reference) what it needs."""
    jdbc = connector.jdbc
    return Target(
        url=jdbc.url,
        username=jdbc.username,
        username_secret=note(secrets, "username", jdbc.username_ref, connector.scope),
        password_secret=note(secrets, "password", jdbc.password_ref, connector.scope),
        exclusive=exclusive,
    )


def repository(connector: Connector, repo: str | None, secrets: dict[str, str]) -> GitSource:
    """A repository of a Git connector, at no revision yet."""
    git = connector.git
    return GitSource(
        url=git.repository(repo),
        username=git.username,
        username_secret=note(secrets, "git_username", git.username_ref, connector.scope),
        password_secret=note(secrets, "git_password", git.password_ref, connector.scope),
        ssh_key_secret=note(secrets, "git_ssh_key", git.ssh_key_ref, connector.scope),
        known_hosts=git.known_hosts,
        ca=git.ca,
    )


def archive(connector: Connector, repo: str | None, path: str, secrets: dict[str, str]) -> ArchiveSource:
    """An archive that a connector's server keeps."""
    kept = connector.archive
    return ArchiveSource(
        url=kept.address(repo, path),
        username=kept.username,
        username_secret=note(secrets, "source_username", kept.username_ref, connector.scope),
        password_secret=note(secrets, "source_password", kept.password_ref, connector.scope),
        token_secret=note(secrets, "source_token", kept.token_ref, connector.scope),
        ca=kept.ca,
    )


def objects(connector: Connector, bucket: str | None, path: str, secrets: dict[str, str]) -> ObjectSource:
    """An archive in an object store, or all below a prefix."""
    kept = connector.objects
    named = {option: note(secrets, f"source_{option}", written, connector.scope) for option, written in kept.secret_options.items()}
    return ObjectSource(
        url=kept.address(bucket, path),
        options=kept.options,
        secret_options={option: name for option, name in named.items() if name},
    )


def artifact(connector: Connector, reference: str, secrets: dict[str, str]) -> OciSource:
    """An artifact in a registry: `repository:tag`; of an empty reference the registry itself."""
    registry = connector.registry
    return OciSource(
        reference=registry.reference(reference) if reference else registry.host,
        username=registry.username,
        username_secret=note(secrets, "source_username", registry.username_ref, connector.scope),
        password_secret=note(secrets, "source_password", registry.password_ref, connector.scope),
        ca=registry.ca,
    )


def note(secrets: dict[str, str], name: str, written: str | None, held_in: Scope) -> str | None:
    """Note a secret under a name; its reference is rewritten so that a project reads it."""
    if not written:
        return None
    secrets[name] = reference(*resolve(written, held_in))
    return name
