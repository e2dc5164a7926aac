-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INTEGER NOT NULL, "first" VARCHAR(30), "last" VARCHAR(30), dept_id INTEGER, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, "first", "last", dept_id, active) VALUES (1, 'Ann', 'Lee', 1, TRUE);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', CURRENT_TIMESTAMP, 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
CREATE TABLE last_names AS SELECT DISTINCT "last" AS lname FROM emp WHERE "last" IS NOT NULL;

ALTER TABLE last_names ALTER COLUMN  lname NOT NULL;

ALTER TABLE last_names ADD PRIMARY KEY (lname);

ALTER TABLE emp ADD CONSTRAINT fk_last FOREIGN KEY ("last") REFERENCES last_names (lname);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', CURRENT_TIMESTAMP, 3, '9:3d63a49ef03d6079e8383c97f35705a2', 'addLookupTable constraintName=fk_last, existingColumnName=last, existingTableName=emp, newColumnName=lname, newTableName=last_names', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
