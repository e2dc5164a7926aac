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
ALTER TABLE dba.emp MODIFY first DEFAULT 'x''y'
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', now(), 3, '9:67e3a10915aec80b03f695d7e442ceee', 'addDefaultValue columnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::2::b
ALTER TABLE dba.emp MODIFY salary DEFAULT 10.5
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', now(), 5, '9:f4e7f2d0571bb9fd9af3de4ee0485c3e', 'addDefaultValue columnName=salary, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::3::b
ALTER TABLE dba.emp MODIFY active DEFAULT 0
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', now(), 7, '9:0a0d585fef7f8c253234a34444e65428', 'addDefaultValue columnName=active, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::4::b
ALTER TABLE dba.emp MODIFY last DEFAULT 'c'
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', now(), 9, '9:8169de73ee5496fdb57350676e9230f4', 'addDefaultValue columnName=last, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

sa_recompile_views(1)
GO
