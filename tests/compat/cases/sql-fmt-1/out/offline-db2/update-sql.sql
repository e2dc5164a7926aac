-- Update Database Script
-- Change Log: changelog.sql

-- Changeset logical.sql::1::nvoxland
create table prop_table (
  id int,
  name varchar(8)
);

insert into prop_table values (1, 'a;b');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'nvoxland', 'logical.sql', CURRENT TIMESTAMP, 1, '9:3500df64d66a8aca14bb407782d5d57a', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::id with spaces::an author
-- second comment line
insert into prop_table values (2, 'two');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('id with spaces', 'an author', 'logical.sql', CURRENT TIMESTAMP, 3, '9:05bb9039dc83862182864c60516fa5ea', 'sql', 'second comment line', 'EXECUTED', '(test or dev)', 'x,y', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::3::a
/* keep me */ insert into prop_table values (3, 'x');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'a', 'logical.sql', CURRENT TIMESTAMP, 5, '9:9b9584cacb42c29d703d24f37cbf17bf', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::4::a
insert into prop_table values (4, 'x')/

insert into prop_table values (5, 'y')/

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'a', 'logical.sql', CURRENT TIMESTAMP, 7, '9:39f2969d88a9d968a5a1acfa6a758218', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::5::a
insert into prop_table values (6, 'x')
go

insert into prop_table values (7, 'y')
go

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 'a', 'logical.sql', CURRENT TIMESTAMP, 9, '9:b34929e05ea609bcb6e20ea9f09ebbda', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::6::a
insert into prop_table values (8, 'x');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 'a', 'logical.sql', CURRENT TIMESTAMP, 11, '9:784a120d5f6c655c679ff12b642ea203', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset other.sql::8::a
insert into prop_table values (9, 'x');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('8', 'a', 'other.sql', CURRENT TIMESTAMP, 13, '9:54c215c191caafb5213572264d38c31a', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset logical.sql::9::a
insert into prop_table values (10, 'x');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('9', 'a', 'logical.sql', CURRENT TIMESTAMP, 15, '9:c4111f71cc3cd45a04944a65a97a20eb', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
