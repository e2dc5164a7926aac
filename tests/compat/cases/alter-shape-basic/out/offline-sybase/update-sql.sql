-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id INT NOT NULL, name VARCHAR(30) NULL, CONSTRAINT pk_dept PRIMARY KEY (id))
GO

CREATE TABLE emp (id INT NOT NULL, first VARCHAR(30) NULL, last VARCHAR(30) NULL, dept_id INT NULL, salary DECIMAL(8, 2) NULL, active BIT NULL)
GO

INSERT INTO dept (id, name) VALUES (1, 'ops')
GO

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1)
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', GETDATE(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::1::b
exec sp_rename 'emp.first', 'given'
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', GETDATE(), 3, '9:4287ca15b2ba47e8c447b8c7faef34f5', 'renameColumn newColumnName=given, oldColumnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::2::b
exec sp_rename 'emp', 'staff'
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', GETDATE(), 5, '9:25560529f02de584e710ba0c242ec831', 'renameTable newTableName=staff, oldTableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::3::b
ALTER TABLE staff DROP active
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'b', 'changelog.xml', GETDATE(), 7, '9:e3ee8c173b150d05b5b15423dbf420a1', 'dropColumn columnName=active, tableName=staff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.xml::4::b
DROP TABLE dept
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'b', 'changelog.xml', GETDATE(), 9, '9:afe1c5a377c397f02f8076a79cc53c0f', 'dropTable tableName=dept', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO
