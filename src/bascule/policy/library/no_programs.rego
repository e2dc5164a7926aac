# METADATA
# title: Changelogs start no programs
# description: |
#   `executeCommand` runs a program on the machine of the delegate: no plan can show what it does.
# custom: {code: POL-121}
package bascule.policies.no_programs

deny contains {
	"what": sprintf("a change starts a program: %s", [concat(" ", operation.argv)]),
	"where": operation.source,
	"why": "what it does can be neither shown before nor taken back",
	"fix": "use a Run step beside the database step",
} if {
	some operation in input.operations
	operation.kind == "run_program"
}
