-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::y
CREATE TABLE dba.ixt (a INTEGER NULL, b VARCHAR(20) NULL)
GO

CREATE UNIQUE INDEX ix1 ON dba.ixt(a, b DESC)
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'y', 'changelog.yaml', now(), 1, '9:222ef199c9782a6f4459907cd1dfd2d1', 'createTable tableName=ixt; createIndex indexName=ix1, tableName=ixt', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

-- Changeset changelog.yaml::2::y
DROP INDEX dba.ixt.ix1
GO

CREATE INDEX ix2 ON dba.ixt(b)
GO

INSERT INTO dba.DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'y', 'changelog.yaml', now(), 3, '9:5750c4d7f668f44a25c231bc9f87a743', 'dropIndex indexName=ix1, tableName=ixt; createIndex indexName=ix2, tableName=ixt', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>')
GO

sa_recompile_views(1)
GO
