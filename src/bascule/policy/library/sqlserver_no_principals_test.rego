package bascule.policies.sqlserver_no_principals_test

import data.bascule.policies.sqlserver_no_principals

instance := {"type": "jdbc:sqlserver"}

test_principals_are_denied if {
	every text in {"EXEC sp_addlogin 'eve', 'x'", "CREATE LOGIN eve WITH PASSWORD = 'x'", "exec sp_addrolemember 'db_owner', 'eve'", "drop user eve"} {
		count(sqlserver_no_principals.deny) == 1 with input as {"dbInstance": instance, "sqlStatements": [text]}
	}
}

test_other_databases_and_other_words_are_allowed if {
	count(sqlserver_no_principals.deny) == 0 with input as {"dbInstance": {"type": "jdbc:postgresql"}, "sqlStatements": ["drop user eve"]}
	statements := ["CREATE TABLE user_role (a int)", "INSERT INTO t VALUES ('create login x')", "EXEC sp_helptext 'a'"]
	count(sqlserver_no_principals.deny) == 0 with input as {"dbInstance": instance, "sqlStatements": statements}
}
