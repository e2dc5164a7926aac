-- Update Database Script
-- Change Log: changelog.sql

-- Changeset changelog.sql::raw::includeAll
create table rawt (id int);
insert into rawt values (1);
-- trailing;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('raw', 'includeAll', 'changelog.sql', CURRENT TIMESTAMP, 1, '9:856292161a1f2643d35285249af94fbc', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
