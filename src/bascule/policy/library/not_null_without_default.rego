# METADATA
# title: A required column has a default
# description: |
#   A NOT NULL column without default fails on a table that has rows. Tables created by the same deployment are empty: they may have one.
# custom: {code: POL-115}
package bascule.policies.not_null_without_default

deny contains {
	"what": sprintf("%s.%s is NOT NULL and has no default", [operation.table.name, column.name]),
	"where": operation.source,
	"why": "a table that already has rows refuses it",
	"fix": "give it a default, or add it nullable, fill it, then add NOT NULL",
} if {
	some operation in input.operations
	operation.kind == "add_columns"
	not operation.table.name in created
	some column in operation.columns
	column.nullable == false
	not column["default"]
	not column.value
	not column.auto_increment
}

created contains operation.table.name if {
	some operation in input.operations
	operation.kind == "create_table"
}
