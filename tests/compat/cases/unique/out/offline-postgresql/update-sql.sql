-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INTEGER NOT NULL, name VARCHAR(30), CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INTEGER NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INTEGER, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, TRUE);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
ALTER TABLE emp ADD CONSTRAINT uq_fl UNIQUE (first, last);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:2d7ab853c07464d5ef6057b05a162ca2', 'addUniqueConstraint constraintName=uq_fl, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::b
ALTER TABLE emp DROP CONSTRAINT uq_fl;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', NOW(), 5, '9:3288401d37a6c42e1420ab1a560a8353', 'dropUniqueConstraint constraintName=uq_fl, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::b
ALTER TABLE emp ADD UNIQUE (first);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', NOW(), 7, '9:c582aa1b43a12460f013d4dc548dddff', 'addUniqueConstraint tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
