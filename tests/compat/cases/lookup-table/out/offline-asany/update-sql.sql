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
SELECT DISTINCT last AS lname INTO dba.last_names FROM dba.emp WHERE last IS NOT NULL
GO

ALTER TABLE dba.last_names MODIFY lname NOT NULL
GO

ALTER TABLE dba.last_names ADD PRIMARY KEY (lname)
GO

ALTER TABLE dba.emp ADD CONSTRAINT fk_last FOREIGN KEY (last) REFERENCES dba.last_names (lname)
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', now(), 3, '9:3d63a49ef03d6079e8383c97f35705a2', 'addLookupTable constraintName=fk_last, existingColumnName=last, existingTableName=emp, newColumnName=lname, newTableName=last_names', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

sa_recompile_views(1)
GO
