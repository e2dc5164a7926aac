-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::t1::a
CREATE TABLE types_t1 (c00 varchar(MAX), c01 varchar (max), c02 varchar(MAX), c03 nvarchar(MAX), c04 varbinary(MAX), c05 varbinary(MAX), c06 binary(16), c07 varbinary(32), c08 date, c09 time, c10 datetime, c11 datetime2, c12 datetime2(3), c13 datetime2, c14 uniqueidentifier);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t1', 'a', 'changelog.xml', GETDATE(), 1, '9:f21ae7c02205f4f14e0896bd3bf56335', 'createTable tableName=types_t1', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359166448')
GO
