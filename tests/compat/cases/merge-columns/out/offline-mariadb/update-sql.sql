--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30) NULL, CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30) NULL, last VARCHAR(30) NULL, dept_id INT NULL, salary DECIMAL(8, 2) NULL, active TINYINT(1) NULL);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::1::b
ALTER TABLE emp ADD full_name VARCHAR(61) NULL;

UPDATE emp SET full_name = CONCAT_WS(' ', first, last);

ALTER TABLE emp DROP COLUMN first;

ALTER TABLE emp DROP COLUMN last;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:774210802cfbc487a72fe93e77d64382', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=full_name, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
