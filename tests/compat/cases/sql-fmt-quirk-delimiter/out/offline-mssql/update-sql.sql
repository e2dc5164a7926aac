-- Update Database Script
-- Change Log: changelog.sql

-- Changeset changelog.sql::1::q
create table qq (id int);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'q', 'changelog.sql', GETDATE(), 1, '9:6ddd64d70233a1d28267f34371c6dbc1', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360154364')
GO

-- Changeset changelog.sql::2::q
insert into qq values (1)
@@
insert into qq values (2)
@@;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'q', 'changelog.sql', GETDATE(), 3, '9:38adc84558314d6ff7cd59f3fa3e5891', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360154364')
GO
