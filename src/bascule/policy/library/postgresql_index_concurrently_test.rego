package bascule.policies.postgresql_index_concurrently_test

import data.bascule.policies.postgresql_index_concurrently

index := {"kind": "create_index", "name": "person", "index": "ix_age", "table": {"name": "person"}, "source": "a:1", "changeset": "c"}

deploy(operations, statement) := {
	"dbInstance": {"type": "jdbc:postgresql"},
	"operations": operations,
	"changesets": [{"fqn": "c", "sqlStatements": [statement]}],
}

test_a_plain_index_is_denied if {
	count(postgresql_index_concurrently.deny) == 1 with input as deploy([index], "CREATE UNIQUE INDEX ix_age ON person (age)")
}

test_concurrently_is_allowed if {
	count(postgresql_index_concurrently.deny) == 0 with input as deploy([index], "CREATE INDEX CONCURRENTLY ix_age ON person (age)")
}

test_a_new_table_does_not_mind if {
	operations := [{"kind": "create_table", "name": "person", "table": {"name": "person"}}, index]
	count(postgresql_index_concurrently.deny) == 0 with input as deploy(operations, "CREATE INDEX ix_age ON person (age)")
}

test_other_databases_have_no_such_word if {
	document := object.union(deploy([index], "CREATE INDEX ix_age ON person (age)"), {"dbInstance": {"type": "jdbc:mysql"}})
	count(postgresql_index_concurrently.deny) == 0 with input as document
}
