package bascule.policies.no_drop_test

import data.bascule.policies.no_drop

test_drops_are_denied if {
	every kind in {"drop_table", "drop_columns", "drop_view", "drop_index", "drop_schema"} {
		count(no_drop.deny) == 1 with input as {"operations": [{"kind": kind, "name": "x", "source": "a:1"}]}
	}
}

test_other_operations_are_allowed if {
	operations := [{"kind": "create_table", "name": "drop_zone"}, {"kind": "drop_not_null", "name": "a.b"}, {"kind": "drop_default", "name": "a.b"}]
	count(no_drop.deny) == 0 with input as {"operations": operations}
}

test_text_that_mentions_drop_is_allowed if {
	statements := ["-- DROP TABLE person", "INSERT INTO notes VALUES ('DROP TABLE person')"]
	count(no_drop.deny) == 0 with input as {"sqlStatements": statements, "operations": [{"kind": "insert_rows", "name": "notes"}]}
}
