"""The area's tables."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from bascule.manager.database import METADATA, JsonText, Moment

TOKENS = Table(
    "delegate_tokens",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("org", String(128)),
    Column("project", String(128)),
    Column("tags", JsonText, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("single_use", Boolean, nullable=False),
    Column("bound_key", String(64)),
    Column("pod", String(512)),
    Column("generation", Integer, nullable=False),
    Column("former_sha256", String(64)),
    Column("former_until", Moment),
    Column("former_admits", Boolean, nullable=False),
)

DELEGATES = Table(
    "delegates",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("token_id", String(40), nullable=False),
    Column("name", String(128), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("org", String(128)),
    Column("project", String(128)),
    Column("tags", JsonText, nullable=False),
    Column("version", String(64), nullable=False),
    Column("hostname", String(255), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("allow_scripts", Boolean, nullable=False),
    Column("kubernetes", Boolean, nullable=False),
    Column("default_runner", String(16), nullable=False),
    Column("pod", String(512)),
    Column("registered_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("start", String(64), nullable=False),
    Column("features", JsonText, nullable=False),
    Column("draining_at", Moment),
    Column("leaving", Boolean, nullable=False),
    Column("free", Integer, nullable=False),
    Index("delegates_public_key", "public_key"),
)

JOBS = Table(
    "delegate_jobs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("execution_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("selectors", JsonText, nullable=False),
    Column("org", String(128)),
    Column("project", String(128)),
    Column("needs_scripts", Boolean, nullable=False),
    Column("needs_kubernetes", Boolean, nullable=False),
    Column("pod", String(512)),
    Column("exclusive", String(512)),
    Column("workspace", String(256)),
    Column("settles", String(64)),
    Column("enqueued_at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("delegate_id", String(40)),
    Column("lease_expires_at", Moment),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("cancel_requested", Boolean, nullable=False),
    Column("outcome", Text),
    Column("event_count", Integer, nullable=False),
    Column("endpoint", String(320)),
    Index("delegate_jobs_state", "state", "enqueued_at"),
    Index("delegate_jobs_execution", "execution_id"),
    Index("delegate_jobs_pod", "pod"),
    Index("delegate_jobs_settles", "settles"),
)

PODS = Table(
    "delegate_pods",
    METADATA,
    Column("key", String(512), primary_key=True),
    Column("job_id", String(64), nullable=False),
    Column("token_id", String(40)),
    Column("started_at", Moment, nullable=False),
    Column("leave_at", Moment),
)

ATTEMPTS = Table(
    "delegate_attempts",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("delegate_id", String(40), nullable=False),
    Column("leased_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("next_seq", Integer, nullable=False),
    Column("outcome", Text),
    Index("delegate_attempts_delegate", "delegate_id", "leased_at"),
)

EVENTS = Table(
    "delegate_events",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("stored_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

ARTIFACTS = Table(
    "delegate_artifacts",
    METADATA,
    Column("job_id", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("last", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

WORKSPACES = Table(
    "delegate_workspaces",
    METADATA,
    Column("workspace", String(256), primary_key=True),
    Column("delegate_id", String(40), nullable=False),
    Column("pinned_at", Moment, nullable=False),
)

REACHES = Table(
    "delegate_reaches",
    METADATA,
    Column("delegate_id", String(40), primary_key=True),
    Column("endpoint", String(320), primary_key=True),
    Column("reached", Boolean),
    Column("why", String(512), nullable=False),
    Column("asked_at", Moment),
    Column("checked_at", Moment),
    Column("ran_at", Moment),
)

LOGS = Table(
    "delegate_logs",
    METADATA,
    Column("delegate_id", String(40), primary_key=True),
    Column("lines", JsonText, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("asked_at", Moment),
    Column("told_at", Moment),
)

FENCES = Table(
    "delegate_fences", METADATA, Column("id", Integer, primary_key=True, autoincrement=False), Column("value", Integer, nullable=False)
)

SESSION_KEYS = Table(
    "delegate_session_keys", METADATA, Column("id", String(40), primary_key=True), Column("envelope", JsonText, nullable=False)
)

BUSY = ("leased", "started", "unknown")
"""States in which a job holds its target."""
UNFINISHED = ("queued", *BUSY)
"""All states but the last, in which jobs stay for ever: named one by one an index finds them, `!= finished` reads the whole history."""
