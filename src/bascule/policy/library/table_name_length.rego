# METADATA
# title: Table names are short
# description: |
#   No table gets a name longer than `limit` characters. Set `limit` as your house has it.
# custom: {code: POL-104}
package bascule.policies.table_name_length

limit := 10

deny contains {
	"what": sprintf("the table name '%s' has %d characters, more than %d", [name, count(name), limit]),
	"where": operation.source,
	"fix": "choose a shorter name",
} if {
	some operation in input.operations
	name := new_name(operation)
	count(name) > limit
}

new_name(operation) := operation.table.name if operation.kind == "create_table"

new_name(operation) := operation.to if operation.kind == "rename_table"
