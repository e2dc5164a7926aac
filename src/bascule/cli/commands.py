"""Every command of `bascule`: its name → where its click command stands. The one place to add a verb; imported when used."""

import msgspec


class Verb(msgspec.Struct, frozen=True):
    """`target` is `module:attribute` of a click command; `help` its line in `bascule --help`, so that listing imports none."""

    target: str
    help: str


MIGRATE = {
    "update": Verb("bascule.cli.update:update", "Apply the changesets that have not run yet"),
    "update-sql": Verb("bascule.cli.update_sql:update_sql", "Print the SQL that `update` would run"),
    "update-count": Verb("bascule.cli.update:update_count", "Apply the next N changesets"),
    "update-count-sql": Verb("bascule.cli.update_sql:update_count_sql", "Print the SQL that `update-count` would run"),
    "update-to-tag": Verb("bascule.cli.update:update_to_tag", "Apply changesets up to the one that sets a tag"),
    "update-to-tag-sql": Verb("bascule.cli.update_sql:update_to_tag_sql", "Print the SQL that `update-to-tag` would run"),
    "update-one-changeset": Verb("bascule.cli.update:update_one_changeset", "Apply one changeset, whatever stands before it"),
    "update-one-changeset-sql": Verb("bascule.cli.update_sql:update_one_changeset_sql", "Print the SQL that it would run"),
    "update-testing-rollback": Verb("bascule.cli.update:update_testing_rollback", "Apply, roll back, apply again"),
    "prove-rollback": Verb("bascule.cli.prove_rollback:prove_rollback", "Apply and roll back what has not run, on a scratch database"),
    "plan": Verb("bascule.cli.plan:plan", "Show what `update` would do, with preconditions and a digest"),
    "rollback": Verb("bascule.cli.rollback:rollback", "Undo everything after a tag"),
    "rollback-sql": Verb("bascule.cli.rollback_sql:rollback_sql", "Print the SQL that `rollback` would run"),
    "rollback-count": Verb("bascule.cli.rollback:rollback_count", "Undo the last N changesets"),
    "rollback-count-sql": Verb("bascule.cli.rollback_sql:rollback_count_sql", "Print the SQL that `rollback-count` would run"),
    "rollback-to-date": Verb("bascule.cli.rollback:rollback_to_date", "Undo everything that ran after a moment"),
    "rollback-to-date-sql": Verb("bascule.cli.rollback_sql:rollback_to_date_sql", "Print the SQL that `rollback-to-date` would run"),
    "rollback-one-changeset": Verb("bascule.cli.rollback:rollback_one_changeset", "Undo one changeset, whatever ran after it"),
    "rollback-one-changeset-sql": Verb("bascule.cli.rollback_sql:rollback_one_changeset_sql", "Print the SQL that it would run"),
    "rollback-one-update": Verb("bascule.cli.rollback:rollback_one_update", "Undo what one deployment recorded"),
    "rollback-one-update-sql": Verb("bascule.cli.rollback_sql:rollback_one_update_sql", "Print the SQL that it would run"),
    "future-rollback-sql": Verb("bascule.cli.rollback_sql:future_rollback_sql", "Print the SQL that would undo what has not run yet"),
    "future-rollback-count-sql": Verb("bascule.cli.rollback_sql:future_rollback_count_sql", "The same for the next N changesets"),
    "future-rollback-from-tag-sql": Verb("bascule.cli.rollback_sql:future_rollback_from_tag_sql", "The same for those up to a tag"),
}

INSPECT = {
    "status": Verb("bascule.cli.status:status", "Count or list the changesets that have not run yet"),
    "history": Verb("bascule.cli.history:history", "List what has run, by deployment"),
    "validate": Verb("bascule.cli.validate:validate", "Check the changelog and the checksums of what has run"),
    "unexpected-changesets": Verb("bascule.cli.unexpected:unexpected_changesets", "List what has run and is not in the changelog"),
    "connect": Verb("bascule.cli.connect:connect", "Tell whether a database can be reached, and as whom"),
    "outcome": Verb("bascule.cli.outcome:outcome", "Tell what a deployment, perhaps interrupted, has recorded"),
    "calculate-checksum": Verb("bascule.cli.checksums:calculate_checksum", "Print the checksum of one changeset"),
    "snapshot": Verb("bascule.cli.snapshot:snapshot", "Show what a schema holds, or keep it as a file"),
    "snapshot-reference": Verb("bascule.cli.snapshot:snapshot_reference", "The same of the reference database"),
    "diff": Verb("bascule.cli.diff:diff", "Tell how a schema differs from another"),
    "drift": Verb("bascule.cli.drift:drift", "Tell whether a database is still what its changelog made of it"),
    "diff-changelog": Verb("bascule.cli.diff:diff_changelog", "Write the changelog that makes one schema of another"),
    "generate-changelog": Verb("bascule.cli.generate_changelog:generate_changelog", "Write the changelog of an existing schema"),
    "db-doc": Verb("bascule.cli.db_doc:db_doc", "Write pages about a database, with its diagram and its history"),
    "tag-exists": Verb("bascule.cli.tag:tag_exists", "Tell whether a tag is set"),
    "list-locks": Verb("bascule.cli.locks:list_locks", "Show who holds the changelog lock"),
}

MAINTAIN = {
    "tag": Verb("bascule.cli.tag:tag", "Mark the present state with a tag"),
    "clear-checksums": Verb("bascule.cli.checksums:clear_checksums", "Forget the stored checksums; the next update writes them anew"),
    "changelog-sync": Verb("bascule.cli.sync:changelog_sync", "Record every changeset as run without running it"),
    "changelog-sync-sql": Verb("bascule.cli.sync:changelog_sync_sql", "Print the SQL that `changelog-sync` would run"),
    "changelog-sync-to-tag": Verb("bascule.cli.sync:changelog_sync_to_tag", "The same up to a tag"),
    "changelog-sync-to-tag-sql": Verb("bascule.cli.sync:changelog_sync_to_tag_sql", "Print the SQL that `changelog-sync-to-tag` would run"),
    "mark-next-changeset-ran": Verb("bascule.cli.sync:mark_next_changeset_ran", "Record the next changeset as run without running it"),
    "mark-next-changeset-ran-sql": Verb("bascule.cli.sync:mark_next_changeset_ran_sql", "Print the SQL that records it"),
    "release-locks": Verb("bascule.cli.locks:release_locks", "Release the changelog lock that another tool left behind"),
    "drop-all": Verb("bascule.cli.drop_all:drop_all", "Drop every table, view and sequence of the schema"),
    "execute-sql": Verb("bascule.cli.execute_sql:execute_sql", "Run SQL given as text or file"),
    "journal": Verb("bascule.cli.journal:journal", "Show what a run left half-done, and say what only people can see"),
}

SERVE = {
    "server": Verb("bascule.cli.server:server", "Run the manager: API, web pages, pipelines"),
    "delegate": Verb(
        "bascule.cli.delegate:delegate", "Run the agent that works near the databases; see and drain delegates, make their tokens"
    ),
}

MANAGE = {
    "login": Verb("bascule.cli.login:login", "Log in to a manager, for later commands"),
    "apply": Verb("bascule.cli.apply:apply", "Create or change entities from YAML files"),
    "get": Verb("bascule.cli.get:get", "List entities, or print one as YAML"),
    "describe": Verb("bascule.cli.describe:describe", "Show one entity with its state"),
    "delete": Verb("bascule.cli.delete:delete", "Delete entities"),
    "pipeline": Verb("bascule.cli.pipeline:pipeline", "Run, watch and stop pipelines"),
    "logs": Verb("bascule.cli.logs:logs", "Follow the logs of an execution"),
    "approve": Verb("bascule.cli.approve:approve", "Approve what waits for you"),
    "reject": Verb("bascule.cli.approve:reject", "Reject what waits for you"),
    "policy": Verb("bascule.cli.policy:policy", "Try policies on an input, run their tests"),
}

GROUPS: dict[str, dict[str, Verb]] = {
    "Migrate a database": MIGRATE,
    "Look at a database": INSPECT,
    "Keep its history": MAINTAIN,
    "Programs": SERVE,
    "Work with a manager": MANAGE,
}

COMMANDS: dict[str, Verb] = {name: verb for group in GROUPS.values() for name, verb in group.items()}

OF_DATABASES = MIGRATE.keys() | INSPECT.keys() | MAINTAIN.keys()
"""The commands that Liquibase's options are for."""
