alter session set jdbc_query_result_format = 'JSON';

-- Update Database Script
-- Change Log: changelog.xml

alter session set jdbc_query_result_format = 'JSON';

-- Changeset changelog.xml::1::x
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE ai (id INT NOT NULL, CONSTRAINT PK_AI PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'x', 'changelog.xml', current_timestamp::timestamp_ntz, 1, '9:3637cab2f17d712654e5329895f80f1e', 'createTable tableName=ai', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::x
alter session set jdbc_query_result_format = 'JSON';

ALTER TABLE ai MODIFY id INT AUTOINCREMENT (100, 10);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'x', 'changelog.xml', current_timestamp::timestamp_ntz, 3, '9:660905bcb83c3a6dc258009d2ca6c0e1', 'addAutoIncrement columnName=id, tableName=ai', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
