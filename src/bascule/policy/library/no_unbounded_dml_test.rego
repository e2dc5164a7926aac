package bascule.policies.no_unbounded_dml_test

import data.bascule.policies.no_unbounded_dml

test_without_where_is_denied if {
	operations := [{"kind": "update_rows", "name": "t", "where": null, "source": "a:1"}, {"kind": "delete_rows", "name": "t", "source": "a:2"}]
	count(no_unbounded_dml.deny) == 2 with input as {"operations": operations}
}

test_with_where_is_allowed if {
	count(no_unbounded_dml.deny) == 0 with input as {"operations": [{"kind": "update_rows", "name": "t", "where": "id = 1", "source": "a:1"}]}
}
