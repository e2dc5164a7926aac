-- Update Database Script
-- Change Log: root.xml

-- Changeset root.xml::1::p default_t
-- made default_t
CREATE TABLE default_t (a VARCHAR(133));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'p default_t', 'root.xml', CURRENT TIMESTAMP, 1, '9:92c001ba43d1412653f8c557c2e74721', 'createTable tableName=default_t', 'made default_t', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset root.xml::2::p
INSERT INTO default_t (a) VALUES ('${undefined.prop}');

INSERT INTO default_t (a) VALUES ('from file');

INSERT INTO default_t (a) VALUES ('ctx_on');

INSERT INTO default_t (a) VALUES ('default_t_nested');

INSERT INTO default_t (a) VALUES ('from_cli');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'p', 'root.xml', CURRENT TIMESTAMP, 3, '9:9e92cdd775cbb46c0eb98bba796c7698', 'insert tableName=default_t; insert tableName=default_t; insert tableName=default_t; insert tableName=default_t; insert tableName=default_t', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset sub.xml::s1::p
insert into default_t values ('LOCAL');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('s1', 'p', 'sub.xml', CURRENT TIMESTAMP, 5, '9:149fcb513d9657814f30f6195f78b9f3', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset root.xml::9::p
insert into default_t values ('${loc}');

insert into default_t values ('${:esc}');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('9', 'p', 'root.xml', CURRENT TIMESTAMP, 7, '9:624a2711539bab47218a1b171650fba9', 'sql; sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
