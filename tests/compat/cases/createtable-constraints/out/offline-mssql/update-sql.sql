-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::ann
-- parent
CREATE TABLE parent (id int IDENTITY (100, 5) NOT NULL, code varchar(20) NOT NULL, qty int CONSTRAINT DF_parent_qty DEFAULT 0 NOT NULL, CONSTRAINT pk_par PRIMARY KEY (id), CONSTRAINT uq_par_code UNIQUE (code));
GO

IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE major_id = OBJECT_ID('dbo.parent') AND name = N'MS_DESCRIPTION' AND minor_id = 0 ) BEGIN  EXEC sys.sp_updateextendedproperty @name = N'MS_Description' , @value = N'the parent''s table' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'parent' END  ELSE  BEGIN  EXEC sys.sp_addextendedproperty @name = N'MS_Description' , @value = N'the parent''s table' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'parent' END;
GO

IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE major_id = OBJECT_ID('dbo.parent') AND name = N'MS_DESCRIPTION' AND minor_id = ( SELECT column_id FROM sys.columns WHERE name = 'code' AND object_id = OBJECT_ID('dbo.parent')) ) BEGIN  EXEC sys.sp_updateextendedproperty @name = N'MS_Description' , @value = N'a code' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'parent' , @level2type = N'COLUMN' , @level2name = N'code' END  ELSE  BEGIN  EXEC sys.sp_addextendedproperty @name = N'MS_Description' , @value = N'a code' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'parent' , @level2type = N'COLUMN' , @level2name = N'code' END;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'ann', 'changelog.xml', GETDATE(), 1, '9:ceddad433b003a24e7c2612c7d51ca6f', 'createTable tableName=parent', 'parent', 'EXECUTED', NULL, NULL, '4.28.0', '5358759056')
GO

-- Changeset changelog.xml::2::ann
CREATE TABLE child (a int NOT NULL, b int NOT NULL, parent_id int, parent2_id int, u1 int, CONSTRAINT PK_CHILD PRIMARY KEY (a, b), CONSTRAINT fk_child_par FOREIGN KEY (parent_id) REFERENCES parent(id) ON DELETE CASCADE, CONSTRAINT fk_child_par2 FOREIGN KEY (parent2_id) REFERENCES parent(id) INITIALLY DEFERRED DEFERRABLE, UNIQUE (u1));
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'ann', 'changelog.xml', GETDATE(), 3, '9:76ae24fd8ac4726e71516000eb05b5b8', 'createTable tableName=child', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358759056')
GO

-- Changeset changelog.xml::3::ann
CREATE TABLE iff (x int);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'ann', 'changelog.xml', GETDATE(), 5, '9:7d4567807705ee723526deac36a615dd', 'createTable tableName=iff', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358759056')
GO
