-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::1::f
-- leading comment
create table f1 (id int, t varchar(20));

insert into f1 values (1, 'a;b');

insert into f1 values (2, 'ø');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'f', 'changelog.yaml', CURRENT TIMESTAMP, 1, '9:9596e3a61dfeb86cacbbe76872aad378', 'sqlFile path=sql/one.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::2::f
insert into f1 values (3, 'x')/

insert into f1 values (4, 'y')/

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'f', 'changelog.yaml', CURRENT TIMESTAMP, 3, '9:085e86b6e85855c53cabc4752a946f70', 'sqlFile path=sql/two.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::3::f
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'f', 'changelog.yaml', CURRENT TIMESTAMP, 5, '9:d41d8cd98f00b204e9800998ecf8427e', 'sqlFile path=sql/missing.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
