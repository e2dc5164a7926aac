# METADATA
# title: SQL Server does not reach its host
# description: |
#   No xp_cmdshell, registry or OLE automation procedure, and no sp_configure that would switch them on.
# custom: {code: POL-110}
package bascule.policies.sqlserver_no_host_access

procedures := `\b(?:xp_cmdshell|xp_reg(?:read|write|deletekey|deletevalue|addmultistring|removemultistring|enumvalues|enumkeys)|xp_instance_reg[a-z]+|sp_oa[a-z]+|xp_servicecontrol|xp_dirtree|xp_subdirs|sp_configure)\b`

deny contains {
	"what": sprintf("a statement reaches the host: %s", [found]),
	"where": statement.where,
	"why": "it runs with the rights of the database service",
	"fix": "do it outside the database",
} if {
	some statement in statements
	some found in regex.find_n(procedures, code(statement.text), 1)
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
