package bascule.policies.schema_name_length_test

import data.bascule.policies.schema_name_length

test_a_long_name_is_denied if {
	operation := {"kind": "create_schema", "name": "a_schema_with_a_name_beyond_reason", "source": "a:1"}
	count(schema_name_length.deny) == 1 with input as {"operations": [operation]}
}

test_a_short_one_is_allowed if {
	count(schema_name_length.deny) == 0 with input as {"operations": [{"kind": "create_schema", "name": "sales", "source": "a:1"}]}
}
