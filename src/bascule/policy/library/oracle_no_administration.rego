# METADATA
# title: Oracle's users, roles, profiles, tablespaces and system settings are not changed
# description: |
#   CREATE, ALTER and DROP of USER, ROLE, PROFILE, TABLESPACE and DATABASE, and ALTER SYSTEM, are the administrators' work.
# custom: {code: POL-111}
package bascule.policies.oracle_no_administration

administration := `\b(?:create|alter|drop)\s+(?:bigfile\s+|smallfile\s+|temporary\s+|undo\s+|pluggable\s+)*(?:user|role|profile|tablespace|database)\b|\balter\s+system\b`

deny contains {
	"what": sprintf("a statement administers the server: %s", [trim_space(found)]),
	"where": statement.where,
	"fix": "leave it to the administrators",
} if {
	contains(lower(input.dbInstance.type), "oracle")
	some statement in statements
	some found in regex.find_n(administration, code(statement.text), 1)
}

# What the server executes of a text: without comments and string literals, so that neither trips a rule.
code(text) := regex.replace(lower(text), `'(?:[^']|'')*'|--[^\n]*|/\*(?s:.*?)\*/`, " ")

# Every statement, with the place of its changeset where that is known.
statements contains {"text": text, "where": changeset.source} if {
	some changeset in input.changesets
	some text in changeset.sqlStatements
}

statements contains {"text": text, "where": null} if {
	not input.changesets
	some text in input.sqlStatements
}
