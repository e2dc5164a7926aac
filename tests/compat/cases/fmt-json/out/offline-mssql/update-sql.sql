-- Update Database Script
-- Change Log: changelog.json

-- Changeset changelog.json::1::same
-- same in all
CREATE TABLE same (id int IDENTITY (1, 1) NOT NULL, price decimal(8, 2) CONSTRAINT DF_same_price DEFAULT 1.5, ok bit CONSTRAINT DF_same_ok DEFAULT 1, CONSTRAINT PK_SAME PRIMARY KEY (id));
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'same', 'changelog.json', GETDATE(), 1, '9:cad08c6d5a2912c17efd3d1a7d94aba5', 'createTable tableName=same', 'same in all', 'EXECUTED', 'c', 'l', '4.28.0', '5358826518')
GO

-- Changeset changelog.json::2::same
insert into same (price) values (2.5);
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'same', 'changelog.json', GETDATE(), 3, '9:a31c41f9a92ddaeb8261fbfadb448076', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5358826518')
GO
