# METADATA
# title: What runs in production can be taken back
# description: |
#   Every changeset has a rollback: an automatic one, a written one, or one that says on purpose that nothing is to be done.
# custom: {code: POL-120}
package bascule.policies.rollback_in_production

deny contains {
	"what": sprintf("%s has no rollback", [changeset.fqn]),
	"where": changeset.source,
	"why": "after it there is only forward",
	"fix": "write a rollback block, an empty one where nothing is to be done",
} if {
	production
	some changeset in input.changesets
	changeset.rollback == "none"
}

production if lower(input.environment.tier) == "production"

production if lower(input.environment.type) == "production"
