-- Update Database Script
-- Change Log: changelog.xml

-- Changeset changelog.xml::0::c
CREATE TABLE c0 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('0', 'c', 'changelog.xml', NOW(), 1, '9:b66bc50db4f6f8d273feddd42de6856b', 'createTable tableName=c0', '', 'EXECUTED', 'test', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::3::c
CREATE TABLE c3 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'c', 'changelog.xml', NOW(), 3, '9:a85ffbb2adf3a358bc6f70b947b497c3', 'createTable tableName=c3', '', 'EXECUTED', '(test or prod)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::4::c
CREATE TABLE c4 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'c', 'changelog.xml', NOW(), 5, '9:3e1faef9ae64d381294f86bf4500c9d2', 'createTable tableName=c4', '', 'EXECUTED', '(test and !prod)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::5::c
CREATE TABLE c5 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 'c', 'changelog.xml', NOW(), 7, '9:aebdfd0d6e0358c855f06fd392e4cac1', 'createTable tableName=c5', '', 'EXECUTED', '((test or qa) and !dev)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::7::c
CREATE TABLE c7 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('7', 'c', 'changelog.xml', NOW(), 9, '9:fe5da7ea3ea3df44638e7802151260ca', 'createTable tableName=c7', '', 'EXECUTED', 'TEST', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::8::c
CREATE TABLE c8 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('8', 'c', 'changelog.xml', NOW(), 11, '9:c3443b75dd3d19d403cf6f375303ef19', 'createTable tableName=c8', '', 'EXECUTED', '(test, qa)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::9::c
CREATE TABLE c9 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('9', 'c', 'changelog.xml', NOW(), 13, '9:c425e638fc66a501d190f1aebffaa767', 'createTable tableName=c9', '', 'EXECUTED', '@test', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::10::c
CREATE TABLE c10 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('10', 'c', 'changelog.xml', NOW(), 15, '9:bbddd71a76ef666c641dbf52394c81e0', 'createTable tableName=c10', '', 'EXECUTED', '(!prod and !dev)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::11::c
CREATE TABLE c11 (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('11', 'c', 'changelog.xml', NOW(), 17, '9:525b4453e1e6e0b2c9bef368db5acf55', 'createTable tableName=c11', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.xml::none::c
CREATE TABLE cnone (a INTEGER);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('none', 'c', 'changelog.xml', NOW(), 19, '9:ba91a02adbefcb9e58a53b47b513caba', 'createTable tableName=cnone', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
