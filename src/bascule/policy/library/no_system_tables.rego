# METADATA
# title: System catalogs are left alone
# description: |
#   No statement names the server's own catalogs: sys, information_schema, pg_catalog, mysql, performance_schema, sysobjects, syscolumns,
#   sysusers. Comments and string literals do not count.
# custom: {code: POL-106}
package bascule.policies.no_system_tables

catalogs := `\b(?:sys|information_schema|pg_catalog|performance_schema|mysql)\s*\.|\b(?:sysobjects|syscolumns|sysusers)\b`

deny contains {
	"what": sprintf("a statement reaches into the system catalog: %s", [trim_space(found)]),
	"where": statement.where,
	"why": "what changelogs need of it differs between servers and versions",
	"fix": "use a precondition, or leave it to the administrators",
} if {
	some statement in statements
	some found in regex.find_n(catalogs, code(statement.text), 1)
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
