# METADATA
# title: UPDATE and DELETE name their rows
# description: |
#   Without WHERE every row is changed or gone: seldom meant, and a long lock on a large table.
# custom: {code: POL-117}
package bascule.policies.no_unbounded_dml

deny contains {
	"what": sprintf("%s of %s without WHERE", [upper(split(operation.kind, "_")[0]), operation.name]),
	"where": operation.source,
	"why": "it touches every row",
	"fix": "say which rows; if all are meant, write WHERE 1 = 1",
} if {
	some operation in input.operations
	operation.kind in {"update_rows", "delete_rows"}
	object.get(operation, "where", null) == null
}
