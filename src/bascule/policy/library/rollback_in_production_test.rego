package bascule.policies.rollback_in_production_test

import data.bascule.policies.rollback_in_production

deploy(rollback, tier) := {
	"environment": {"tier": tier},
	"changesets": [{"fqn": "a::1::ada", "source": "a:1", "rollback": rollback}],
}

test_without_rollback_is_denied_in_production if {
	count(rollback_in_production.deny) == 1 with input as deploy("none", "production")
	count(rollback_in_production.deny) == 0 with input as deploy("none", "dev")
}

test_any_rollback_will_do if {
	every rollback in {"automatic", "written", "empty"} {
		count(rollback_in_production.deny) == 0 with input as deploy(rollback, "production")
	}
}
