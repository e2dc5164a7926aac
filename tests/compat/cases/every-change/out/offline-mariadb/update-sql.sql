--  Update Database Script
--  Change Log: changelog.yaml

--  Changeset changelog.yaml::createTable::e
CREATE TABLE person (id BIGINT AUTO_INCREMENT NOT NULL, name VARCHAR(50) DEFAULT 'it''s' NOT NULL COMMENT 'a ''name''', age INT DEFAULT 7 NULL, active TINYINT(1) DEFAULT 1 NOT NULL, born date DEFAULT '2001-02-03' NULL, at timestamp DEFAULT NOW() NULL, mail VARCHAR(80) NULL, score DECIMAL(10, 2) NULL, CONSTRAINT pk_person PRIMARY KEY (id), CONSTRAINT uq_mail UNIQUE (mail)) COMMENT='it''s people';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable', 'e', 'changelog.yaml', NOW(), 1, '9:3e1a6837c9f96d9a48a6abafaea63027', 'createTable tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable unnamed unique::e
CREATE TABLE single (x INT NULL, UNIQUE (x));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable unnamed unique', 'e', 'changelog.yaml', NOW(), 3, '9:d21784566b4fcee73115c26c04f0aa92', 'createTable tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable composite::e
CREATE TABLE pair (a INT NOT NULL, b INT NOT NULL, person_id BIGINT NULL, CONSTRAINT PK_PAIR PRIMARY KEY (a, b), CONSTRAINT fk_pair_person FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable composite', 'e', 'changelog.yaml', NOW(), 5, '9:5b0c9df5dad561dc14ab17d6874f39c3', 'createTable tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable unnamed key::e
CREATE TABLE lone (id INT AUTO_INCREMENT NOT NULL, n INT DEFAULT 0 NULL, CONSTRAINT PK_LONE PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable unnamed key', 'e', 'changelog.yaml', NOW(), 7, '9:960527e70ac105a08b428e010cd39c0b', 'createTable tableName=lone', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable counted::e
CREATE TABLE counted (id BIGINT AUTO_INCREMENT NOT NULL, CONSTRAINT PK_COUNTED PRIMARY KEY (id)) AUTO_INCREMENT=100;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable counted', 'e', 'changelog.yaml', NOW(), 9, '9:2a7674b8e0184ce18fae504984225f67', 'createTable tableName=counted', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable bare identity::e
CREATE TABLE ident (id INT AUTO_INCREMENT NULL, v VARCHAR(5) NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable bare identity', 'e', 'changelog.yaml', NOW(), 11, '9:be604a53e6dfc26d6c4759b9b20cd50b', 'createTable tableName=ident', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable tablespace::e
CREATE TABLE spaced (id INT NOT NULL, CONSTRAINT PK_SPACED PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable tablespace', 'e', 'changelog.yaml', NOW(), 13, '9:a6291110e8d2a036f2830b49e3fda89f', 'createTable tableName=spaced', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable ifNotExists::e
CREATE TABLE IF NOT EXISTS maybe (id INT NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable ifNotExists', 'e', 'changelog.yaml', NOW(), 15, '9:2af7260add10298c11003bcc24724e3e', 'createTable tableName=maybe', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable temporary::e
CREATE GLOBAL TEMPORARY TABLE temp1 (id INT NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable temporary', 'e', 'changelog.yaml', NOW(), 17, '9:a5619c6e24ae9bff0cde8a8d21a460f2', 'createTable tableName=temp1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable schema::e
CREATE TABLE other.far (id INT NOT NULL, CONSTRAINT PK_FAR PRIMARY KEY (id));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable schema', 'e', 'changelog.yaml', NOW(), 19, '9:5dabc94710f0fac5a8380518afca7639', 'createTable tableName=far', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable catalog::e
CREATE TABLE cat.farther (id INT NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable catalog', 'e', 'changelog.yaml', NOW(), 21, '9:0d4848c5c05b6ad1e6313260817aed02', 'createTable tableName=farther', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable deferrable key::e
CREATE TABLE defers (pid BIGINT NULL, CONSTRAINT fk_defers FOREIGN KEY (pid) REFERENCES person(id) INITIALLY DEFERRED DEFERRABLE);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable deferrable key', 'e', 'changelog.yaml', NOW(), 23, '9:159eeb4205176e87a2b6430bfa28141a', 'createTable tableName=defers', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable sequence default::e
CREATE TABLE seqd (id INT DEFAULT NEXT VALUE FOR seq1 NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable sequence default', 'e', 'changelog.yaml', NOW(), 25, '9:dd65ac455a7e368e4ee7c7bbcbe00dcc', 'createTable tableName=seqd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable defaults::e
CREATE TABLE defs (a VARCHAR(10) DEFAULT 'x' NULL, b CHAR(3) DEFAULT null NULL, c INT DEFAULT 5 NULL, d DECIMAL(5, 1) DEFAULT 2 NULL, e TINYINT(1) DEFAULT 0 NULL, f datetime DEFAULT '2020-01-02 03:04:05' NULL, g time DEFAULT '03:04:05' NULL, h BIT DEFAULT 1 NULL, i INT DEFAULT true NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable defaults', 'e', 'changelog.yaml', NOW(), 27, '9:a89f5656d4c556e768a193f2fd6611a7', 'createTable tableName=defs', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable default function::e
CREATE TABLE deff (a VARCHAR(10) DEFAULT USER NULL, b datetime DEFAULT NOW() NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable default function', 'e', 'changelog.yaml', NOW(), 29, '9:52e633b611a903bef731e3ae2e8ea174', 'createTable tableName=deff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createTable default constraint::e
CREATE TABLE defc (a INT DEFAULT 1 NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable default constraint', 'e', 'changelog.yaml', NOW(), 31, '9:683f02c04af0aee8bdd680b0775c992f', 'createTable tableName=defc', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn::e
ALTER TABLE person ADD city VARCHAR(30) DEFAULT 'x' NULL COMMENT 'the city' , ADD zip INT NOT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn', 'e', 'changelog.yaml', NOW(), 33, '9:c9d8de643e111f7a82523a7844708f8e', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn value::e
ALTER TABLE person ADD lang VARCHAR(5) NULL, ADD lvl INT DEFAULT 1 NULL;

UPDATE person SET lang = 'en';

UPDATE person SET lvl = 3;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn value', 'e', 'changelog.yaml', NOW(), 35, '9:6a90a3a0e63d5f7038759ae6278cf092', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn keys::e
ALTER TABLE person ADD u INT NULL, ADD boss BIGINT NULL;

ALTER TABLE person ADD CONSTRAINT uq_u UNIQUE (u);

ALTER TABLE person ADD CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES person (id) ON DELETE CASCADE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn keys', 'e', 'changelog.yaml', NOW(), 37, '9:afc17f4840e6e69c494f8ef26445222a', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn primary key::e
ALTER TABLE pair ADD k INT NOT NULL PRIMARY KEY;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn primary key', 'e', 'changelog.yaml', NOW(), 39, '9:c44a6e3cafb7c49f65d63abda66d7ff8', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn not null default::e
ALTER TABLE pair ADD nn TINYINT(1) DEFAULT 0 NOT NULL, ADD ts timestamp DEFAULT NOW() NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn not null default', 'e', 'changelog.yaml', NOW(), 41, '9:7960fb4acbeeadd09108deeb0b32270b', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addColumn after::e
ALTER TABLE pair ADD aft INT NULL AFTER a;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn after', 'e', 'changelog.yaml', NOW(), 43, '9:0d52c337576d69b798648d6192e35085', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropColumn::e
ALTER TABLE person DROP COLUMN zip;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropColumn', 'e', 'changelog.yaml', NOW(), 45, '9:76c08bad8a00f4650300b6af7a8eb303', 'dropColumn columnName=zip, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropColumn many::e
ALTER TABLE person DROP city, DROP lang;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropColumn many', 'e', 'changelog.yaml', NOW(), 47, '9:2b9e17a12e6bd1c65c6fe0d8c279305a', 'dropColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameColumn::e
ALTER TABLE person CHANGE age years INT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameColumn', 'e', 'changelog.yaml', NOW(), 49, '9:b9772baa1d99e9f1ee28bfb20c240dc4', 'renameColumn newColumnName=years, oldColumnName=age, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameColumn remarks::e
ALTER TABLE person CHANGE lvl level INT COMMENT 'the level';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameColumn remarks', 'e', 'changelog.yaml', NOW(), 51, '9:f6326e84a2b3be48bf94bf2515d7c150', 'renameColumn newColumnName=level, oldColumnName=lvl, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameTable::e
ALTER TABLE lone RENAME single;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameTable', 'e', 'changelog.yaml', NOW(), 53, '9:e2d3544b3f58a8fd0ef1825d87fa18a3', 'renameTable newTableName=single, oldTableName=lone', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameTable schema::e
ALTER TABLE other.far RENAME other.near;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameTable schema', 'e', 'changelog.yaml', NOW(), 55, '9:991cd23fe9f410b5f0d747053d630439', 'renameTable newTableName=near, oldTableName=far', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::modifyDataType::e
ALTER TABLE person MODIFY name VARCHAR(100);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('modifyDataType', 'e', 'changelog.yaml', NOW(), 57, '9:2c80859e73578053988a815c2547d804', 'modifyDataType columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::modifyDataType int::e
ALTER TABLE person MODIFY years BIGINT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('modifyDataType int', 'e', 'changelog.yaml', NOW(), 59, '9:b0e4f71f0c3d57390193c1bc9391d601', 'modifyDataType columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::mergeColumns::e
ALTER TABLE person ADD whole VARCHAR(99) NULL;

UPDATE person SET whole = CONCAT_WS(' ', first, last);

ALTER TABLE person DROP COLUMN first;

ALTER TABLE person DROP COLUMN last;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('mergeColumns', 'e', 'changelog.yaml', NOW(), 61, '9:774a83fab1cdf43465037bdf4352ef0d', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=whole, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addNotNullConstraint::e
ALTER TABLE person MODIFY born date NOT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint', 'e', 'changelog.yaml', NOW(), 63, '9:66ed6199ad5d4149da65dd20169696d2', 'addNotNullConstraint columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addNotNullConstraint filled::e
UPDATE person SET level = '0' WHERE level IS NULL;

ALTER TABLE person MODIFY level INT NOT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint filled', 'e', 'changelog.yaml', NOW(), 65, '9:301f7008cd2a46146a1a9c99264be248', 'addNotNullConstraint columnName=level, constraintName=nn_level, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addNotNullConstraint text::e
UPDATE person SET t = 'it''s' WHERE t IS NULL;

ALTER TABLE person MODIFY t VARCHAR(9) NOT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint text', 'e', 'changelog.yaml', NOW(), 67, '9:092eb3285765dfa19cdc0759d67ba626', 'addNotNullConstraint columnName=t, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropNotNullConstraint::e
ALTER TABLE person MODIFY born date NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropNotNullConstraint', 'e', 'changelog.yaml', NOW(), 69, '9:8de3ff05628d6e17fe34a09e24d43f7b', 'dropNotNullConstraint columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue::e
ALTER TABLE person ALTER name SET DEFAULT 'it''s';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue', 'e', 'changelog.yaml', NOW(), 71, '9:b7a0791ac4d343f50bf00f273285258b', 'addDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue numeric::e
ALTER TABLE person ALTER years SET DEFAULT 42;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue numeric', 'e', 'changelog.yaml', NOW(), 73, '9:609bc2bd3eb27a700c1ad3cd5f71c265', 'addDefaultValue columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue boolean::e
ALTER TABLE person ALTER active SET DEFAULT 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue boolean', 'e', 'changelog.yaml', NOW(), 75, '9:3d956c38baf466c2c3981dad77136f22', 'addDefaultValue columnName=active, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue date::e
ALTER TABLE person ALTER born SET DEFAULT '2001-02-03';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue date', 'e', 'changelog.yaml', NOW(), 77, '9:d4d9538aa6665134d90830182c2e5ed5', 'addDefaultValue columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue moment::e
ALTER TABLE person ALTER at SET DEFAULT '2001-02-03 04:05:06';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue moment', 'e', 'changelog.yaml', NOW(), 79, '9:f4b7938970bfd1f256b60ddc1c31c608', 'addDefaultValue columnName=at, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue computed::e
ALTER TABLE person ALTER at SET DEFAULT (CURRENT_TIMESTAMP);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue computed', 'e', 'changelog.yaml', NOW(), 81, '9:242c102b094fe26cf3b3bfdaf5ac7b5c', 'addDefaultValue columnName=at, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue sequence::e
ALTER TABLE person ALTER years SET DEFAULT (seq1);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue sequence', 'e', 'changelog.yaml', NOW(), 83, '9:0e345b0e69116aa50f2c4a71383b1990', 'addDefaultValue columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue constraint::e
ALTER TABLE person ALTER score SET DEFAULT 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue constraint', 'e', 'changelog.yaml', NOW(), 85, '9:3d2c2da187ba60d6f569b8ec7d0a544e', 'addDefaultValue columnName=score, defaultValueConstraintName=df_score, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addDefaultValue untyped::e
ALTER TABLE person ALTER score SET DEFAULT 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue untyped', 'e', 'changelog.yaml', NOW(), 87, '9:c547703f3f0516678fc69a0c06321fab', 'addDefaultValue columnName=score, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropDefaultValue::e
ALTER TABLE person ALTER name DROP DEFAULT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropDefaultValue', 'e', 'changelog.yaml', NOW(), 89, '9:75a67b6e9e0a7c107dbe2f7c7f8b5a79', 'dropDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropDefaultValue untyped::e
ALTER TABLE person ALTER name DROP DEFAULT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropDefaultValue untyped', 'e', 'changelog.yaml', NOW(), 91, '9:7ae2e7e2c0305be91bf8a71fc84268a9', 'dropDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addAutoIncrement::e
ALTER TABLE pair MODIFY a INT AUTO_INCREMENT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addAutoIncrement', 'e', 'changelog.yaml', NOW(), 93, '9:fe4fc2665bf0b0016c67571035d0651d', 'addAutoIncrement columnName=a, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addAutoIncrement start::e
ALTER TABLE pair MODIFY b BIGINT AUTO_INCREMENT;

ALTER TABLE pair AUTO_INCREMENT=50;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addAutoIncrement start', 'e', 'changelog.yaml', NOW(), 95, '9:f870408522ae86ff292ff655043ad34f', 'addAutoIncrement columnName=b, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addAutoIncrement always::e
ALTER TABLE pair MODIFY b BIGINT AUTO_INCREMENT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addAutoIncrement always', 'e', 'changelog.yaml', NOW(), 97, '9:3a7f9ba9686b3c3cc2866ccb614b9362', 'addAutoIncrement columnName=b, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addPrimaryKey::e
ALTER TABLE single ADD PRIMARY KEY (id);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey', 'e', 'changelog.yaml', NOW(), 99, '9:24da5e90b46435fc001341d4f87232cc', 'addPrimaryKey tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addPrimaryKey named::e
ALTER TABLE single ADD PRIMARY KEY (id, n);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey named', 'e', 'changelog.yaml', NOW(), 101, '9:19e7adf4bd0962842af9a7c2ccaf2c0b', 'addPrimaryKey constraintName=pk_single, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addPrimaryKey nonclustered::e
ALTER TABLE single ADD PRIMARY KEY (id);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey nonclustered', 'e', 'changelog.yaml', NOW(), 103, '9:98987609e2cd44341d68f024de84a90b', 'addPrimaryKey constraintName=pk_nc, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropPrimaryKey::e
ALTER TABLE single DROP PRIMARY KEY;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropPrimaryKey', 'e', 'changelog.yaml', NOW(), 105, '9:0220fc6f0569c886d06b20b5010c1895', 'dropPrimaryKey constraintName=pk_single, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropPrimaryKey unnamed::e
ALTER TABLE single DROP PRIMARY KEY;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropPrimaryKey unnamed', 'e', 'changelog.yaml', NOW(), 107, '9:fa8e754a4c328ea2e4ba45b710343693', 'dropPrimaryKey tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint::e
ALTER TABLE pair ADD CONSTRAINT fk_ab FOREIGN KEY (a, b) REFERENCES single (x, y);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint', 'e', 'changelog.yaml', NOW(), 109, '9:47e22110919945d9b7e99342375d2ac1', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_ab, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint delete CASCADE::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE CASCADE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete CASCADE', 'e', 'changelog.yaml', NOW(), 111, '9:5cf31cdbbe4a3280279957f5c7bb2afa', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint update CASCADE::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE CASCADE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update CASCADE', 'e', 'changelog.yaml', NOW(), 113, '9:aa484881bcaefa4c131700136d209de2', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint delete SET NULL::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE SET NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete SET NULL', 'e', 'changelog.yaml', NOW(), 115, '9:81362873aaf1241b676d5b2ba64dcfe5', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint update SET NULL::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE SET NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update SET NULL', 'e', 'changelog.yaml', NOW(), 117, '9:0065e29e063b3f1d45cbd545a7e9cc13', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint delete SET DEFAULT::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE SET DEFAULT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete SET DEFAULT', 'e', 'changelog.yaml', NOW(), 119, '9:bd49f98dfb09f135ff674ef3fb2154c0', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint update SET DEFAULT::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE SET DEFAULT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update SET DEFAULT', 'e', 'changelog.yaml', NOW(), 121, '9:8eaa3606156067350cc8685a285a5a3f', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint delete RESTRICT::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE RESTRICT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete RESTRICT', 'e', 'changelog.yaml', NOW(), 123, '9:a0fffad41760b086123cb593f13f5faf', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint update RESTRICT::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE RESTRICT;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update RESTRICT', 'e', 'changelog.yaml', NOW(), 125, '9:d4a8e675d9482ecb437055d080d9b599', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint delete NO ACTION::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE NO ACTION;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete NO ACTION', 'e', 'changelog.yaml', NOW(), 127, '9:99a309e421b21cf36fa9e436b2352f0a', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint update NO ACTION::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE NO ACTION;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update NO ACTION', 'e', 'changelog.yaml', NOW(), 129, '9:9d9f1c8ee7f6c786a0f2ed096371940c', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint unvalidated::e
ALTER TABLE pair ADD CONSTRAINT fk_nv FOREIGN KEY (a) REFERENCES single (x);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint unvalidated', 'e', 'changelog.yaml', NOW(), 131, '9:c5873da76c93475386b7ceb712d84ad5', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_nv, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addForeignKeyConstraint schema::e
ALTER TABLE s1.pair ADD CONSTRAINT fk_s FOREIGN KEY (a) REFERENCES s2.single (x);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint schema', 'e', 'changelog.yaml', NOW(), 133, '9:68b0d8280c6e5a023a9a9da6bd1abcc7', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_s, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropForeignKeyConstraint::e
ALTER TABLE pair DROP FOREIGN KEY fk_ab;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropForeignKeyConstraint', 'e', 'changelog.yaml', NOW(), 135, '9:7f826ddb4d043cd7fb976256fd60b7ff', 'dropForeignKeyConstraint baseTableName=pair, constraintName=fk_ab', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint::e
ALTER TABLE pair ADD CONSTRAINT uq_ab UNIQUE (a, b);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint', 'e', 'changelog.yaml', NOW(), 137, '9:e5118391f6c1225f7815bb9eae2480fa', 'addUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint unnamed::e
ALTER TABLE pair ADD UNIQUE (a);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint unnamed', 'e', 'changelog.yaml', NOW(), 139, '9:71655781fe3270e56a32ab5472c9a418', 'addUniqueConstraint tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint tablespace::e
ALTER TABLE pair ADD CONSTRAINT uq_t UNIQUE (a);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint tablespace', 'e', 'changelog.yaml', NOW(), 141, '9:35deb283b0a5f1e9ef6001dcff0391c1', 'addUniqueConstraint constraintName=uq_t, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint deferrable::e
ALTER TABLE pair ADD CONSTRAINT uq_d UNIQUE (a);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint deferrable', 'e', 'changelog.yaml', NOW(), 143, '9:a88f2169b3b55dcdc361b34bb56fa960', 'addUniqueConstraint constraintName=uq_d, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint disabled::e
ALTER TABLE pair ADD CONSTRAINT uq_x UNIQUE (a);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint disabled', 'e', 'changelog.yaml', NOW(), 145, '9:313d5de13227b6c08b6a236cd19acb17', 'addUniqueConstraint constraintName=uq_x, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addUniqueConstraint unvalidated::e
ALTER TABLE pair ADD CONSTRAINT uq_v UNIQUE (a);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint unvalidated', 'e', 'changelog.yaml', NOW(), 147, '9:77a73bcfac0cf0b02136ee9d6c54e021', 'addUniqueConstraint constraintName=uq_v, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropUniqueConstraint::e
ALTER TABLE pair DROP KEY uq_ab;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropUniqueConstraint', 'e', 'changelog.yaml', NOW(), 149, '9:7a60270586ab43985efb2c5f00895b42', 'dropUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropUniqueConstraint columns::e
ALTER TABLE pair DROP KEY uq_ab;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropUniqueConstraint columns', 'e', 'changelog.yaml', NOW(), 151, '9:2e8aff13fd5a93833e77d40d8955fc5f', 'dropUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex::e
CREATE INDEX ix_name ON person(name, years);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex', 'e', 'changelog.yaml', NOW(), 153, '9:a6861d692306b959b80125e643dbf091', 'createIndex indexName=ix_name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex unique::e
CREATE UNIQUE INDEX ix_u ON person(mail);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex unique', 'e', 'changelog.yaml', NOW(), 155, '9:9df9c2e33178ecd65cd4378aede25d99', 'createIndex indexName=ix_u, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex descending::e
CREATE INDEX ix_d ON person(years DESC);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex descending', 'e', 'changelog.yaml', NOW(), 157, '9:ed4071dbf70f3f132f2e2fac5b42e4f4', 'createIndex indexName=ix_d, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex mixed::e
CREATE INDEX ix_m ON person(name, years DESC);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex mixed', 'e', 'changelog.yaml', NOW(), 159, '9:c115f36c7a3505e334be7e577ef4c996', 'createIndex indexName=ix_m, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex computed::e
CREATE INDEX ix_c ON person(lower(name));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex computed', 'e', 'changelog.yaml', NOW(), 161, '9:86b959b9f49c8b11a7f83aacd8e917f5', 'createIndex indexName=ix_c, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex unnamed::e
CREATE INDEX ON person(years);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex unnamed', 'e', 'changelog.yaml', NOW(), 163, '9:3de44c8b73cfc91fa0cac4a225e8cfd5', 'createIndex tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex clustered::e
CREATE INDEX ix_cl ON person(years);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex clustered', 'e', 'changelog.yaml', NOW(), 165, '9:a29cb0ff7efb72e7b77bea25899ecd9c', 'createIndex indexName=ix_cl, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex schema::e
CREATE INDEX ix_s ON other.near(id);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex schema', 'e', 'changelog.yaml', NOW(), 167, '9:575cbffc733bb3bd83f1ec739655548f', 'createIndex indexName=ix_s, tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createIndex associated::e
INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex associated', 'e', 'changelog.yaml', NOW(), 169, '9:9326d8b51f39df981cb852ebd61fd1e0', 'createIndex indexName=ix_as, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropIndex::e
DROP INDEX ix_name ON person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropIndex', 'e', 'changelog.yaml', NOW(), 171, '9:25bc2c31309fa298a2d5d225f048fa28', 'dropIndex indexName=ix_name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropIndex schema::e
DROP INDEX ix_s ON other.near;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropIndex schema', 'e', 'changelog.yaml', NOW(), 173, '9:35dc16e10fd3136193f0f1c0e3642e00', 'dropIndex indexName=ix_s, tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence::e
CREATE SEQUENCE seq1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence', 'e', 'changelog.yaml', NOW(), 175, '9:e21f5638a004324937e0bb613aac42af', 'createSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence start::e
CREATE SEQUENCE seq2 START WITH 10;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence start', 'e', 'changelog.yaml', NOW(), 177, '9:22bb98741195867eac4ea6d9e6085fc7', 'createSequence sequenceName=seq2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence step::e
CREATE SEQUENCE seq3 INCREMENT BY 5;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence step', 'e', 'changelog.yaml', NOW(), 179, '9:42f2e8afe9ca21404bffde2336b0402e', 'createSequence sequenceName=seq3', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence bounds::e
CREATE SEQUENCE seq4 MINVALUE 1 MAXVALUE 1000;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence bounds', 'e', 'changelog.yaml', NOW(), 181, '9:af65ae39afe7380f1b49b8f478a75b68', 'createSequence sequenceName=seq4', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence cycle::e
CREATE SEQUENCE seq5 CYCLE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence cycle', 'e', 'changelog.yaml', NOW(), 183, '9:068dc4d5a36b04247c547c26eb7f3bf6', 'createSequence sequenceName=seq5', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence cache::e
CREATE SEQUENCE seq6 CACHE 20;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence cache', 'e', 'changelog.yaml', NOW(), 185, '9:51deda6be121d8d35af85eee0fbff436', 'createSequence sequenceName=seq6', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence no cache::e
CREATE SEQUENCE seq6b CACHE 0;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence no cache', 'e', 'changelog.yaml', NOW(), 187, '9:3b035e0d0d793d0570e44a6448f80270', 'createSequence sequenceName=seq6b', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence ordered::e
CREATE SEQUENCE seq7;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence ordered', 'e', 'changelog.yaml', NOW(), 189, '9:149d8f27b9938dc2544bff3d8ae5fb85', 'createSequence sequenceName=seq7', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence unordered::e
CREATE SEQUENCE seq7b;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence unordered', 'e', 'changelog.yaml', NOW(), 191, '9:7ca008c7f3061fa5fb7a8eb6cb826154', 'createSequence sequenceName=seq7b', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createSequence schema::e
CREATE SEQUENCE other.seq9;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence schema', 'e', 'changelog.yaml', NOW(), 193, '9:943729a325a33d9f030f570134b4c0f9', 'createSequence sequenceName=seq9', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence step::e
ALTER SEQUENCE seq1 INCREMENT BY 2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence step', 'e', 'changelog.yaml', NOW(), 195, '9:57f27ace496ffe2b304c283bdde3dda5', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence bounds::e
ALTER SEQUENCE seq1 MINVALUE 1 MAXVALUE 99;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence bounds', 'e', 'changelog.yaml', NOW(), 197, '9:f90423b266a88c466b23de575355a996', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence maximum::e
ALTER SEQUENCE seq1 MAXVALUE 99;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence maximum', 'e', 'changelog.yaml', NOW(), 199, '9:1aa47d2fd96e2fc75fbc79c1f73908f1', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence cycle::e
ALTER SEQUENCE seq1 CYCLE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence cycle', 'e', 'changelog.yaml', NOW(), 201, '9:0f5b213f769b1444bf3db6ca2ec16a21', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence no cycle::e
ALTER SEQUENCE seq1 NOCYCLE;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence no cycle', 'e', 'changelog.yaml', NOW(), 203, '9:6a04f16669281792d08dc3a8144a22e0', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence cache::e
ALTER SEQUENCE seq1 CACHE 7;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence cache', 'e', 'changelog.yaml', NOW(), 205, '9:5e5a14f5b880a7d598db5129c426a43d', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::alterSequence ordered::e
ALTER SEQUENCE seq1 ORDER;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence ordered', 'e', 'changelog.yaml', NOW(), 207, '9:88ee33a92c40e0cb961a819f0e59b9f5', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameSequence::e
ALTER SEQUENCE seq2 RENAME TO seq2b;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameSequence', 'e', 'changelog.yaml', NOW(), 209, '9:9f38c9d387ec20ea56be3070a4cf677a', 'renameSequence newSequenceName=seq2b, oldSequenceName=seq2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropSequence::e
DROP SEQUENCE seq3;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropSequence', 'e', 'changelog.yaml', NOW(), 211, '9:0f481019c0d202aaf850882db11f3dcc', 'dropSequence sequenceName=seq3', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::insert sequence::e
INSERT INTO pair (a) VALUES (NEXT VALUE FOR seq1);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert sequence', 'e', 'changelog.yaml', NOW(), 213, '9:a783b8c8d00440edcb1932c0be2aaffe', 'insert tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createView::e
CREATE VIEW v1 AS select id, name from person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView', 'e', 'changelog.yaml', NOW(), 215, '9:201850f17c67a3cc96d6237b1dc627e3', 'createView viewName=v1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createView replace::e
CREATE OR REPLACE VIEW v2 AS select id from person where name = 'it''s';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView replace', 'e', 'changelog.yaml', NOW(), 217, '9:386c3ec6ebbf78fdf0886fcc12331930', 'createView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createView full::e
create view v3 as select 1 as one from person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView full', 'e', 'changelog.yaml', NOW(), 219, '9:42a3fbdb323100ffe4068a40bb9a67d5', 'createView viewName=v3', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createView schema::e
CREATE VIEW other.v4 AS select id from person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView schema', 'e', 'changelog.yaml', NOW(), 221, '9:3f69eac7666244dc6857972111fa3843', 'createView viewName=v4', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createView remarks::e
CREATE VIEW v5 AS select id from person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView remarks', 'e', 'changelog.yaml', NOW(), 223, '9:e2c6d90d0d8b89a52461f6ddf5a8f944', 'createView viewName=v5', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::renameView::e
RENAME TABLE v1 TO v1b;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameView', 'e', 'changelog.yaml', NOW(), 225, '9:5ac0eedf35fdb0a6462ea0d754550564', 'renameView newViewName=v1b, oldViewName=v1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropView::e
DROP VIEW v2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropView', 'e', 'changelog.yaml', NOW(), 227, '9:958aaf45cc83365331ed672cbcf9a97a', 'dropView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropView ifExists::e
DROP VIEW IF EXISTS v2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropView ifExists', 'e', 'changelog.yaml', NOW(), 229, '9:6b25c7dfb99bb5b0d4c315e14cf746b5', 'dropView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::createProcedure::e
create procedure p1 as begin null; end;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createProcedure', 'e', 'changelog.yaml', NOW(), 231, '9:2c27f209ad6bf3b70c6bd49994bdda4d', 'createProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropProcedure::e
DROP PROCEDURE p1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropProcedure', 'e', 'changelog.yaml', NOW(), 233, '9:bec6dfd7884001de62e95dfb229170b3', 'dropProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropProcedure schema::e
DROP PROCEDURE other.p1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropProcedure schema', 'e', 'changelog.yaml', NOW(), 235, '9:233d4a45e6b909b36da24988c9dac8a8', 'dropProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::insert::e
INSERT INTO person (id, name, active, born, at, mail, score, x, y, z, w) VALUES (1, 'O''Hara', 1, '2001-02-03', '2001-02-03 04:05:06', NULL, 1.50, 1+1, NOW(), '04:05:06', 0);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert', 'e', 'changelog.yaml', NOW(), 237, '9:fd75b01244b38f6fc5628f134394aece', 'insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::insert fraction::e
INSERT INTO person (at, t, e, b, nl) VALUES ('2001-02-03 04:05:06.789', 'größe', '', 'back\\slash', 'two
lines');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert fraction', 'e', 'changelog.yaml', NOW(), 239, '9:07bb56fa8e16ad887aeb6ddb69c55926', 'insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::update::e
UPDATE person SET active = 0, born = '2001-02-03', name = 'x' WHERE id = 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('update', 'e', 'changelog.yaml', NOW(), 241, '9:a3d18f73f4ec1b3bf4da1cb0197908a7', 'update tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::update params::e
UPDATE person SET name = 'x' WHERE id = 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('update params', 'e', 'changelog.yaml', NOW(), 243, '9:77bd644462b9822bb66f6a39a18a0ded', 'update tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::delete::e
DELETE FROM person WHERE id = 1;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('delete', 'e', 'changelog.yaml', NOW(), 245, '9:7f1d843e2a3ed21042232bbca28f89eb', 'delete tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::delete all::e
DELETE FROM person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('delete all', 'e', 'changelog.yaml', NOW(), 247, '9:76ffc05e0dbc9ed8f85571a21e90d0ee', 'delete tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::loadData::e
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES (1, 'O''Hara', 1, '2001-02-03'),(2, NULL, 0, '2001-02-03 04:05:06');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadData', 'e', 'changelog.yaml', NOW(), 249, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::loadData plain::e
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES ('1', 'O''Hara', 'true', '2001-02-03'),('2', NULL, 'false', '2001-02-03T04:05:06');

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadData plain', 'e', 'changelog.yaml', NOW(), 251, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::loadUpdateData::e
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES (1, 'O''Hara', 1, '2001-02-03')
ON DUPLICATE KEY UPDATE name = 'O''Hara',active = 1,born = '2001-02-03';

INSERT INTO person (id, name, active, born) VALUES (2, NULL, 0, '2001-02-03 04:05:06')
ON DUPLICATE KEY UPDATE name = null,active = 0,born = '2001-02-03 04:05:06';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadUpdateData', 'e', 'changelog.yaml', NOW(), 253, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadUpdateData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::loadUpdateData only::e
--  WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
UPDATE person SET active = 1, born = '2001-02-03', name = 'O''Hara' WHERE id = 1;

UPDATE person SET active = 0, born = '2001-02-03 04:05:06', name = NULL WHERE id = 2;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadUpdateData only', 'e', 'changelog.yaml', NOW(), 255, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadUpdateData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::addLookupTable::e
CREATE TABLE state AS SELECT DISTINCT state AS abbr FROM person WHERE state IS NOT NULL;

ALTER TABLE state MODIFY abbr CHAR(2) NOT NULL;

ALTER TABLE state ADD PRIMARY KEY (abbr);

ALTER TABLE person ADD CONSTRAINT fk_state FOREIGN KEY (state) REFERENCES state (abbr);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addLookupTable', 'e', 'changelog.yaml', NOW(), 257, '9:fe469604a46cbf543882bdbcef4d47aa', 'addLookupTable constraintName=fk_state, existingColumnName=state, existingTableName=person, newColumnName=abbr, newTableName=state', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::setTableRemarks::e
ALTER TABLE person COMMENT = 'it''s more';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('setTableRemarks', 'e', 'changelog.yaml', NOW(), 259, '9:35b84f49093a56d841398d3a9c5d70dd', 'setTableRemarks tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::setColumnRemarks::e
ALTER TABLE person MODIFY COLUMN name VARCHAR(50) COMMENT 'it''s more';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('setColumnRemarks', 'e', 'changelog.yaml', NOW(), 261, '9:4058a3bc1b00d4052c5df04b3bebad20', 'setColumnRemarks columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropTable::e
DROP TABLE pair;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable', 'e', 'changelog.yaml', NOW(), 263, '9:69083e4a7c2bc5cc948f1d979c4e0b4c', 'dropTable tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropTable cascade::e
DROP TABLE person;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable cascade', 'e', 'changelog.yaml', NOW(), 265, '9:60d29b276ea501e60619c0fff3e41394', 'dropTable tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::dropTable schema::e
DROP TABLE other.near;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable schema', 'e', 'changelog.yaml', NOW(), 267, '9:2f6d07f05843a896c01c3991f65ae9cb', 'dropTable tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::sql::e
update a set b = 'x;y';

-- c
select 1 from a;

delete from a;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql', 'e', 'changelog.yaml', NOW(), 269, '9:c85f9a0852712d1351f804c2103d8330', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::sql comments::e
update a set b = 1;

delete  from a;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql comments', 'e', 'changelog.yaml', NOW(), 271, '9:5d3053eb603bd1bf451a12d6fead7922', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::sql unsplit::e
begin x; y; end;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql unsplit', 'e', 'changelog.yaml', NOW(), 273, '9:89b08a52f54c89f592db6456aa6232cc', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::sql delimiter::e
update a set b = 1/

delete from a/

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql delimiter', 'e', 'changelog.yaml', NOW(), 275, '9:317b4a0e27fec2e6560b572bd772187e', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::sqlFile::e
insert into a values (1);

insert into a values (2);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sqlFile', 'e', 'changelog.yaml', NOW(), 277, '9:cdf79b64edfaf983d8a72afa552052dc', 'sqlFile path=s.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::empty::e
INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('empty', 'e', 'changelog.yaml', NOW(), 279, '9:7a37a4e4638085400ecf49cb0bebb7de', 'empty', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::output::e
INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('output', 'e', 'changelog.yaml', NOW(), 281, '9:67d366524d48d6f73cb559d394191ac5', 'output', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::tagDatabase::e
INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID, TAG) VALUES ('tagDatabase', 'e', 'changelog.yaml', NOW(), 283, '9:635ff1e577e13420abaf0552fb77ab20', 'tagDatabase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>', 'v1');

--  Changeset changelog.yaml::quote all table::e
CREATE TABLE `order` (`Id` INT NOT NULL, `user` INT NULL, `with space` INT NULL, `far` INT NULL, CONSTRAINT `PK_ORDER` PRIMARY KEY (`Id`), CONSTRAINT `fk Far` FOREIGN KEY (`far`) REFERENCES Other(Id), CONSTRAINT `Uq User` UNIQUE (`user`));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all table', 'e', 'changelog.yaml', NOW(), 285, '9:3cf3732e61aef3bb78237a0fa1a65431', 'createTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all column::e
ALTER TABLE `order` ADD `Group` INT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all column', 'e', 'changelog.yaml', NOW(), 287, '9:781ba3e36f65b8215f13270536b9ae29', 'addColumn tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all index::e
CREATE INDEX `Ix Order` ON `order`(`user`, `Group`);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all index', 'e', 'changelog.yaml', NOW(), 289, '9:b5ecb23ace2723dae64fac1544251a9a', 'createIndex indexName=Ix Order, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all key::e
ALTER TABLE `order` ADD CONSTRAINT `Fk` FOREIGN KEY (`Group`) REFERENCES `Other` (`Id`);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all key', 'e', 'changelog.yaml', NOW(), 291, '9:3ca101335ae9f556e2d19936b957c6d9', 'addForeignKeyConstraint baseTableName=order, constraintName=Fk, referencedTableName=Other', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all rows::e
INSERT INTO `order` (`Id`, `with space`) VALUES (1, 2);

UPDATE `order` SET `user` = 2 WHERE Id = 1;

DELETE FROM `order`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all rows', 'e', 'changelog.yaml', NOW(), 293, '9:9edbf30f94aa6577caf16e7e0b4c738f', 'insert tableName=order; update tableName=order; delete tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all sequence::e
CREATE SEQUENCE `Select`;

DROP SEQUENCE `Select`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all sequence', 'e', 'changelog.yaml', NOW(), 295, '9:a356f8c4673f18faf7a40f3250c5c949', 'createSequence sequenceName=Select; dropSequence sequenceName=Select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all view::e
CREATE VIEW `Table` AS select 1 from x;

DROP VIEW `Table`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all view', 'e', 'changelog.yaml', NOW(), 297, '9:d545c50e177ec512cab248f61f2a3b8f', 'createView viewName=Table; dropView viewName=Table', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all drops::e
DROP INDEX `Ix Order` ON `order`;

ALTER TABLE `order` DROP FOREIGN KEY `Fk`;

ALTER TABLE `order` DROP COLUMN `Group`;

DROP TABLE `order`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all drops', 'e', 'changelog.yaml', NOW(), 299, '9:54d8a3b3938d386290c57ae2afc81a89', 'dropIndex indexName=Ix Order, tableName=order; dropForeignKeyConstraint baseTableName=order, constraintName=Fk; dropColumn columnName=Group, tableName=order; dropTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote all remarks::e
ALTER TABLE `order` COMMENT = 'x';

ALTER TABLE `order` MODIFY COLUMN `user` INT COMMENT 'y';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all remarks', 'e', 'changelog.yaml', NOW(), 301, '9:3dd3c729a8a2163ac4f909494593fc3d', 'setTableRemarks tableName=order; setColumnRemarks columnName=user, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved table::e
CREATE TABLE `order` (Id INT NOT NULL, user INT NULL, `with space` INT NULL, far INT NULL, CONSTRAINT PK_ORDER PRIMARY KEY (Id), CONSTRAINT `fk Far` FOREIGN KEY (far) REFERENCES Other(Id), CONSTRAINT `Uq User` UNIQUE (user));

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved table', 'e', 'changelog.yaml', NOW(), 303, '9:3cf3732e61aef3bb78237a0fa1a65431', 'createTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved column::e
ALTER TABLE `order` ADD `Group` INT NULL;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved column', 'e', 'changelog.yaml', NOW(), 305, '9:781ba3e36f65b8215f13270536b9ae29', 'addColumn tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved index::e
CREATE INDEX `Ix Order` ON `order`(user, `Group`);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved index', 'e', 'changelog.yaml', NOW(), 307, '9:b5ecb23ace2723dae64fac1544251a9a', 'createIndex indexName=Ix Order, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved key::e
ALTER TABLE `order` ADD CONSTRAINT Fk FOREIGN KEY (`Group`) REFERENCES Other (Id);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved key', 'e', 'changelog.yaml', NOW(), 309, '9:3ca101335ae9f556e2d19936b957c6d9', 'addForeignKeyConstraint baseTableName=order, constraintName=Fk, referencedTableName=Other', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved rows::e
INSERT INTO `order` (Id, `with space`) VALUES (1, 2);

UPDATE `order` SET user = 2 WHERE Id = 1;

DELETE FROM `order`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved rows', 'e', 'changelog.yaml', NOW(), 311, '9:9edbf30f94aa6577caf16e7e0b4c738f', 'insert tableName=order; update tableName=order; delete tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved sequence::e
CREATE SEQUENCE `Select`;

DROP SEQUENCE `Select`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved sequence', 'e', 'changelog.yaml', NOW(), 313, '9:a356f8c4673f18faf7a40f3250c5c949', 'createSequence sequenceName=Select; dropSequence sequenceName=Select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved view::e
CREATE VIEW `Table` AS select 1 from x;

DROP VIEW `Table`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved view', 'e', 'changelog.yaml', NOW(), 315, '9:d545c50e177ec512cab248f61f2a3b8f', 'createView viewName=Table; dropView viewName=Table', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved drops::e
DROP INDEX `Ix Order` ON `order`;

ALTER TABLE `order` DROP FOREIGN KEY Fk;

ALTER TABLE `order` DROP COLUMN `Group`;

DROP TABLE `order`;

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved drops', 'e', 'changelog.yaml', NOW(), 317, '9:54d8a3b3938d386290c57ae2afc81a89', 'dropIndex indexName=Ix Order, tableName=order; dropForeignKeyConstraint baseTableName=order, constraintName=Fk; dropColumn columnName=Group, tableName=order; dropTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::quote reserved remarks::e
ALTER TABLE `order` COMMENT = 'x';

ALTER TABLE `order` MODIFY COLUMN user INT COMMENT 'y';

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved remarks', 'e', 'changelog.yaml', NOW(), 319, '9:3dd3c729a8a2163ac4f909494593fc3d', 'setTableRemarks tableName=order; setColumnRemarks columnName=user, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

--  Changeset changelog.yaml::reserved words::e
CREATE TABLE words (`select` INT NULL, `table` INT NULL, `column` INT NULL, `key` INT NULL, value INT NULL, `index` INT NULL, date INT NULL, time INT NULL, timestamp INT NULL, `group` INT NULL, type INT NULL, name INT NULL, level INT NULL, user INT NULL, session INT NULL, position INT NULL, year INT NULL, rows INT NULL, `limit` INT NULL, offset INT NULL, `check` INT NULL, `desc` INT NULL, row INT NULL, comment INT NULL, status INT NULL, `role` INT NULL, data INT NULL, text INT NULL, password INT NULL, active INT NULL, end INT NULL, first INT NULL, last INT NULL, result INT NULL, `schema` INT NULL, `read` INT NULL, function INT NULL, `trigger` INT NULL);

INSERT INTO databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, `DESCRIPTION`, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('reserved words', 'e', 'changelog.yaml', NOW(), 321, '9:4e11d485ca2fd1d88bd5e56524e1ecdb', 'createTable tableName=words', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
