alter session set jdbc_query_result_format = 'JSON';

-- Update Database Script
-- Change Log: changelog.xml

alter session set jdbc_query_result_format = 'JSON';

-- Changeset changelog.xml::t1::a
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE types_t1 (c00 VARCHAR, c01 TEXT, c02 VARCHAR, c03 VARCHAR, c04 BLOB, c05 BINARY, c06 BINARY(16), c07 VARBINARY(32), c08 date, c09 time, c10 TIMESTAMP_NTZ, c11 timestamp, c12 timestamp, c13 timestamp, c14 char(36));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t1', 'a', 'changelog.xml', current_timestamp::timestamp_ntz, 1, '9:f21ae7c02205f4f14e0896bd3bf56335', 'createTable tableName=types_t1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
