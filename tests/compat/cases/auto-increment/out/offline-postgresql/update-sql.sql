-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::x
CREATE TABLE ai (id INTEGER NOT NULL, CONSTRAINT ai_pkey PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'x', 'changelog.xml', NOW(), 1, '9:3637cab2f17d712654e5329895f80f1e', 'createTable tableName=ai', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::x
CREATE SEQUENCE  IF NOT EXISTS ai_id_seq START WITH 100 INCREMENT BY 10;

ALTER TABLE ai ALTER COLUMN  id SET NOT NULL;

ALTER TABLE ai ALTER COLUMN  id SET DEFAULT nextval('ai_id_seq');

ALTER SEQUENCE ai_id_seq OWNED BY ai.id;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'x', 'changelog.xml', NOW(), 3, '9:660905bcb83c3a6dc258009d2ca6c0e1', 'addAutoIncrement columnName=id, tableName=ai', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
