# METADATA
# title: No statement switches to a system database
# description: |
#   USE of master, msdb, model, tempdb, mysql, sys, information_schema or performance_schema.
# custom: {code: POL-112}
package bascule.policies.no_system_database

switch := `^\s*use\s+\W?(?:master|msdb|model|tempdb|mysql|sys|information_schema|performance_schema)\b`

deny contains {
	"what": sprintf("a statement switches to a system database: %s", [trim_space(found)]),
	"where": statement.where,
	"fix": "let the connector name the database, and changes their schema",
} if {
	some statement in statements
	some found in regex.find_n(switch, code(statement.text), 1)
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
