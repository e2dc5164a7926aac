--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::1::l
CREATE TABLE load1 (id INT NOT NULL, name VARCHAR(50) NULL, flag TINYINT NULL, amount DECIMAL(8, 2) NULL, born date NULL, seen datetime NULL, note VARCHAR(100) NULL, CONSTRAINT PK_LOAD1 PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'l', 'changelog.xml', NOW(), 1, '9:e66389b20cd3afec8a3c52509fb149fd', 'createTable tableName=load1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::2::l
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO load1 (id, name, flag, amount, born, seen, note) VALUES (1, 'Ann, "A"', 1, 1.50, '2020-01-02', '2020-01-02 03:04:05', 'hello'),(2, 'Bøb', 0, NULL, NULL, '2021-12-31 23:59:59', 'it''s'),(3, NULL, 1, 3, '1999-12-31', NULL, NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'l', 'changelog.xml', NOW(), 3, '9:4b60e04194ba5f78ef5bca674b28ca3b', 'loadData tableName=load1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::3::l
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO load1 (id, name) VALUES (10, 'Ted'),(11, NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'l', 'changelog.xml', NOW(), 5, '9:b19362fb09f0dd7eb9cf57ef052edf74', 'loadData tableName=load1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::4::l
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO load1 (id, name, flag, amount) VALUES ('20', 'auto', 'true', '7.25'),('21', ' padded ', 'false', '8');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'l', 'changelog.xml', NOW(), 7, '9:0a3949169e03525d5bd289ca04923a9d', 'loadData tableName=load1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
