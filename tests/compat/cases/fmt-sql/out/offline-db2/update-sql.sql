-- Update Database Script
-- Change Log: changelog.sql

-- Changeset changelog.sql::1::same
-- same in all
create table same (id int primary key, price decimal(8,2) default 1.50);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'same', 'changelog.sql', CURRENT TIMESTAMP, 1, '9:cd5321399147d575f9cde2033257a545', 'sql', 'same in all', 'EXECUTED', 'c', 'l', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.sql::2::same
insert into same (id, price) values (1, 2.5);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'same', 'changelog.sql', CURRENT TIMESTAMP, 3, '9:de531d2e3143be0854cf7ebc17a300a8', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
