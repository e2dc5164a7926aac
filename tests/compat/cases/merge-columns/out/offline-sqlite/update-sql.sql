-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INTEGER NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INTEGER, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', CURRENT_TIMESTAMP, 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:

-- FAILED
