-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INTEGER NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INTEGER, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, TRUE);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
ALTER TABLE emp ALTER COLUMN salary TYPE DECIMAL(12, 4) USING (salary::DECIMAL(12, 4));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:79502a02e024ac352c4cbcce25503d82', 'modifyDataType columnName=salary, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::b
ALTER TABLE emp RENAME COLUMN first TO given;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', NOW(), 5, '9:4287ca15b2ba47e8c447b8c7faef34f5', 'renameColumn newColumnName=given, oldColumnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::b
ALTER TABLE emp ADD full_name VARCHAR(61);

UPDATE emp SET full_name = given || ' ' || last;

ALTER TABLE emp DROP COLUMN given;

ALTER TABLE emp DROP COLUMN last;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', NOW(), 7, '9:e640f151c6d948617c0eb036997520d2', 'mergeColumns column1Name=given, column2Name=last, finalColumnName=full_name, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::4::b
ALTER TABLE emp RENAME TO staff;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', NOW(), 9, '9:25560529f02de584e710ba0c242ec831', 'renameTable newTableName=staff, oldTableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::5::b
ALTER TABLE staff DROP COLUMN active;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 'b', 'changelog.xml', NOW(), 11, '9:e3ee8c173b150d05b5b15423dbf420a1', 'dropColumn columnName=active, tableName=staff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::6::b
ALTER TABLE staff DROP COLUMN salary;

ALTER TABLE staff DROP COLUMN dept_id;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 'b', 'changelog.xml', NOW(), 13, '9:c4636266c88fbd0544115123bfd3805b', 'dropColumn tableName=staff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::7::b
DROP TABLE dept CASCADE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('7', 'b', 'changelog.xml', NOW(), 15, '9:d4e9b1ff920ab84fca4fe9e2643626e0', 'dropTable tableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
