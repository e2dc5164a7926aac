-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::a
CREATE TABLE yu (a int);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'a', 'changelog.yaml', GETDATE(), 1, '9:a92a7a9e33cbc8e5886f413c9bf8f0b3', 'createTable tableName=yu', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360639965')
GO
