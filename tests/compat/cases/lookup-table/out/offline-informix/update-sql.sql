-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30), PRIMARY KEY (id) CONSTRAINT pk_dept);

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INT, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 't');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
CREATE TABLE last_names ( lname varchar(30) );

INSERT INTO last_names ( lname ) SELECT DISTINCT last FROM emp WHERE last IS NOT NULL;

ALTER TABLE last_names MODIFY (lname VARCHAR(30) NOT NULL);

ALTER TABLE last_names ADD CONSTRAINT PRIMARY KEY (lname);

ALTER TABLE emp ADD CONSTRAINT  FOREIGN KEY (last) REFERENCES last_names (lname) CONSTRAINT fk_last;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 3, '9:3d63a49ef03d6079e8383c97f35705a2', 'addLookupTable constraintName=fk_last, existingColumnName=last, existingTableName=emp, newColumnName=lname, newTableName=last_names', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
