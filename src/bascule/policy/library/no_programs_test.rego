package bascule.policies.no_programs_test

import data.bascule.policies.no_programs

test_a_program_is_denied if {
	count(no_programs.deny) == 1 with input as {"operations": [{"kind": "run_program", "argv": ["rm", "-r", "/"], "source": "a:1"}]}
}

test_sql_is_allowed if {
	count(no_programs.deny) == 0 with input as {"operations": [{"kind": "insert_rows", "name": "t"}]}
}
