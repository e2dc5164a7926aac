"""A job: one verb of our own command line, or one script, with all it needs. The delegate knows no pipelines.

A job names secrets, it never holds them: `secrets` maps a placeholder name to a reference; the lease carries their values sealed to the
delegate's key (`wire/delegates.py`).
"""

from typing import Literal

import msgspec

from bascule.wire.pods import Pod, Reach

Repeat = Literal["safe", "resolve", "never"]

WORKSPACE_LOST = "WorkspaceLost"
"""The failure of a job whose `needs` are not there."""


class GitSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="git", omit_defaults=True):
    """A repository at a revision; `commit` is pinned by the first job of an execution and given to all later ones."""

    url: str
    branch: str | None = None
    tag: str | None = None
    commit: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None
    """Names in `Job.secrets`."""
    username: str | None = None
    ssh_key_secret: str | None = None
    """The private key for `ssh://` and `git@host:path`."""
    known_hosts: str | None = None
    """Lines of a known_hosts file. A server that is not in it, nor known to the delegate, is not talked to."""
    ca: str | None = None
    """PEM of the authorities to trust, instead of the delegate's."""
    paths: list[str] = []
    """Folders to fetch, of a repository too large to fetch whole; all when empty."""
    submodules: bool = False
    lfs: bool = False
    directory: str = "source"
    """Where it is put, below the job's workspace."""


class ArchiveSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="archive", omit_defaults=True):
    """A zip or tar archive at an HTTP URL, as Artifactory, Nexus and release pages serve it; unpacked into `directory`."""

    url: str
    username: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None
    token_secret: str | None = None
    """Sent as `Authorization: Bearer …`. Names in `Job.secrets`."""
    ca: str | None = None
    sha256: str | None = None
    directory: str = "source"


class ObjectSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="object", omit_defaults=True):
    """An archive, or all below a prefix, in an object store: `s3://bucket/path`, `gs://…`, `az://container/…`.

    `options` are obstore's configuration keys (`region`, `endpoint`, `access_key_id`); without credentials the delegate's own apply.
    """

    url: str
    options: dict[str, str] = {}
    secret_options: dict[str, str] = {}
    """Key → name in `Job.secrets`."""
    sha256: str | None = None
    """Of the archive, or over the names and digests of all below the prefix."""
    directory: str = "source"


class OciSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="oci", omit_defaults=True):
    """An artifact in a container registry: `registry/repository:tag` or `…@sha256:…`, as `oras push` and `helm push` make them."""

    reference: str
    username: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None
    ca: str | None = None
    directory: str = "source"


class InlineSource(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="inline", omit_defaults=True):
    """Files given in the job itself: path below the workspace → text."""

    files: dict[str, str]
    directory: str = "source"


Source = GitSource | ArchiveSource | ObjectSource | OciSource | InlineSource


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="command"):
    """One verb of `bascule`: argv without the program's name. Relative paths start at the workspace.

    Secrets never stand in argv. The URL, user and password of the target are given as `target`, which the runner passes by
    BASCULE_SECRETS_FD (a JSON object: `{"url":…, "username":…, "password":…, "properties": {name: value}}`, and `tls`, `tokens`, `tunnel`
    in the words of the engine's `Access`).
    """

    argv: list[str]


class Script(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="script", omit_defaults=True):
    """A script for Run, ShellScript and script sources. `output_variables` are read from the environment when it ends."""

    text: str
    shell: Literal["sh", "bash", "python", "pwsh"] = "sh"
    image: str | None = None
    output_variables: list[str] = []
    container: str | None = None
    """The container of the job's pod that it runs in; None: beside the delegate."""
    leaves: str | None = None
    """A file or folder below the workspace that a script source makes. The job fails when it is not there afterwards, else its `commit`
    is a digest of all in that folder, or beside that file."""


class Fetch(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="fetch"):
    """Nothing but its sources: it has succeeded when they are there. Tells whether a repository or archive can be had."""


class Seal(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="seal"):
    """Nothing but its secrets: look them up and seal them, as a lease does, to another delegate's key, for that delegate's own lease.

    Its output `sealed` is a SealedSecrets (`wire/delegates.py`). So a pod need not reach secret managers.
    """

    public_key: str
    context: str
    """What the sealed values are bound to."""


class Tls(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """TLS to a database. Without a mode the server is verified in full when there is an authority to verify it by."""

    mode: Literal["disable", "require", "verify-ca", "verify-full"] | None = None
    ca: str | None = None
    """PEM."""
    ca_secret: str | None = None
    certificate_secret: str | None = None
    key_secret: str | None = None
    passphrase_secret: str | None = None
    """Names in `Job.secrets`."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gives out the password: `aws-iam`, `gcp`, `azure`, or `command`, which needs a delegate that allows scripts."""

    provider: str
    options: dict[str, str] = {}
    secret_options: dict[str, str] = {}
    """Option → name in `Job.secrets`."""


class Tunnel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A host that lets the job through to the database by SSH."""

    host: str
    port: int = 22
    username: str
    key_secret: str
    passphrase_secret: str | None = None
    known_hosts: str


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The database a job works on. `exclusive` is the key by which jobs exclude each other: connector and history table."""

    url: str
    username: str | None = None
    username_secret: str | None = None
    password_secret: str | None = None
    """Names in `Job.secrets`."""
    tls: Tls | None = None
    tokens: Tokens | None = None
    tunnel: Tunnel | None = None
    exclusive: str | None = None
    properties: dict[str, str] = {}
    """`-D` properties of the instance (substituteProperties)."""
    secret_properties: dict[str, str] = {}
    """Property name → name in `Job.secrets`."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """After `timeout_s` the job gets SIGTERM, `grace_s` later SIGKILL."""

    timeout_s: float = 600.0
    grace_s: float = 30.0
    memory_mib: int | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a delegate is asked to run, once."""

    id: str
    what: Command | Script | Fetch | Pod | Seal | Reach
    """The work."""
    title: str = ""
    source: list[Source] = []
    target: Target | None = None
    environment: dict[str, str] = {}
    environment_secrets: dict[str, str] = {}
    """Variable → name in `secrets`; scripts only."""
    secrets: dict[str, str] = {}
    """Name in this job → reference as written (`account.db_password`)."""
    composed: dict[str, list[str]] = {}
    """Another name in this job → what the delegate makes it of: a text and a name in `secrets` by turns, a text first and last."""
    workspace: str | None = None
    """Jobs that name the same workspace run on the delegate that took its first job, in one folder."""
    needs: list[str] = []
    """Folders that an earlier job left in the workspace. Where one is missing, the job ends as `WorkspaceLost`, and nothing has run."""
    pod: str | None = None
    """Only the delegate inside the pod of this key (`Pod.key`) may lease it."""
    selectors: list[str] = []
    scope: str = "account"
    """`account`, `account/org`, `account/org/project`: only delegates whose token covers it may lease."""
    limits: Limits = Limits()
    repeat: Repeat = "never"
    settle: list[str] = []
    """With repeat `resolve`: argv of the verb (`outcome …`) that any delegate runs on the same target when this job's outcome is unknown.
    The job then ends as `unknown` with that verb's outputs, by which its owner judges."""
    statement_events: Literal["text", "hash"] = "text"

    @property
    def takes_room(self) -> bool:
        """Whether a delegate has room for one less while it has this in hand. A pod takes none: the jobs in it are another delegate's."""
        return not isinstance(self.what, Pod)

    @property
    def runs_foreign_code(self) -> bool:
        """Whether something runs on the delegate that its owner must have allowed: a script, or a program that prints tokens."""
        asks_program = self.target is not None and self.target.tokens is not None and self.target.tokens.provider == "command"
        return isinstance(self.what, Script) or asks_program
