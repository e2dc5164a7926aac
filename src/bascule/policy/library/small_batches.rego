# METADATA
# title: A deployment is small
# description: |
#   At most `limit` statements run at once: a large batch is hard to read, to approve and to take back.
# custom: {code: POL-107}
package bascule.policies.small_batches

limit := 50

deny contains {
	"what": sprintf("this deployment has %d statements, more than %d", [size, limit]),
	"fix": "deploy it in parts: update-to-tag, or several releases",
} if {
	size := count(input.sqlStatements)
	size > limit
}
