package bascule.policies.no_drop_in_production_test

import data.bascule.policies.no_drop_in_production

drop := {"kind": "drop_table", "name": "person", "source": "a.sql:3", "changeset": "a.sql::1::ada"}

test_a_drop_is_denied_in_production if {
	some problem in no_drop_in_production.deny with input as {"environment": {"tier": "production"}, "operations": [drop]}
	problem.what == "drop table of person in production"
	problem.where == "a.sql:3"
}

test_the_type_of_an_environment_counts_too if {
	count(no_drop_in_production.deny) == 1 with input as {"environment": {"type": "Production"}, "operations": [drop]}
}

test_elsewhere_it_is_allowed if {
	count(no_drop_in_production.deny) == 0 with input as {"environment": {"tier": "qa"}, "operations": [drop]}
	count(no_drop_in_production.deny) == 0 with input as {"operations": [drop]}
}

test_a_label_approves_it if {
	changesets := [{"fqn": "a.sql::1::ada", "labels": ["approved-drop"]}]
	count(no_drop_in_production.deny) == 0 with input as {
		"environment": {"tier": "production"},
		"operations": [drop],
		"changesets": changesets,
	}
}

test_a_column_that_only_sounds_like_it_is_allowed if {
	added := {"kind": "add_columns", "name": "trip", "columns": [{"name": "dropoff_at"}], "source": "a.sql:1"}
	count(no_drop_in_production.deny) == 0 with input as {"environment": {"tier": "production"}, "operations": [added]}
}
