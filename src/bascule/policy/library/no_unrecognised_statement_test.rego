package bascule.policies.no_unrecognised_statement_test

import data.bascule.policies.no_unrecognised_statement

test_what_is_not_understood_is_denied if {
	some problem in no_unrecognised_statement.deny with input as {"operations": [{"kind": "unrecognised", "text": "CALL magic()", "name": null, "source": "a:1"}]}
	endswith(problem.what, "CALL magic()")
}

test_what_is_understood_is_allowed if {
	count(no_unrecognised_statement.deny) == 0 with input as {"operations": [{"kind": "create_view", "name": "v"}]}
}
