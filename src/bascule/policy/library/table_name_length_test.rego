package bascule.policies.table_name_length_test

import data.bascule.policies.table_name_length

test_a_long_name_is_denied if {
	operations := [
		{"kind": "create_table", "name": "s.a_very_long_name", "table": {"name": "a_very_long_name", "schema": "s"}, "source": "a:1"},
		{"kind": "rename_table", "name": "short", "table": {"name": "short"}, "to": "another_long_name", "source": "a:2"},
	]
	count(table_name_length.deny) == 2 with input as {"operations": operations}
}

test_the_schema_does_not_count if {
	operation := {"kind": "create_table", "name": "accounting.person", "table": {"name": "person", "schema": "accounting"}, "source": "a:1"}
	count(table_name_length.deny) == 0 with input as {"operations": [operation]}
}
