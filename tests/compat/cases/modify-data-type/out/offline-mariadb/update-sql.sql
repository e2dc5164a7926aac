--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30) NULL, CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30) NULL, last VARCHAR(30) NULL, dept_id INT NULL, salary DECIMAL(8, 2) NULL, active TINYINT(1) NULL);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::1::b
ALTER TABLE emp MODIFY salary DECIMAL(12, 4);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:79502a02e024ac352c4cbcce25503d82', 'modifyDataType columnName=salary, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::2::b
ALTER TABLE emp MODIFY first LONGTEXT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', NOW(), 5, '9:3812987fabcd2311e530e0a89ec8b9e4', 'modifyDataType columnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
