-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::bob
CREATE TABLE person (id INTEGER NOT NULL, name VARCHAR(50), CONSTRAINT PK_PERSON PRIMARY KEY (id));

INSERT INTO person (id, name) VALUES (1, 'O''Neil');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'bob', 'changelog.yaml', CURRENT_TIMESTAMP, 1, '9:43268de196610cfc41ee456496552200', 'createTable tableName=person; insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::2::bob
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:

-- FAILED
