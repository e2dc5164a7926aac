"""What the pages show in these tests: a web shop with three databases, its pipelines, runs, rules and people."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine

from bascule import __version__
from bascule.core.clock import new_id
from bascule.core.problems import Problem
from bascule.engine.events import ChangesetFinished
from bascule.manager.approvals import service as approvals
from bascule.manager.approvals.model import ApprovalOwner
from bascule.manager.changelogs import service as changelogs
from bascule.manager.changelogs.model import RunRef
from bascule.manager.connectors import service as connectors
from bascule.manager.connectors.model import ConnectorIn
from bascule.manager.database import writing
from bascule.manager.delegates import fleet, fleet_store, own_logs, reach_store
from bascule.manager.delegates import store as delegate_store
from bascule.manager.delegates.model import Attempt, Delegate, JobOutcome, JobOwner
from bascule.manager.governance import service as governance
from bascule.manager.governance.model import PolicyIn, PolicySetIn, PolicyUse
from bascule.manager.governance.pages import EXAMPLE, NEW
from bascule.manager.identity import service as recognition
from bascule.manager.identity import store as identity_store
from bascule.manager.identity.model import SYSTEM, Actor, Grant, Scope
from bascule.manager.instances import environments
from bascule.manager.instances import service as instances
from bascule.manager.instances.model import DBInstanceIn, DBSchemaIn, Environment
from bascule.manager.organizations import service as organizations
from bascule.manager.organizations.model import Organization, Project
from bascule.manager.pipelines import service as pipelines
from bascule.manager.pipelines import store as pipeline_store
from bascule.manager.pipelines.model import Execution, Node, Status
from bascule.manager.secrets import service as secrets
from bascule.manager.secrets.model import SecretIn, SecretSpec
from bascule.manager.users import service as users
from bascule.manager.users.model import RoleBinding, UserGroup, UserIn
from bascule.wire.jobs import Command, Job

SHOP = Scope("acme", "shop")
BASE = "/orgs/acme/projects/shop"
POD_EXECUTION = "exec_x"
PASSWORD = "correct horse battery"
ADA = Actor(id="ada", name="Ada Admin", email="ada@acme.test", grants=(Grant("admin"),), groups=("account/acme/shop/dbas",))

SQL = (
    "ALTER TABLE public.orders ADD COLUMN note TEXT;",
    "CREATE TABLE public.shipment (\n  id BIGINT NOT NULL,\n  order_id BIGINT NOT NULL,\n  carrier VARCHAR(40) DEFAULT 'post',\n"
    "  CONSTRAINT shipment_pkey PRIMARY KEY (id)\n);",
    "CREATE INDEX CONCURRENTLY ix_orders_created ON public.orders (created_at); -- takes no lock",
)
CHANGESETS = (
    "001-create-orders",
    "002-order-lines",
    "003-index-created-at",
    "004-add-note",
    "005-shipment",
    "006-status-enum-with-a-rather-long-name",
    "007-drop-legacy",
)
DEPLOY = """pipeline:
  name: Deploy orders
  identifier: deploy_orders
  description: Preview, approve, apply to production
  variables:
    - name: ticket
      type: String
      value: <+input>.regex([A-Z]+-[0-9]+)
    - name: window
      type: String
      value: <+input>.default(now).allowedValues(now,tonight)
  stages:
    - stage:
        name: Production
        identifier: production
        type: Custom
        spec:
          execution:
            steps:
              - step:
                  type: DBSchemaApply
                  name: Apply to production
                  identifier: apply
                  timeout: 10m
                  spec:
                    dbSchema: orders
                    dbInstance: orders_prod
"""
ASK = """pipeline:
  name: Ask a person
  identifier: ask
  stages:
    - stage:
        name: Gate
        identifier: gate
        type: Approval
        spec:
          execution:
            steps:
              - step:
                  type: HarnessApproval
                  name: Approve production
                  identifier: approve
                  timeout: 1d
                  spec:
                    approvalMessage: Please look at the SQL before it runs in production.
                    approvers:
                      userGroups: [dbas]
                      minimumCount: 1
                    approverInputs:
                      - name: ticket
                        required: true
                        regex: "[A-Z]+-[0-9]+"
"""


@dataclass(frozen=True)
class Scene:
    """Names that only the making tells."""

    finished: str
    failed: str
    waiting_approval: str
    evaluation: str
    delegate_token: str


def make(engine: Engine, now: datetime) -> Scene:
    """Fill an empty store."""
    with writing(engine) as connection:
        _people(connection, now)
        _databases(connection, now)
        _history(connection, now)
        token = _delegates(connection, now)
    evaluation = _rules(engine)
    with writing(engine) as connection:
        pipelines.create_pipeline(connection, ADA, SHOP, DEPLOY)
        pipelines.create_pipeline(connection, ADA, SHOP, ASK)
        finished, failed = _executions(connection, now)
        approval = _approval(connection)
    return Scene(finished=finished, failed=failed, waiting_approval=approval, evaluation=evaluation, delegate_token=token)


def _people(connection: Connection, now: datetime) -> None:
    organizations.create_org(connection, SYSTEM, Organization(identifier="acme", name="Acme Corporation"), now)
    for identifier, name in (("shop", "Web shop"), ("billing", "Billing")):
        organizations.create_project(connection, SYSTEM, "acme", Project(identifier=identifier, name=name, tags={"team": "core"}), now)
    hashed = recognition.hash_password(PASSWORD)
    ada = UserIn(identifier="ada", name="Ada Admin", email="ada@acme.test", roles=[RoleBinding(role="admin")])
    bob = UserIn(
        identifier="bob", name="Bob Operator", email="bob@acme.test", roles=[RoleBinding(role="operator", org="acme", project="shop")]
    )
    for user in (ada, bob):
        users.create_user(connection, SYSTEM, user, now, hashed)
    roles = [RoleBinding(role="approver", org="acme", project="shop")]
    group = UserGroup(identifier="dbas", name="Database administrators", users=["ada"], roles=roles)
    users.create_group(connection, ADA, SHOP, group, now)


def session(engine: Engine, user: str, now: datetime) -> str:
    """A session's token, as a login makes it."""
    token = recognition.new_token()
    with writing(engine) as connection:
        identity_store.put_session(connection, token, user, now, now + timedelta(hours=8))
    return token


def _databases(connection: Connection, now: datetime) -> None:
    connector = TypeAdapter(ConnectorIn)
    secrets.create(
        connection,
        ADA,
        SHOP,
        SecretIn(identifier="orders_password", name="Orders password", spec=SecretSpec(value="not a real one")),
        now,
    )
    vault = {"vaultUrl": "https://vault.acme.test", "secretEngineName": "secret", "authToken": "account.vault_token"}
    elsewhere = {"identifier": "vault", "name": "Vault", "type": "Vault", "spec": vault}
    connectors.create(connection, ADA, Scope(), connector.validate_python(elsewhere), now)
    kept = SecretSpec(secret_manager_identifier="account.vault", value_type="Reference", value="stock/production#password")
    secrets.create(connection, ADA, SHOP, SecretIn(identifier="stock_password", name="Stock password", spec=kept), now)
    git = {"url": "https://git.acme.test/acme", "connectionType": "Account", "auth": {"type": "Anonymous"}}
    connectors.create(
        connection, ADA, Scope(), connector.validate_python({"identifier": "git", "name": "Git", "type": "Git", "spec": git}), now
    )
    for identifier, name, migration in (("orders", "Orders", "Liquibase"), ("stock", "Stock", "Flyway"), ("people", "People", "Liquibase")):
        source = {"connector": "account.git", "repo": "databases", "location": f"{identifier}/changelog.yaml"}
        schema = {"identifier": identifier, "name": name, "tags": {"team": "shop"}, "changelog": source, "migrationType": migration}
        instances.create_schema(connection, ADA, SHOP, DBSchemaIn.model_validate(schema), now)
    for order, (identifier, tier) in enumerate((("dev", "development"), ("qa", "test"), ("prod", "production"))):
        environment = Environment.model_validate({"identifier": identifier, "name": identifier.upper(), "tier": tier, "order": order})
        environments.create(connection, ADA, SHOP, environment, now)
        spec = {
            "url": f"jdbc:postgresql://orders-{identifier}.db.acme.test:5432/orders",
            "auth": {"type": "UsernamePassword", "spec": {"username": "deploy", "passwordRef": "orders_password"}},
            "delegateSelectors": [identifier],
        }
        database = {"identifier": f"orders_{identifier}_db", "name": f"Orders {identifier}", "type": "Jdbc", "spec": spec}
        connectors.create(connection, ADA, SHOP, connector.validate_python(database), now)
        instance = {
            "identifier": f"orders_{identifier}",
            "name": f"Orders {identifier}",
            "connector": f"orders_{identifier}_db",
            "branch": "main",
            "context": identifier,
            "tags": {"env": identifier},
            "environment": identifier,
        }
        at = now + timedelta(seconds=order)
        instances.create_instance(connection, ADA, SHOP, "orders", DBInstanceIn.model_validate(instance), at)


def _history(connection: Connection, now: datetime) -> None:
    """dev has all but the last, which failed; qa five; production three."""
    for instance, count in (("orders_dev", 7), ("orders_qa", 5), ("orders_prod", 3)):
        ref = instances.ref(connection, SHOP, "orders", instance)
        for number, name in enumerate(CHANGESETS[:count]):
            run = RunRef(pipeline="deploy_orders", plan_execution_id="exec_earlier", stage_execution_id="production")
            changelogs.record_changeset(connection, ref, _event(number, name, now - timedelta(days=7 - number)), run)


def _event(number: int, name: str, at: datetime) -> ChangesetFinished:
    file = "orders/2026-11/changelog.yaml"
    failed = number == 6
    row = {
        "ID": name,
        "AUTHOR": "ada",
        "FILENAME": file,
        "ORDEREXECUTED": number + 1,
        "EXECTYPE": "EXECUTED",
        "TAG": "before-7" if number == 2 else None,
        "COMMENTS": "for the carriers" if number == 4 else "",
    }
    return ChangesetFinished(
        at=at.timestamp(),
        fqn=f"{file}::{name}::ada",
        id=name,
        author="ada",
        file=file,
        status="FAILED" if failed else "EXECUTED",
        sql=[SQL[number % 3]],
        row=None if failed else row,
        error='relation "legacy" does not exist [42P01]' if failed else None,
    )


def _delegates(connection: Connection, now: datetime) -> str:
    token, text = fleet.create_token(connection, ADA, Scope(), "production network", now, tags=("prod", "eu"), lives=timedelta(days=365))
    old, _ = fleet.create_token(connection, ADA, SHOP, "old laptop", now)
    fleet.revoke_token(connection, ADA, SHOP, old.id, now)
    for number, (name, silent_s) in enumerate((("edge-1", 2), ("edge-2", 90), ("qa-runner", 4000))):
        delegate = Delegate(
            id=f"del_{number}",
            token_id=token.id,
            name=name,
            public_key=f"key {number}",
            scope=Scope(),
            tags=("prod", "eu"),
            version=__version__ if number < 2 else "99.0.0",
            hostname=f"{name}.acme.test",
            capacity=4,
            allow_scripts=number == 0,
            kubernetes=number == 0,
            registered_at=now,
            last_seen_at=now - timedelta(seconds=silent_s),
            draining_at=now - timedelta(minutes=7) if number == 1 else None,
        )
        fleet_store.put_delegate(connection, delegate)
    inside = Delegate(
        id="del_pod",
        token_id=token.id,
        name="bascule-exec-x-production-db-1-5f3a9c",
        public_key="key of the pod",
        scope=SHOP,
        version=__version__,
        hostname="bascule-exec-x-production-db-1-5f3a9c",
        pod=f"{POD_EXECUTION}/production/migrate-all-databases#1",
        registered_at=now - timedelta(minutes=4),
        last_seen_at=now,
    )
    fleet_store.put_delegate(connection, inside)
    _insight(connection, now)
    return text


def _insight(connection: Connection, now: datetime) -> None:
    """What edge-1 has told: what it reaches, its log; and what it has in hand."""
    reach_store.ran(connection, "del_0", "orders-prod.db.acme.test:5432", now - timedelta(minutes=3))
    why = "its name is not known here: Name or service not known"
    reach_store.ask(connection, "del_0", "orders-qa.db.acme.test:5432", now - timedelta(minutes=1))
    reach_store.tell(connection, "del_0", "orders-qa.db.acme.test:5432", False, why, now - timedelta(minutes=1))
    reach_store.ask(connection, "del_0", "orders-dev.db.acme.test:5432", now)
    own_logs.ask(connection, "del_0", now - timedelta(minutes=5))
    at = round(now.timestamp() * 1000)
    said = ("INFO bascule.delegate.agent: registered  delegate_id=del_0", "WARNING bascule.delegate.client: the manager cannot be reached")
    lines = [(at + number, f"2026-11-29 17:00:0{number},123 {text}") for number, text in enumerate(said)]
    own_logs.tell(connection, "del_0", lines, now - timedelta(minutes=5))
    job = Job(id="job_in_hand", what=Command(argv=["update"]), title="update orders/production", scope="account/acme/shop")
    delegate_store.add_job(connection, job, JobOwner(execution_id="exec_x", org="acme", project="shop", pipeline="deploy_orders"), now)
    delegate_store.add_attempt(connection, Attempt(job_id=job.id, attempt=1, fence=1, delegate_id="del_0", leased_at=now, started_at=now))
    record = delegate_store.get_job(connection, job.id)
    delegate_store.put_job(
        connection, msgspec.structs.replace(record, state="started", attempt=1, fence=1, delegate_id="del_0", started_at=now)
    )


def _rules(engine: Engine) -> str:
    governance.create_policy(
        engine, ADA, SHOP, PolicyIn(identifier="no_drop", name="No table is dropped", description="Drop in a later release", rego=NEW)
    )
    big = 'package db_sql\n\ndeny contains message if {\n\tcount(input.sqlStatements) > 50\n\tmessage := "more than 50 statements"\n}\n'
    governance.create_policy(engine, ADA, Scope(), PolicyIn(identifier="big_batch", name="Big batches", rego=big))
    uses = [PolicyUse(identifier="no_drop"), PolicyUse(identifier="account.big_batch", severity="warning")]
    rules = PolicySetIn(identifier="production", name="Production rules", type="custom", action="onstep", policies=uses)
    governance.create_policy_set(engine, ADA, SHOP, rules)
    decision = governance.evaluate(engine, ADA, SHOP, ["production"], EXAMPLE, "sha256:4be1f0c2d3a49b1c", about="Orders, production")
    governance.evaluate(engine, ADA, SHOP, ["production"], {**EXAMPLE, "sqlStatements": list(SQL)}, "sha256:77aa", about="Orders, QA")
    return decision.evaluation_id


def _executions(connection: Connection, now: datetime) -> tuple[str, str]:
    statuses: list[Status] = ["Success", "Failed", "Success", "Success", "Aborted", "Success", "Success", "Failed", "Success", "Success"]
    ids = [_execution(connection, number, status, now - timedelta(days=20 - 2 * number)) for number, status in enumerate(statuses, 1)]
    return ids[-1], ids[-3]


def _execution(connection: Connection, number: int, status: Status, at: datetime) -> str:
    """A finished run: a stage, a group, an apply with its job and log."""
    execution = Execution(
        id=new_id("exec", at),
        scope=SHOP,
        pipeline="deploy_orders",
        name="Deploy orders",
        sequence=number,
        yaml=DEPLOY,
        actor=Actor(id="bob", name="Bob Operator", email="bob@acme.test"),
        trigger={"type": "MANUAL"},
        status=status,
        turn=5,
        created_at=at,
        started_at=at,
        ended_at=at + timedelta(seconds=47),
        inputs={"pipeline.variables.ticket": "SHOP-17"},
    )
    job = Job(id=new_id("job", at), what=Command(argv=["update"]), title="update", scope="account/acme/shop")
    execution.jobs.append((job.id, "production/db/apply"))
    pipeline_store.add_execution(connection, execution)
    delegate_store.add_job(connection, job, JobOwner(execution_id=execution.id), at)
    failed = status == "Failed"
    events = [
        {"kind": "started", "at": at.timestamp(), "verb": "update", "target": "jdbc:postgresql://orders-prod.db.acme.test:5432/orders"},
        {"kind": "log", "at": at.timestamp() + 1, "text": "3 changesets to run"},
        *(
            {
                "kind": "changeset.finished",
                "at": at.timestamp() + 2 + index,
                "fqn": f"orders/2026-11/changelog.yaml::{name}::ada",
                "id": name,
                "author": "ada",
                "file": "orders/2026-11/changelog.yaml",
                "status": "FAILED" if failed and index == 2 else "EXECUTED",
                **({"error": 'relation "legacy" does not exist [42P01]'} if failed and index == 2 else {}),
            }
            for index, name in enumerate(CHANGESETS[-3:])
        ),
        {"kind": "result", "at": at.timestamp() + 9, "status": "failure" if failed else "success", "exit_code": int(failed)},
    ]
    delegate_store.add_events(connection, job.id, 1, events, False, at)
    outcome = JobOutcome(status="failure" if failed else "success", exit_code=int(failed))
    record = delegate_store.get_job(connection, job.id)
    delegate_store.put_job(connection, msgspec.structs.replace(record, state="finished", attempt=1, outcome=outcome, finished_at=at))
    problem = Problem(
        code="DDL-042",
        what='relation "legacy" does not exist',
        where="orders/2026-11/changelog.yaml:120:9",
        fix="add a precondition that the table exists",
    )
    outputs = {"changeSets": list(CHANGESETS[-3:]), "preStartTag": "before-7", "planDigest": "sha256:77aa", "sqlCommands": list(SQL)}
    common = {"status": status, "started_at": at, "ended_at": at + timedelta(seconds=47)}
    for node in (
        Node(path="production", parent=None, number=1, kind="stage", identifier="production", name="Production", type="Custom", **common),
        Node(path="production/db", parent="production", number=2, kind="group", identifier="db", name="Database", **common),
        Node(
            path="production/db/apply",
            parent="production/db",
            number=3,
            kind="step",
            identifier="apply",
            name="Apply to production",
            type="DBSchemaApply",
            spec={"dbSchema": "orders", "dbInstance": "orders_prod"},
            outputs={} if failed else outputs,
            problems=[problem] if failed else [],
            **common,
        ),
    ):
        pipeline_store.put_node(connection, execution.id, node)
    return execution.id


def _approval(connection: Connection) -> str:
    owner = ApprovalOwner(
        execution_id="exec_elsewhere",
        node_id="9",
        phase="approval",
        org="acme",
        project="shop",
        pipeline="deploy_orders",
        step="production/approve",
        executor_id="bob",
        executor_email="bob@acme.test",
        instance="orders_prod",
    )
    spec = {
        "approvalMessage": "Please look at the SQL before it runs in production.",
        "approvers": {"userGroups": ["dbas"], "minimumCount": 1, "disallowPipelineExecutor": True},
        "approverInputs": [
            {"name": "ticket", "required": True, "regex": "[A-Z]+-[0-9]+"},
            {"name": "window", "selectOneFrom": ["now", "tonight"], "defaultValue": "now"},
        ],
    }
    return approvals.open(connection, owner, spec, "sha256:4be1f0c2d3a49b1c", SQL, timeout_s=86400)


def utc_now() -> datetime:
    return datetime.now(UTC)
