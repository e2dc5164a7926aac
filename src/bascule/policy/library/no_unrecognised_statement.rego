# METADATA
# title: Every statement is understood
# description: |
#   A statement that could not be told to be anything known passes every rule about operations unseen, so it passes none.
# custom: {code: POL-114}
package bascule.policies.no_unrecognised_statement

deny contains {
	"what": sprintf("a statement was not understood: %s", [substring(operation.text, 0, 80)]),
	"where": operation.source,
	"why": "other rules cannot see what it does",
	"fix": "write it with change types, or let a person approve it and take this policy out of the set",
} if {
	some operation in input.operations
	operation.kind == "unrecognised"
}
