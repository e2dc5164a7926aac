package bascule.policies.oracle_no_administration_test

import data.bascule.policies.oracle_no_administration

instance := {"type": "jdbc:oracle:thin"}

test_administration_is_denied if {
	every text in {"CREATE USER eve IDENTIFIED BY x", "alter system set a = 1", "DROP TABLESPACE t", "create bigfile tablespace t", "ALTER PROFILE p LIMIT a 1"} {
		count(oracle_no_administration.deny) == 1 with input as {"dbInstance": instance, "sqlStatements": [text]}
	}
}

test_ordinary_statements_are_allowed if {
	statements := ["CREATE TABLE user_role (a NUMBER)", "ALTER TABLE a ADD (role VARCHAR2(9))", "COMMENT ON TABLE a IS 'create user'"]
	count(oracle_no_administration.deny) == 0 with input as {"dbInstance": instance, "sqlStatements": statements}
}
