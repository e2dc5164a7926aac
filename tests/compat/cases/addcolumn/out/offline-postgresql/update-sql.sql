-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::bob
CREATE TABLE person (id INTEGER NOT NULL, name VARCHAR(50), CONSTRAINT person_pkey PRIMARY KEY (id));

INSERT INTO person (id, name) VALUES (1, 'O''Neil');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'bob', 'changelog.yaml', NOW(), 1, '9:43268de196610cfc41ee456496552200', 'createTable tableName=person; insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::2::bob
ALTER TABLE person ADD age INTEGER DEFAULT 7;

ALTER TABLE person ADD city VARCHAR(30);

UPDATE person SET city = 'Oslo';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'bob', 'changelog.yaml', NOW(), 3, '9:0e0d25188f59a4bade6ed5043144373b', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::3::bob
ALTER TABLE person ADD computed INTEGER;

UPDATE person SET computed = id * 2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'bob', 'changelog.yaml', NOW(), 5, '9:bb030e78702386aff11162a9a24f4e97', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::4::bob
ALTER TABLE person ADD nn BOOLEAN DEFAULT TRUE NOT NULL;

COMMENT ON COLUMN person.nn IS 'is nn';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'bob', 'changelog.yaml', NOW(), 7, '9:12541c44a2c666f94cf6a01738622b69', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
