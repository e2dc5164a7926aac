--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30) NULL, CONSTRAINT pk_dept PRIMARY KEY (id));

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30) NULL, last VARCHAR(30) NULL, dept_id INT NULL, salary DECIMAL(8, 2) NULL, active TINYINT(1) NULL);

INSERT INTO dept (id, name) VALUES (1, 'ops');

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', NOW(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::1::b
INSERT INTO dept (id, name) VALUES (2, 'it''s; -- ok');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', NOW(), 3, '9:fe481f60b9f9069ababd389d0769f5a2', 'insert tableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::2::b
INSERT INTO emp (id, first, salary, active) VALUES (1+1, NULL, 12.50, 0);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', NOW(), 5, '9:1939f6d196a1059fe5eb58bc47bc3edb', 'insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::3::b
UPDATE emp SET first = 'Bob', salary = 99 WHERE id = 2 and first is null;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', NOW(), 7, '9:314e950fc77a32e84bd27ffba3ac491c', 'update tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::4::b
UPDATE emp SET last = 'P' WHERE id = 2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', NOW(), 9, '9:3de9eda1979ef9a3c9a23572a0b5c8ec', 'update tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::5::b
DELETE FROM dept WHERE name like 'it%';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 'b', 'changelog.xml', NOW(), 11, '9:b6fecafee6bd7c745e1479bf34b7f8c4', 'delete tableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::6::b
DELETE FROM emp;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 'b', 'changelog.xml', NOW(), 13, '9:23d6d03f2fa4375b3358bb579dd2f007', 'delete tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
