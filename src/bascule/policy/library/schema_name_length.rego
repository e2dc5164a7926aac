# METADATA
# title: Schema names are short
# description: |
#   No schema or database gets a name longer than `limit` characters.
# custom: {code: POL-105}
package bascule.policies.schema_name_length

limit := 30

deny contains {
	"what": sprintf("the schema name '%s' has %d characters, more than %d", [operation.name, count(operation.name), limit]),
	"where": operation.source,
	"fix": "choose a shorter name",
} if {
	some operation in input.operations
	operation.kind == "create_schema"
	count(operation.name) > limit
}
