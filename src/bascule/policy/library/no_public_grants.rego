# METADATA
# title: Nothing is granted to or revoked from PUBLIC
# description: |
#   A grant to PUBLIC holds for every login that exists and every one that will.
# custom: {code: POL-108}
package bascule.policies.no_public_grants

deny contains {
	"what": sprintf("%s PUBLIC: %s on %s", [verb(operation), concat(", ", operation.privileges), object_of(operation)]),
	"where": operation.source,
	"why": "PUBLIC is everyone, those to come included",
	"fix": "name the roles that need it",
} if {
	some operation in input.operations
	operation.kind == "grant"
	some grantee in operation.to
	lower(grantee) == "public"
}

verb(operation) := "REVOKE from" if operation.revoke

verb(operation) := "GRANT to" if not operation.revoke

object_of(operation) := operation.on if operation.on != null

object_of(operation) := "everything" if operation.on == null
