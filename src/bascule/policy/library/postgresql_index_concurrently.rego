# METADATA
# title: Indexes on existing PostgreSQL tables are built CONCURRENTLY
# description: |
#   A plain CREATE INDEX blocks every write to the table until it is built. Tables created by the same deployment do not mind.
# custom: {code: POL-116}
package bascule.policies.postgresql_index_concurrently

deny contains {
	"what": sprintf("the index %s on %s is not built CONCURRENTLY", [operation.index, operation.table.name]),
	"where": operation.source,
	"why": "until it is built nobody can write to the table",
	"fix": "write CREATE INDEX CONCURRENTLY in a changeset with runInTransaction false",
} if {
	contains(lower(input.dbInstance.type), "postgresql")
	some operation in input.operations
	operation.kind == "create_index"
	not operation.table.name in created
	some changeset in input.changesets
	changeset.fqn == operation.changeset
	some statement in changeset.sqlStatements
	contains(lower(statement), lower(operation.index))
	regex.match(`\bcreate\s+(?:unique\s+)?index\b`, lower(statement))
	not regex.match(`\bindex\s+concurrently\b`, lower(statement))
}

created contains operation.table.name if {
	some operation in input.operations
	operation.kind == "create_table"
}
