-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::m
CREATE TABLE m1 (a INTEGER);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'm', 'changelog.xml', CURRENT TIMESTAMP, 1, '9:043e6aab3dc3694d9f035f330274dbb3', 'createTable tableName=m1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::m
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:

-- FAILED
