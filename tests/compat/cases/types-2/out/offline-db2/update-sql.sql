-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::t1::a
CREATE TABLE types_t1 (c00 CLOB, c01 CLOB, c02 CLOB, c03 CLOB, c04 BLOB, c05 BLOB, c06 BINARY(16), c07 VARBINARY(32), c08 date, c09 time, c10 TIMESTAMP, c11 timestamp, c12 timestamp(3), c13 timestamp, c14 char(36));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t1', 'a', 'changelog.xml', CURRENT TIMESTAMP, 1, '9:f21ae7c02205f4f14e0896bd3bf56335', 'createTable tableName=types_t1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
