--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::1::q
CREATE TABLE MixedCase (Id INT NOT NULL, `order` INT NULL, lower_c INT NULL, `with space` INT NULL, UPPER INT NULL, `a-b` INT NULL, `1st` INT NULL, CONSTRAINT PK_MIXEDCASE PRIMARY KEY (Id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'q', 'changelog.xml', NOW(), 1, '9:c55153536d99e95cb79ca52d6c4a0dd9', 'createTable tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::2::q
CREATE TABLE `select` (user INT NULL, `group` INT NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'q', 'changelog.xml', NOW(), 3, '9:b98728d66a6211575e88cf92260a6fee', 'createTable tableName=select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::3::q
CREATE INDEX Ix_Mixed ON MixedCase(`order`);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'q', 'changelog.xml', NOW(), 5, '9:7d218d550906fed4d1cc110f5e11c2a4', 'createIndex indexName=Ix_Mixed, tableName=MixedCase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
