# METADATA
# title: No database is created or dropped
# description: |
#   A changelog changes what is in a database; databases come from who runs the server.
# custom: {code: POL-113}
package bascule.policies.no_create_database

deny contains {
	"what": sprintf("%s database %s", [verb, operation.name]),
	"where": operation.source,
	"fix": "create it outside, and make a connector and an instance for it",
} if {
	some operation in input.operations
	verb := {"create_schema": "create", "drop_schema": "drop"}[operation.kind]
	operation.database
}
