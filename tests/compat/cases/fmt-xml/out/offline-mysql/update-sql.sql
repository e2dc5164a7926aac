--  Update Database Script
--  Change Log: changelog.xml

--  Changeset changelog.xml::1::same
--  same in all
CREATE TABLE same (id INT AUTO_INCREMENT NOT NULL, price DECIMAL(8, 2) DEFAULT 1.50 NULL, ok TINYINT DEFAULT 1 NULL, CONSTRAINT PK_SAME PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'same', 'changelog.xml', NOW(), 1, '9:85b917220e8d7b3f9bcdf572515f513f', 'createTable tableName=same', 'same in all', 'EXECUTED', 'c', 'l', '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.xml::2::same
insert into same (price) values (2.5);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'same', 'changelog.xml', NOW(), 3, '9:a31c41f9a92ddaeb8261fbfadb448076', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
