alter session set jdbc_query_result_format = 'JSON';

-- Update Database Script
-- Change Log: changelog.xml

alter session set jdbc_query_result_format = 'JSON';

-- Changeset changelog.xml::d::a
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE defs (id INT NOT NULL, d0 VARCHAR(10) DEFAULT 'abc', d1 VARCHAR(10) DEFAULT 'it''s', d2 INT DEFAULT 42, d3 DECIMAL(6, 3) DEFAULT 3.140, d4 BIGINT DEFAULT -1, d5 BOOLEAN DEFAULT TRUE, d6 BOOLEAN DEFAULT FALSE, d7 TINYINT(1) DEFAULT true, d8 date DEFAULT '2024-02-29', d9 TIMESTAMP_NTZ DEFAULT 2024-02-29 10:11:12.0, d10 time DEFAULT '10:11:12', d11 timestamp DEFAULT current_timestamp::timestamp_ntz, d12 timestamp DEFAULT current_timestamp::timestamp_ntz, d13 VARCHAR(10) DEFAULT '', d14 VARCHAR(10) DEFAULT null, d15 INT DEFAULT 1+2, d16 INT DEFAULT 5, CONSTRAINT PK_DEFS PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('d', 'a', 'changelog.xml', current_timestamp::timestamp_ntz, 1, '9:e35e9093a0eae27b84284d9ba522bae6', 'createTable tableName=defs', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
