package bascule.policies.renames_break_clients_test

import data.bascule.policies.renames_break_clients

test_a_rename_warns if {
	some problem in renames_break_clients.warn with input as {"operations": [{"kind": "rename_column", "name": "t.a", "to": "b", "source": "a:1"}]}
	problem.what == "rename column: t.a becomes b"
}

test_an_addition_does_not if {
	count(renames_break_clients.warn) == 0 with input as {"operations": [{"kind": "add_columns", "name": "t"}]}
}
