package bascule.policies.no_create_database_test

import data.bascule.policies.no_create_database

test_a_database_is_denied if {
	operations := [
		{"kind": "create_schema", "name": "orders", "database": true, "source": "a:1"},
		{"kind": "drop_schema", "name": "orders", "database": true, "source": "a:2"},
	]
	count(no_create_database.deny) == 2 with input as {"operations": operations}
}

test_a_schema_is_allowed if {
	count(no_create_database.deny) == 0 with input as {"operations": [{"kind": "create_schema", "name": "sales", "database": false, "source": "a:1"}]}
}
