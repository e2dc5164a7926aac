"""A connector as jobs need it: a target or a source, its secrets by names of the job's own."""

from bascule.manager.connectors.clusters import ClientCertificateAuth, InheritedCredential, ServiceAccountAuth
from bascule.manager.connectors.model import Connector, Jdbc
from bascule.manager.identity.model import Scope
from bascule.manager.identity.references import reference, resolve
from bascule.wire.jobs import ArchiveSource, GitSource, ObjectSource, OciSource, Target, Tls, Tokens, Tunnel
from bascule.wire.pods import Cluster, Registry


def target(connector: Connector, secrets: dict[str, str], *, exclusive: str | None = None) -> Target:
    """The database that a JDBC connector leads to. Notes in `secrets` (name → reference) what it needs."""
    jdbc = connector.jdbc
    return Target(
        url=jdbc.url,
        username=jdbc.username,
        username_secret=note(secrets, "username", jdbc.username_ref, connector.scope),
        password_secret=note(secrets, "password", jdbc.password_ref, connector.scope),
        tls=_tls(jdbc, secrets, connector.scope),
        tokens=_tokens(jdbc, secrets, connector.scope),
        tunnel=_tunnel(jdbc, secrets, connector.scope),
        exclusive=exclusive,
    )


def _tls(jdbc: Jdbc, secrets: dict[str, str], held_in: Scope) -> Tls | None:
    tls = jdbc.tls
    if tls is None:
        return None
    return Tls(
        mode=tls.mode,
        ca=tls.ca_certificate,
        ca_secret=note(secrets, "tls_ca", tls.ca_certificate_ref, held_in),
        certificate_secret=note(secrets, "tls_certificate", tls.client_certificate_ref, held_in),
        key_secret=note(secrets, "tls_key", tls.client_key_ref, held_in),
        passphrase_secret=note(secrets, "tls_passphrase", tls.client_key_passphrase_ref, held_in),
    )


def _tokens(jdbc: Jdbc, secrets: dict[str, str], held_in: Scope) -> Tokens | None:
    if jdbc.provider is None:
        return None
    noted = {option: note(secrets, f"token_{option.replace('-', '_')}", ref, held_in) for option, ref in jdbc.secret_options.items()}
    named = {option: name for option, name in noted.items() if name is not None}
    return Tokens(provider=jdbc.provider, options=jdbc.options, secret_options=named)


def _tunnel(jdbc: Jdbc, secrets: dict[str, str], held_in: Scope) -> Tunnel | None:
    tunnel = jdbc.tunnel
    key = note(secrets, "tunnel_key", tunnel.private_key_ref, held_in) if tunnel is not None else None
    if tunnel is None or key is None:
        return None
    return Tunnel(
        host=tunnel.host,
        port=tunnel.port,
        username=tunnel.username,
        key_secret=key,
        passphrase_secret=note(secrets, "tunnel_passphrase", tunnel.passphrase_ref, held_in),
        known_hosts=tunnel.known_hosts,
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


def cluster(connector: Connector, secrets: dict[str, str]) -> Cluster:
    """The API server that a Kubernetes connector leads to."""
    credential = connector.cluster.credential
    if isinstance(credential, InheritedCredential):
        return Cluster()

    def secret(name: str, written: str | None) -> str | None:
        return note(secrets, f"cluster_{name}", written, connector.scope)

    url = credential.spec.master_url
    match credential.spec.auth:
        case ServiceAccountAuth(spec=login):
            return Cluster(
                url=url, ca_secret=secret("ca", login.ca_cert_ref), token_secret=secret("token", login.service_account_token_ref)
            )
        case ClientCertificateAuth(spec=login):
            return Cluster(
                url=url,
                ca_secret=secret("ca", login.ca_cert_ref),
                client_certificate_secret=secret("certificate", login.client_cert_ref),
                client_key_secret=secret("key", login.client_key_ref),
            )
        case user:
            return Cluster(
                url=url,
                username=user.spec.username,
                username_secret=secret("username", user.spec.username_ref),
                password_secret=secret("password", user.spec.password_ref),
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


def registry(connector: Connector, secrets: dict[str, str], *, number: int) -> Registry:
    """A registry that a pod's images are pulled from; `number` tells its secrets from those of other registries."""
    kept = connector.registry
    return Registry(
        url=kept.url,
        username=kept.username,
        username_secret=note(secrets, f"registry_{number}_username", kept.username_ref, connector.scope),
        password_secret=note(secrets, f"registry_{number}_password", kept.password_ref, connector.scope),
    )


def note(secrets: dict[str, str], name: str, written: str | None, held_in: Scope) -> str | None:
    """Note a secret under a name; its reference is rewritten so that a project reads it."""
    if not written:
        return None
    secrets[name] = reference(*resolve(written, held_in))
    return name
