-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::y
CREATE TABLE ixt (a INTEGER, b VARCHAR(20));

CREATE UNIQUE INDEX ix1 ON ixt(a, b DESC);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'y', 'changelog.yaml', CURRENT_TIMESTAMP, 1, '9:222ef199c9782a6f4459907cd1dfd2d1', 'createTable tableName=ixt; createIndex indexName=ix1, tableName=ixt', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::2::y
DROP INDEX ix1;

CREATE INDEX ix2 ON ixt(b);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'y', 'changelog.yaml', CURRENT_TIMESTAMP, 3, '9:5750c4d7f668f44a25c231bc9f87a743', 'dropIndex indexName=ix1, tableName=ixt; createIndex indexName=ix2, tableName=ixt', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
