package bascule.policies.small_batches_test

import data.bascule.policies.small_batches

test_fifty_are_allowed_and_more_are_not if {
	count(small_batches.deny) == 0 with input as {"sqlStatements": ["select 1" | some _ in numbers.range(1, 50)]}
	count(small_batches.deny) == 1 with input as {"sqlStatements": ["select 1" | some _ in numbers.range(1, 51)]}
}
