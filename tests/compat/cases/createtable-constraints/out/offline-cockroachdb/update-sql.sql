-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::1::ann
-- parent
CREATE TABLE parent (id SERIAL NOT NULL, code VARCHAR(20) NOT NULL, qty INTEGER DEFAULT 0 NOT NULL, CONSTRAINT pk_par PRIMARY KEY (id), CONSTRAINT uq_par_code UNIQUE (code));

COMMENT ON TABLE parent IS 'the parent''s table';

COMMENT ON COLUMN parent.code IS 'a code';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'ann', 'changelog.xml', NOW(), 1, '9:ceddad433b003a24e7c2612c7d51ca6f', 'createTable tableName=parent', 'parent', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::2::ann
CREATE TABLE child (a INTEGER NOT NULL, b INTEGER NOT NULL, parent_id INTEGER, parent2_id INTEGER, u1 INTEGER, CONSTRAINT child_pkey PRIMARY KEY (a, b), CONSTRAINT fk_child_par FOREIGN KEY (parent_id) REFERENCES parent(id) ON DELETE CASCADE, CONSTRAINT fk_child_par2 FOREIGN KEY (parent2_id) REFERENCES parent(id) INITIALLY DEFERRED DEFERRABLE, UNIQUE (u1));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'ann', 'changelog.xml', NOW(), 3, '9:76ae24fd8ac4726e71516000eb05b5b8', 'createTable tableName=child', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::ann
CREATE TABLE IF NOT EXISTS iff (x INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'ann', 'changelog.xml', NOW(), 5, '9:7d4567807705ee723526deac36a615dd', 'createTable tableName=iff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
