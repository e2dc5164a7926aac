# METADATA
# title: Nothing that holds data is dropped in production
# description: |
#   Dropping a table, a column, a schema or a partition loses rows that no rollback brings back. Allowed for a changeset that carries the
#   label `approved-drop`. Looks at what is done, not at the text: a column named `dropoff_at` is no drop. What a DO block or a procedure
#   does cannot be seen: put `no_unrecognised_statement` into the same set.
# custom: {code: POL-101}
package bascule.policies.no_drop_in_production

deny contains {
	"what": sprintf("%s of %s in production", [replace(operation.kind, "_", " "), operation.name]),
	"where": operation.source,
	"why": "its rows cannot be brought back by a rollback",
	"fix": "move it to a later release, and give that changeset the label approved-drop",
} if {
	production
	some operation in input.operations
	operation.kind in {"drop_table", "drop_columns", "drop_schema"}
	not approved(operation)
}

approved(operation) if {
	some changeset in input.changesets
	changeset.fqn == operation.changeset
	"approved-drop" in changeset.labels
}

production if lower(input.environment.tier) == "production"

production if lower(input.environment.type) == "production"
