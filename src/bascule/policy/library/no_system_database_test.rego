package bascule.policies.no_system_database_test

import data.bascule.policies.no_system_database

test_system_databases_are_denied if {
	every text in {"USE master", "use [msdb]", "USE `mysql`", "/* a */ use tempdb;"} {
		count(no_system_database.deny) == 1 with input as {"sqlStatements": [text]}
	}
}

test_others_are_allowed if {
	statements := ["USE orders", "USE master_data", "SELECT 'use master'"]
	count(no_system_database.deny) == 0 with input as {"sqlStatements": statements}
}
