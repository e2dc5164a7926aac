# METADATA
# title: No table is emptied by TRUNCATE
# description: |
#   TRUNCATE skips triggers, takes the strongest lock and, with CASCADE, empties the tables that refer to this one too.
# custom: {code: POL-103}
package bascule.policies.no_truncate

deny contains {
	"what": sprintf("TRUNCATE of %s", [operation.name]),
	"where": operation.source,
	"why": why(operation),
	"fix": "delete the rows that must go, in batches",
} if {
	some operation in input.operations
	operation.kind == "truncate_table"
}

why(operation) := "CASCADE also empties every table that refers to it" if operation.cascade

why(operation) := "all its rows are gone at once" if not operation.cascade
