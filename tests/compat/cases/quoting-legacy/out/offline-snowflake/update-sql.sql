alter session set jdbc_query_result_format = 'JSON';

-- Update Database Script
-- Change Log: changelog.xml

alter session set jdbc_query_result_format = 'JSON';

-- Changeset changelog.xml::1::q
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE MixedCase (Id INT NOT NULL, "order" INT, lower_c INT, "with space" INT, UPPER INT, "a-b" INT, "1st" INT, CONSTRAINT PK_MIXEDCASE PRIMARY KEY (Id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'q', 'changelog.xml', current_timestamp::timestamp_ntz, 1, '9:c55153536d99e95cb79ca52d6c4a0dd9', 'createTable tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::q
alter session set jdbc_query_result_format = 'JSON';

CREATE TABLE "select" (user INT, "group" INT);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'q', 'changelog.xml', current_timestamp::timestamp_ntz, 3, '9:b98728d66a6211575e88cf92260a6fee', 'createTable tableName=select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::q
alter session set jdbc_query_result_format = 'JSON';

CREATE INDEX Ix_Mixed ON MixedCase("order");

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'q', 'changelog.xml', current_timestamp::timestamp_ntz, 5, '9:7d218d550906fed4d1cc110f5e11c2a4', 'createIndex indexName=Ix_Mixed, tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
