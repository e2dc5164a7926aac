package bascule.policies.sqlserver_no_host_access_test

import data.bascule.policies.sqlserver_no_host_access

test_host_procedures_are_denied if {
	every text in {"EXEC xp_cmdshell 'dir'", "exec master..xp_regwrite 'a'", "EXEC sp_configure 'xp_cmdshell', 1", "exec [xp_cmdshell] 'x'"} {
		count(sqlserver_no_host_access.deny) == 1 with input as {"sqlStatements": [text]}
	}
}

test_a_text_about_them_is_allowed if {
	statements := ["INSERT INTO t VALUES ('xp_cmdshell')", "SELECT my_xp_cmdshell_count FROM t"]
	count(sqlserver_no_host_access.deny) == 0 with input as {"sqlStatements": statements}
}
