-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::q
CREATE TABLE MixedCase (Id int NOT NULL, [order] int, lower_c int, [with space] int, UPPER int, [a-b] int, [1st] int, CONSTRAINT PK_MIXEDCASE PRIMARY KEY (Id));
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'q', 'changelog.xml', GETDATE(), 1, '9:c55153536d99e95cb79ca52d6c4a0dd9', 'createTable tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359041402')
GO

-- Changeset changelog.xml::2::q
CREATE TABLE [select] ([user] int, [group] int);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'q', 'changelog.xml', GETDATE(), 3, '9:b98728d66a6211575e88cf92260a6fee', 'createTable tableName=select', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359041402')
GO

-- Changeset changelog.xml::3::q
CREATE NONCLUSTERED INDEX Ix_Mixed ON MixedCase([order]);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'q', 'changelog.xml', GETDATE(), 5, '9:7d218d550906fed4d1cc110f5e11c2a4', 'createIndex indexName=Ix_Mixed, tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359041402')
GO
