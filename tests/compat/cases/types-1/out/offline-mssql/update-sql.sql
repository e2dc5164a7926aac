-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::t0::a
CREATE TABLE types_t0 (c00 bit, c01 bit, c02 tinyint, c03 smallint, c04 int, c05 int, c06 int, c07 bigint, c08 decimal(10, 2), c09 numeric(12, 3), c10 numeric(8, 0), c11 float(53), c12 float(53), c13 real, c14 money, c15 char(5), c16 nchar(5), c17 varchar(40), c18 varchar(40), c19 nvarchar(40));
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t0', 'a', 'changelog.xml', GETDATE(), 1, '9:4ca1d73dadbf00f202bca07390a46d4c', 'createTable tableName=types_t0', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359159334')
GO
