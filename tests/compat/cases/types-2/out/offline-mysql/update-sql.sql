--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::t1::a
CREATE TABLE types_t1 (c00 LONGTEXT NULL, c01 TEXT NULL, c02 LONGTEXT NULL, c03 LONGTEXT CHARACTER SET utf8 NULL, c04 BLOB NULL, c05 LONGBLOB NULL, c06 BINARY(16) NULL, c07 VARBINARY(32) NULL, c08 date NULL, c09 time NULL, c10 datetime NULL, c11 timestamp NULL, c12 timestamp(3) NULL, c13 timestamp with time zone NULL, c14 char(36) NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t1', 'a', 'changelog.xml', NOW(), 1, '9:f21ae7c02205f4f14e0896bd3bf56335', 'createTable tableName=types_t1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
