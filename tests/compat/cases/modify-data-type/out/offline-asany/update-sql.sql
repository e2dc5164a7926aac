-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dba.dept (id INTEGER NOT NULL, name VARCHAR(30) NULL, CONSTRAINT pk_dept PRIMARY KEY (id))
GO

CREATE TABLE dba.emp (id INTEGER NOT NULL, first VARCHAR(30) NULL, last VARCHAR(30) NULL, dept_id INTEGER NULL, salary DECIMAL(8, 2) NULL, active BIT NULL)
GO

INSERT INTO dba.dept (id, name) VALUES (1, 'ops')
GO

INSERT INTO dba.emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1)
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', now(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::1::b
ALTER TABLE dba.emp MODIFY salary DECIMAL(12, 4)
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', now(), 3, '9:79502a02e024ac352c4cbcce25503d82', 'modifyDataType columnName=salary, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::2::b
ALTER TABLE dba.emp MODIFY first LONG VARCHAR
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', now(), 5, '9:3812987fabcd2311e530e0a89ec8b9e4', 'modifyDataType columnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

sa_recompile_views(1)
GO
