alter session set jdbc_query_result_format = 'JSON';

-- Update Database Script
-- Change Log: changelog.xml

alter session set jdbc_query_result_format = 'JSON';

-- Changeset changelog.xml::t0::a
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE types_t0 (c00 BOOLEAN, c01 BOOLEAN, c02 TINYINT, c03 SMALLINT, c04 MEDIUMINT, c05 INT, c06 INT, c07 BIGINT, c08 DECIMAL(10, 2), c09 NUMBER(12, 3), c10 NUMBER(8, 0), c11 FLOAT, c12 FLOAT, c13 FLOAT, c14 DECIMAL, c15 CHAR(5), c16 NCHAR(5), c17 VARCHAR(40), c18 VARCHAR(40), c19 NVARCHAR(40));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('t0', 'a', 'changelog.xml', current_timestamp::timestamp_ntz, 1, '9:4ca1d73dadbf00f202bca07390a46d4c', 'createTable tableName=types_t0', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
