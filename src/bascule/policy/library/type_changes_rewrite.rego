# METADATA
# title: Column types stay
# description: |
#   Most changes of a type rewrite the whole table under its strongest lock, and the longer the table the longer it stands still. Warns.
# custom: {code: POL-119}
package bascule.policies.type_changes_rewrite

warn contains {
	"what": sprintf("the type of %s becomes %s", [operation.name, operation.type]),
	"where": operation.source,
	"why": "most servers rewrite the table for it, and nobody can use it meanwhile",
	"fix": "add a column of the new type, fill it in batches, then let programs use that",
} if {
	some operation in input.operations
	operation.kind == "modify_data_type"
}
