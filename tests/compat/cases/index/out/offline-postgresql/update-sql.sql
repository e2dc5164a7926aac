-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INTEGER NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INTEGER, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, TRUE);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
CREATE UNIQUE INDEX ix1 ON emp(first, last DESC);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:179c60e6e75827c7150cd3aa7c9a50f9', 'createIndex indexName=ix1, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::b
CREATE INDEX ix2 ON emp(lower(last));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', NOW(), 5, '9:59cf1142fc0297bc605bcbcc453e706e', 'createIndex indexName=ix2, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::b
DROP INDEX ix1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', NOW(), 7, '9:771b7be5b42542faef6288a464add4bf', 'dropIndex indexName=ix1, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::4::b
INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', NOW(), 9, '9:8779e79fc540d7697b876036aa5ec1cc', 'createIndex indexName=ix3, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
