# METADATA
# title: Nothing is dropped
# description: |
#   No table, column, view, sequence, procedure, index or schema is dropped, in any environment. For fewer, change `kinds`.
# custom: {code: POL-102}
package bascule.policies.no_drop

kinds := {
	"drop_table", "drop_columns", "drop_schema", "drop_view", "drop_sequence", "drop_procedure", "drop_index",
	"drop_constraint", "drop_primary_key", "drop_foreign_key", "drop_all_foreign_keys", "drop_unique", "drop_check",
}

deny contains {
	"what": sprintf("%s: %s", [replace(operation.kind, "_", " "), operation.name]),
	"where": operation.source,
	"fix": "keep it, or ask for an exception",
} if {
	some operation in input.operations
	operation.kind in kinds
}
