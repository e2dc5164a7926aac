package bascule.policies.type_changes_rewrite_test

import data.bascule.policies.type_changes_rewrite

test_a_new_type_warns if {
	operation := {"kind": "modify_data_type", "name": "t.a", "type": "bigint", "source": "a:1"}
	count(type_changes_rewrite.warn) == 1 with input as {"operations": [operation]}
}
