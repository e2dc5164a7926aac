-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::bob
CREATE TABLE person (id int NOT NULL, name varchar(50), CONSTRAINT PK_PERSON PRIMARY KEY (id));
GO

INSERT INTO person (id, name) VALUES (1, 'O''Neil');
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'bob', 'changelog.yaml', GETDATE(), 1, '9:43268de196610cfc41ee456496552200', 'createTable tableName=person; insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358632702')
GO

-- Changeset changelog.yaml::2::bob
ALTER TABLE person ADD age int CONSTRAINT DF_person_age DEFAULT 7;
GO

ALTER TABLE person ADD city varchar(30);
GO

UPDATE person SET city = 'Oslo';
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'bob', 'changelog.yaml', GETDATE(), 3, '9:0e0d25188f59a4bade6ed5043144373b', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358632702')
GO

-- Changeset changelog.yaml::3::bob
ALTER TABLE person ADD computed int;
GO

UPDATE person SET computed = id * 2;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'bob', 'changelog.yaml', GETDATE(), 5, '9:bb030e78702386aff11162a9a24f4e97', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358632702')
GO

-- Changeset changelog.yaml::4::bob
ALTER TABLE person ADD nn bit CONSTRAINT DF_person_nn DEFAULT 1 NOT NULL;
GO

IF EXISTS(  SELECT extended_properties.value FROM sys.extended_properties WHERE major_id = OBJECT_ID('dbo.person') AND name = N'MS_DESCRIPTION' AND minor_id = ( SELECT column_id FROM sys.columns WHERE name = 'nn' AND object_id = OBJECT_ID('dbo.person')) ) BEGIN  EXEC sys.sp_updateextendedproperty @name = N'MS_Description' , @value = N'is nn' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'person' , @level2type = N'COLUMN' , @level2name = N'nn' END  ELSE  BEGIN  EXEC sys.sp_addextendedproperty @name = N'MS_Description' , @value = N'is nn' , @level0type = N'SCHEMA' , @level0name = N'dbo' , @level1type = N'TABLE' , @level1name = N'person' , @level2type = N'COLUMN' , @level2name = N'nn' END;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'bob', 'changelog.yaml', GETDATE(), 7, '9:12541c44a2c666f94cf6a01738622b69', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358632702')
GO
