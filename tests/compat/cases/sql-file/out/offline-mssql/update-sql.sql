-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::f
-- leading comment
create table f1 (id int, t varchar(20));
GO

insert into f1 values (1, 'a;b');
GO

insert into f1 values (2, 'ø');
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'f', 'changelog.yaml', GETDATE(), 1, '9:9596e3a61dfeb86cacbbe76872aad378', 'sqlFile path=sql/one.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359091630')
GO

-- Changeset changelog.yaml::2::f
insert into f1 values (3, 'x')
GO

insert into f1 values (4, 'y')
GO

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'f', 'changelog.yaml', GETDATE(), 3, '9:085e86b6e85855c53cabc4752a946f70', 'sqlFile path=sql/two.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359091630')
GO

-- Changeset changelog.yaml::3::f
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'f', 'changelog.yaml', GETDATE(), 5, '9:d41d8cd98f00b204e9800998ecf8427e', 'sqlFile path=sql/missing.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '5359091630')
GO
