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

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('base', 'b', 'changelog.xml', GETDATE(), 1, '9:7b2136bbabafa3a67d96bffe961b8246', 'createTable tableName=dept; createTable tableName=emp; insert tableName=dept; insert tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360116366')
GO

-- Changeset changelog.xml::1::b
ALTER TABLE emp ADD full_name varchar(61);
GO

UPDATE emp SET full_name = first + ' ' + last;
GO

DECLARE @sql [nvarchar](MAX)
SELECT @sql = N'ALTER TABLE emp DROP CONSTRAINT ' + QUOTENAME([df].[name]) FROM [sys].[columns] AS [c] INNER JOIN [sys].[default_constraints] AS [df] ON [df].[object_id] = [c].[default_object_id] WHERE [c].[object_id] = OBJECT_ID(N'emp') AND [c].[name] = N'first'
EXEC sp_executesql @sql;
GO

ALTER TABLE emp DROP COLUMN first;
GO

DECLARE @sql [nvarchar](MAX)
SELECT @sql = N'ALTER TABLE emp DROP CONSTRAINT ' + QUOTENAME([df].[name]) FROM [sys].[columns] AS [c] INNER JOIN [sys].[default_constraints] AS [df] ON [df].[object_id] = [c].[default_object_id] WHERE [c].[object_id] = OBJECT_ID(N'emp') AND [c].[name] = N'last'
EXEC sp_executesql @sql;
GO

ALTER TABLE emp DROP COLUMN last;
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'b', 'changelog.xml', GETDATE(), 3, '9:774210802cfbc487a72fe93e77d64382', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=full_name, tableName=emp', '', 'EXECUTED', NULL, NULL, '4.28.0', '5360116366')
GO
