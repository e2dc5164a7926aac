-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::x
CREATE TABLE ai (id INTEGER NOT NULL, CONSTRAINT PK_AI PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'x', 'changelog.xml', CURRENT_TIMESTAMP, 1, '9:3637cab2f17d712654e5329895f80f1e', 'createTable tableName=ai', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::x
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:

-- FAILED
