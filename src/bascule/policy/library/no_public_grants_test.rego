package bascule.policies.no_public_grants_test

import data.bascule.policies.no_public_grants

test_public_is_denied_either_way if {
	operations := [
		{"kind": "grant", "privileges": ["SELECT"], "on": "person", "to": ["PUBLIC"], "revoke": false, "source": "a:1"},
		{"kind": "grant", "privileges": ["ALL"], "on": null, "to": ["public"], "revoke": true, "source": "a:2"},
	]
	count(no_public_grants.deny) == 2 with input as {"operations": operations}
}

test_a_role_is_allowed if {
	operation := {"kind": "grant", "privileges": ["SELECT"], "on": "public.person", "to": ["reporting"], "revoke": false, "source": "a:1"}
	count(no_public_grants.deny) == 0 with input as {"operations": [operation]}
}
