-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::m
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
-- /bin/echo hi;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'm', 'changelog.xml', CURRENT TIMESTAMP, 1, '9:77d309e3098ed120c9f9432b993ba732', 'executeCommand', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::m
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
-- nope.exe ;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'm', 'changelog.xml', CURRENT TIMESTAMP, 3, '9:4bc84265055d27bf2e791d50475a1811', 'executeCommand', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
