-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INT, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, TRUE);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', CURRENT_TIMESTAMP, 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
ALTER TABLE emp ADD full_name VARCHAR(61);

UPDATE emp SET full_name = first || ' ' || last;

ALTER TABLE emp DROP first;

ALTER TABLE emp DROP last;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', CURRENT_TIMESTAMP, 3, '9:774210802cfbc487a72fe93e77d64382', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=full_name, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
