-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30), PRIMARY KEY (id) CONSTRAINT pk_dept);

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30), last VARCHAR(30), dept_id INT, salary DECIMAL(8, 2), active BOOLEAN);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 't');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::1::b
ALTER TABLE emp ADD CONSTRAINT  FOREIGN KEY (dept_id) REFERENCES dept (id) ON DELETE CASCADE CONSTRAINT fk_e_d;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 3, '9:0048bb8a5c455d130344a69179ff5e5b', 'addForeignKeyConstraint baseTableName=emp, constraintName=fk_e_d, referencedTableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::b
ALTER TABLE emp DROP CONSTRAINT fk_e_d;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 5, '9:8bf677eba291b8ec54b5e046321cefe3', 'dropForeignKeyConstraint baseTableName=emp, constraintName=fk_e_d', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::b
ALTER TABLE emp ADD CONSTRAINT  FOREIGN KEY (dept_id) REFERENCES dept (id) CONSTRAINT fk2;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 7, '9:fd1fe80e84b815de68adf88a08a10dff', 'addForeignKeyConstraint baseTableName=emp, constraintName=fk2, referencedTableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::4::b
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', CURRENT YEAR TO FRACTION(5), 9, '9:ce0cc2060d391700db8dc22775d1035a', 'dropAllForeignKeyConstraints baseTableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
