package bascule.policies.no_system_tables_test

import data.bascule.policies.no_system_tables

test_catalogs_are_denied if {
	every text in {"SELECT * FROM sys.tables", "DELETE FROM pg_catalog.pg_class", "select name from sysobjects", "UPDATE mysql.user SET a = 1"} {
		count(no_system_tables.deny) == 1 with input as {"sqlStatements": [text]}
	}
}

test_where_is_that_of_the_changeset if {
	some problem in no_system_tables.deny with input as {"changesets": [{"source": "a.sql:7", "sqlStatements": ["select 1 from sys.x"]}]}
	problem.where == "a.sql:7"
}

test_comments_strings_and_names_that_end_so_are_allowed if {
	statements := ["SELECT 1 -- sys.tables", "INSERT INTO t VALUES ('sys.tables')", "/* pg_catalog. */ SELECT 1", "SELECT * FROM mysys.a", "SELECT 'it''s sys.x'"]
	count(no_system_tables.deny) == 0 with input as {"sqlStatements": statements}
}
