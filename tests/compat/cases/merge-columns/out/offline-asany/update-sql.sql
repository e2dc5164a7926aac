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
ALTER TABLE dba.emp ADD full_name VARCHAR(61) NULL
GO

UPDATE dba.emp SET full_name = first || ' ' || last
GO

ALTER TABLE dba.emp DROP first
GO

ALTER TABLE dba.emp DROP last
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', now(), 3, '9:774210802cfbc487a72fe93e77d64382', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=full_name, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

sa_recompile_views(1)
GO
