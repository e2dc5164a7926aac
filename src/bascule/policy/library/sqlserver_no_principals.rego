# METADATA
# title: Logins, users and roles of SQL Server and Sybase are not changed
# description: |
#   Neither by the system procedures (sp_addlogin, sp_adduser, sp_addrolemember …) nor by CREATE, ALTER or DROP LOGIN, USER and ROLE.
# custom: {code: POL-109}
package bascule.policies.sqlserver_no_principals

procedures := `\bsp_(?:addlogin|droplogin|modifylogin|password|adduser|dropuser|addrole|droprole|addrolemember|droprolemember|addsrvrolemember|dropsrvrolemember|grantdbaccess|revokedbaccess|grantlogin|revokelogin|denylogin|role|locklogin|addgroup|dropgroup|changegroup)\b`

statements_about_principals := `\b(?:create|alter|drop)\s+(?:server\s+role|application\s+role|login|user|role)\b`

deny contains {
	"what": sprintf("a statement changes who may log in: %s", [trim_space(found)]),
	"where": statement.where,
	"fix": "leave logins, users and roles to the administrators",
} if {
	here
	some statement in statements
	some pattern in {procedures, statements_about_principals}
	some found in regex.find_n(pattern, code(statement.text), 1)
}

here if regex.match(`sqlserver|sybase`, lower(input.dbInstance.type))

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
