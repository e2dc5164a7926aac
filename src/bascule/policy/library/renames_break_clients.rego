# METADATA
# title: Tables, views and columns keep their names
# description: |
#   The programs that run while the change is deployed still use the old name. Warns; use `deny` in your copy to forbid it.
# custom: {code: POL-118}
package bascule.policies.renames_break_clients

warn contains {
	"what": sprintf("%s: %s becomes %s", [replace(operation.kind, "_", " "), operation.name, operation.to]),
	"where": operation.source,
	"why": "programs that are running use the old name",
	"fix": "add the new name beside the old one, move the programs, then drop the old one",
} if {
	some operation in input.operations
	operation.kind in {"rename_table", "rename_view", "rename_column"}
}
