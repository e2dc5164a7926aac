-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::base::b
CREATE TABLE dept (id int NOT NULL, name varchar(30), CONSTRAINT pk_dept PRIMARY KEY (id));
GO

CREATE TABLE emp (id int NOT NULL, first varchar(30), last varchar(30), dept_id int, salary decimal(8, 2), active bit);
GO

INSERT INTO dept (id, name) VALUES (1, 'ops');
GO

INSERT INTO emp (id, first, last, dept_id, active) VALUES (1, 'Ann', 'Lee', 1, 1);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', GETDATE(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360146966')
GO

-- Changeset changelog.xml::1::b
IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE major_id = OBJECT_ID('dbo.emp') AND name = N'MS_DESCRIPTION' AND minor_id = 0 ) BEGIN  EXEC sys.sp_updateextendedproperty @name = N'MS_Description' , @value = N'it''s emp' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'emp' END  ELSE  BEGIN  EXEC sys.sp_addextendedproperty @name = N'MS_Description' , @value = N'it''s emp' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'emp' END;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', GETDATE(), 3, '9:4760245473582b73af52c500b0e56196', 'setTableRemarks tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360146966')
GO

-- Changeset changelog.xml::2::b
IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE major_id = OBJECT_ID('dbo.emp') AND name = N'MS_DESCRIPTION' AND minor_id = ( SELECT column_id FROM sys.columns WHERE name = 'first' AND object_id = OBJECT_ID('dbo.emp')) ) BEGIN  EXEC sys.sp_updateextendedproperty @name = N'MS_Description' , @value = N'given name' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'emp' , @level2type = N'COLUMN' , @level2name = N'first' END  ELSE  BEGIN  EXEC sys.sp_addextendedproperty @name = N'MS_Description' , @value = N'given name' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'emp' , @level2type = N'COLUMN' , @level2name = N'first' END;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'b', 'changelog.xml', GETDATE(), 5, '9:41f7da85a8a6eaafb8f8e9476c4e646a', 'setColumnRemarks columnName=first, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360146966')
GO
