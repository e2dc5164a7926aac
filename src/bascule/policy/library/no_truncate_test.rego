package bascule.policies.no_truncate_test

import data.bascule.policies.no_truncate

test_truncate_is_denied if {
	some problem in no_truncate.deny with input as {"operations": [{"kind": "truncate_table", "name": "t", "cascade": true, "source": "a:1"}]}
	startswith(problem.why, "CASCADE")
}

test_a_delete_is_allowed if {
	count(no_truncate.deny) == 0 with input as {"operations": [{"kind": "delete_rows", "name": "t", "where": "id = 1"}]}
}
