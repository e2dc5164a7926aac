package bascule.policies.not_null_without_default_test

import data.bascule.policies.not_null_without_default

add(column) := {"kind": "add_columns", "name": "person", "table": {"name": "person"}, "columns": [column], "source": "a:1"}

test_without_default_is_denied if {
	count(not_null_without_default.deny) == 1 with input as {"operations": [add({"name": "age", "nullable": false})]}
}

test_with_default_value_or_null_it_is_allowed if {
	every column in [
		{"name": "age", "nullable": false, "default": {"kind": "numeric", "text": "0"}},
		{"name": "age", "nullable": false, "value": {"kind": "numeric", "text": "0"}},
		{"name": "id", "nullable": false, "auto_increment": true},
		{"name": "age", "nullable": true},
		{"name": "age"},
	] {
		count(not_null_without_default.deny) == 0 with input as {"operations": [add(column)]}
	}
}

test_a_table_of_this_deployment_is_empty if {
	operations := [{"kind": "create_table", "name": "person", "table": {"name": "person"}}, add({"name": "age", "nullable": false})]
	count(not_null_without_default.deny) == 0 with input as {"operations": operations}
}
