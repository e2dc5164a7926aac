-- Update Database Script
-- Change Log: changelog.yaml

-- Changeset changelog.yaml::createTable::e
CREATE TABLE person (id BIGINT NOT NULL, name VARCHAR(50) DEFAULT 'it''s' NOT NULL, age INT DEFAULT 7, active BOOLEAN DEFAULT TRUE NOT NULL, born date DEFAULT '2001-02-03', at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, mail VARCHAR(80), score DECIMAL(10, 2), CONSTRAINT pk_person PRIMARY KEY (id), CONSTRAINT uq_mail UNIQUE (mail));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 1, '9:3e1a6837c9f96d9a48a6abafaea63027', 'createTable tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable unnamed unique::e
CREATE TABLE single (x INT, UNIQUE (x));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable unnamed unique', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 3, '9:d21784566b4fcee73115c26c04f0aa92', 'createTable tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable composite::e
CREATE TABLE pair (a INT NOT NULL, b INT NOT NULL, person_id BIGINT, CONSTRAINT PK_PAIR PRIMARY KEY (a, b), CONSTRAINT fk_pair_person FOREIGN KEY (person_id) REFERENCES person(id) ON DELETE CASCADE);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable composite', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 5, '9:5b0c9df5dad561dc14ab17d6874f39c3', 'createTable tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable unnamed key::e
CREATE TABLE lone (id INT NOT NULL, n INT DEFAULT 0, CONSTRAINT PK_LONE PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable unnamed key', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 7, '9:960527e70ac105a08b428e010cd39c0b', 'createTable tableName=lone', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable counted::e
CREATE TABLE counted (id BIGINT NOT NULL, CONSTRAINT PK_COUNTED PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable counted', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 9, '9:2a7674b8e0184ce18fae504984225f67', 'createTable tableName=counted', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable counted by::e
CREATE TABLE stepped (id INT NOT NULL, CONSTRAINT PK_STEPPED PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable counted by', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 11, '9:a9d93012bcd61ee62bea257a3d4923e2', 'createTable tableName=stepped', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable bare identity::e
CREATE TABLE ident (id INT, v VARCHAR(5));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable bare identity', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 13, '9:be604a53e6dfc26d6c4759b9b20cd50b', 'createTable tableName=ident', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable tablespace::e
CREATE TABLE spaced (id INT NOT NULL, CONSTRAINT PK_SPACED PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable tablespace', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 15, '9:a6291110e8d2a036f2830b49e3fda89f', 'createTable tableName=spaced', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable ifNotExists::e
CREATE TABLE maybe (id INT);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable ifNotExists', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 17, '9:2af7260add10298c11003bcc24724e3e', 'createTable tableName=maybe', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable temporary::e
CREATE GLOBAL TEMPORARY TABLE temp1 (id INT);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable temporary', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 19, '9:a5619c6e24ae9bff0cde8a8d21a460f2', 'createTable tableName=temp1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable schema::e
CREATE TABLE far (id INT NOT NULL, CONSTRAINT PK_FAR PRIMARY KEY (id));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 21, '9:5dabc94710f0fac5a8380518afca7639', 'createTable tableName=far', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable catalog::e
CREATE TABLE farther (id INT);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable catalog', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 23, '9:0d4848c5c05b6ad1e6313260817aed02', 'createTable tableName=farther', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable deferrable key::e
CREATE TABLE defers (pid BIGINT, CONSTRAINT fk_defers FOREIGN KEY (pid) REFERENCES person(id) INITIALLY DEFERRED DEFERRABLE);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable deferrable key', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 25, '9:159eeb4205176e87a2b6430bfa28141a', 'createTable tableName=defers', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable sequence default::e
CREATE TABLE seqd (id INT DEFAULT NEXT VALUE FOR seq1);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable sequence default', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 27, '9:dd65ac455a7e368e4ee7c7bbcbe00dcc', 'createTable tableName=seqd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable defaults::e
CREATE TABLE defs (a VARCHAR(10) DEFAULT 'x', b CHAR(3) DEFAULT null, c INT DEFAULT 5, d DECIMAL(5, 1) DEFAULT 2, e BOOLEAN DEFAULT FALSE, f TIMESTAMP DEFAULT '2020-01-02 03:04:05', g time DEFAULT '03:04:05', h BOOLEAN DEFAULT TRUE, i INT DEFAULT true);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable defaults', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 29, '9:a89f5656d4c556e768a193f2fd6611a7', 'createTable tableName=defs', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable default function::e
CREATE TABLE deff (a VARCHAR(10) DEFAULT USER, b TIMESTAMP DEFAULT CURRENT_TIMESTAMP);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable default function', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 31, '9:52e633b611a903bef731e3ae2e8ea174', 'createTable tableName=deff', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createTable default constraint::e
CREATE TABLE defc (a INT DEFAULT 1);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createTable default constraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 33, '9:683f02c04af0aee8bdd680b0775c992f', 'createTable tableName=defc', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn::e
ALTER TABLE person ADD city VARCHAR(30) DEFAULT 'x';

ALTER TABLE person ADD zip INT NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 35, '9:c9d8de643e111f7a82523a7844708f8e', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn value::e
ALTER TABLE person ADD lang VARCHAR(5);

ALTER TABLE person ADD lvl INT DEFAULT 1;

UPDATE person SET lang = 'en';

UPDATE person SET lvl = 3;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn value', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 37, '9:6a90a3a0e63d5f7038759ae6278cf092', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn keys::e
ALTER TABLE person ADD u INT;

ALTER TABLE person ADD CONSTRAINT uq_u UNIQUE (u);

ALTER TABLE person ADD boss BIGINT;

ALTER TABLE person ADD CONSTRAINT fk_boss FOREIGN KEY (boss) REFERENCES person (id) ON DELETE CASCADE;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn keys', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 39, '9:afc17f4840e6e69c494f8ef26445222a', 'addColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn primary key::e
ALTER TABLE pair ADD k INT PRIMARY KEY NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn primary key', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 41, '9:c44a6e3cafb7c49f65d63abda66d7ff8', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn counted::e
ALTER TABLE pair ADD cnt INT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn counted', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 43, '9:df110251937d6f7d833e6c80b5b9f3da', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addColumn not null default::e
ALTER TABLE pair ADD nn BOOLEAN DEFAULT FALSE NOT NULL;

ALTER TABLE pair ADD ts TIMESTAMP DEFAULT CURRENT_TIMESTAMP;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addColumn not null default', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 45, '9:7960fb4acbeeadd09108deeb0b32270b', 'addColumn tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropColumn::e
ALTER TABLE person DROP zip;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropColumn', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 47, '9:76c08bad8a00f4650300b6af7a8eb303', 'dropColumn columnName=zip, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropColumn many::e
ALTER TABLE person DROP city;

ALTER TABLE person DROP lang;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropColumn many', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 49, '9:2b9e17a12e6bd1c65c6fe0d8c279305a', 'dropColumn tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::renameColumn::e
ALTER TABLE person ALTER COLUMN age TO years;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameColumn', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 51, '9:b9772baa1d99e9f1ee28bfb20c240dc4', 'renameColumn newColumnName=years, oldColumnName=age, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::renameColumn remarks::e
ALTER TABLE person ALTER COLUMN lvl TO level;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameColumn remarks', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 53, '9:f6326e84a2b3be48bf94bf2515d7c150', 'renameColumn newColumnName=level, oldColumnName=lvl, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::renameColumn untyped::e
ALTER TABLE person ALTER COLUMN aa TO bb;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('renameColumn untyped', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 55, '9:fb5f162faae4cff9dc6f7ebe3d1a4718', 'renameColumn newColumnName=bb, oldColumnName=aa, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::modifyDataType::e
ALTER TABLE person ALTER COLUMN name TYPE VARCHAR(100);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('modifyDataType', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 57, '9:2c80859e73578053988a815c2547d804', 'modifyDataType columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::modifyDataType int::e
ALTER TABLE person ALTER COLUMN years TYPE BIGINT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('modifyDataType int', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 59, '9:b0e4f71f0c3d57390193c1bc9391d601', 'modifyDataType columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::mergeColumns::e
ALTER TABLE person ADD whole VARCHAR(99);

UPDATE person SET whole = first || ' ' || last;

ALTER TABLE person DROP first;

ALTER TABLE person DROP last;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('mergeColumns', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 61, '9:774a83fab1cdf43465037bdf4352ef0d', 'mergeColumns column1Name=first, column2Name=last, finalColumnName=whole, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addNotNullConstraint::e
ALTER TABLE person ALTER COLUMN  born SET NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 63, '9:66ed6199ad5d4149da65dd20169696d2', 'addNotNullConstraint columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addNotNullConstraint filled::e
UPDATE person SET level = '0' WHERE level IS NULL;

ALTER TABLE person ALTER COLUMN  level SET NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint filled', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 65, '9:301f7008cd2a46146a1a9c99264be248', 'addNotNullConstraint columnName=level, constraintName=nn_level, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addNotNullConstraint text::e
UPDATE person SET t = 'it''s' WHERE t IS NULL;

ALTER TABLE person ALTER COLUMN  t SET NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint text', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 67, '9:092eb3285765dfa19cdc0759d67ba626', 'addNotNullConstraint columnName=t, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addNotNullConstraint untyped::e
ALTER TABLE person ALTER COLUMN  ut SET NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addNotNullConstraint untyped', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 69, '9:5ec9ba20c5487a7451ae2c14046c0db4', 'addNotNullConstraint columnName=ut, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropNotNullConstraint::e
ALTER TABLE person ALTER COLUMN  born DROP NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropNotNullConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 71, '9:8de3ff05628d6e17fe34a09e24d43f7b', 'dropNotNullConstraint columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropNotNullConstraint untyped::e
ALTER TABLE person ALTER COLUMN  born DROP NOT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropNotNullConstraint untyped', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 73, '9:e5ae106ec0d60a5aa962bb30342ec6f0', 'dropNotNullConstraint columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue::e
ALTER TABLE person ALTER COLUMN  name SET DEFAULT 'it''s';

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 75, '9:b7a0791ac4d343f50bf00f273285258b', 'addDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue numeric::e
ALTER TABLE person ALTER COLUMN  years SET DEFAULT 42;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue numeric', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 77, '9:609bc2bd3eb27a700c1ad3cd5f71c265', 'addDefaultValue columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue boolean::e
ALTER TABLE person ALTER COLUMN  active SET DEFAULT TRUE;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue boolean', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 79, '9:3d956c38baf466c2c3981dad77136f22', 'addDefaultValue columnName=active, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue date::e
ALTER TABLE person ALTER COLUMN  born SET DEFAULT '2001-02-03';

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue date', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 81, '9:d4d9538aa6665134d90830182c2e5ed5', 'addDefaultValue columnName=born, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue moment::e
ALTER TABLE person ALTER COLUMN  at SET DEFAULT '2001-02-03 04:05:06';

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue moment', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 83, '9:f4b7938970bfd1f256b60ddc1c31c608', 'addDefaultValue columnName=at, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue computed::e
ALTER TABLE person ALTER COLUMN  at SET DEFAULT CURRENT_TIMESTAMP;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue computed', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 85, '9:242c102b094fe26cf3b3bfdaf5ac7b5c', 'addDefaultValue columnName=at, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue sequence::e
ALTER TABLE person ALTER COLUMN  years SET DEFAULT NEXT VALUE FOR seq1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue sequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 87, '9:0e345b0e69116aa50f2c4a71383b1990', 'addDefaultValue columnName=years, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue constraint::e
ALTER TABLE person ALTER COLUMN  score SET DEFAULT 1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue constraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 89, '9:3d2c2da187ba60d6f569b8ec7d0a544e', 'addDefaultValue columnName=score, defaultValueConstraintName=df_score, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addDefaultValue untyped::e
ALTER TABLE person ALTER COLUMN  score SET DEFAULT 1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addDefaultValue untyped', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 91, '9:c547703f3f0516678fc69a0c06321fab', 'addDefaultValue columnName=score, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropDefaultValue::e
ALTER TABLE person ALTER COLUMN  name SET DEFAULT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropDefaultValue', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 93, '9:75a67b6e9e0a7c107dbe2f7c7f8b5a79', 'dropDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropDefaultValue untyped::e
ALTER TABLE person ALTER COLUMN  name SET DEFAULT NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropDefaultValue untyped', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 95, '9:7ae2e7e2c0305be91bf8a71fc84268a9', 'dropDefaultValue columnName=name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addPrimaryKey::e
ALTER TABLE single ADD PRIMARY KEY (id);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 97, '9:24da5e90b46435fc001341d4f87232cc', 'addPrimaryKey tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addPrimaryKey named::e
ALTER TABLE single ADD CONSTRAINT pk_single PRIMARY KEY (id, n);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey named', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 99, '9:19e7adf4bd0962842af9a7c2ccaf2c0b', 'addPrimaryKey constraintName=pk_single, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addPrimaryKey nonclustered::e
ALTER TABLE single ADD CONSTRAINT pk_nc PRIMARY KEY (id);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addPrimaryKey nonclustered', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 101, '9:98987609e2cd44341d68f024de84a90b', 'addPrimaryKey constraintName=pk_nc, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropPrimaryKey::e
ALTER TABLE single DROP CONSTRAINT pk_single;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropPrimaryKey', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 103, '9:0220fc6f0569c886d06b20b5010c1895', 'dropPrimaryKey constraintName=pk_single, tableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint::e
ALTER TABLE pair ADD CONSTRAINT fk_ab FOREIGN KEY (a, b) REFERENCES single (x, y);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 105, '9:47e22110919945d9b7e99342375d2ac1', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_ab, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint delete CASCADE::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE CASCADE;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete CASCADE', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 107, '9:5cf31cdbbe4a3280279957f5c7bb2afa', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint update CASCADE::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE CASCADE;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update CASCADE', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 109, '9:aa484881bcaefa4c131700136d209de2', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint delete SET NULL::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE SET NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete SET NULL', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 111, '9:81362873aaf1241b676d5b2ba64dcfe5', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint update SET NULL::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE SET NULL;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update SET NULL', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 113, '9:0065e29e063b3f1d45cbd545a7e9cc13', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint delete SET DEFAULT::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE SET DEFAULT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete SET DEFAULT', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 115, '9:bd49f98dfb09f135ff674ef3fb2154c0', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint update SET DEFAULT::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE SET DEFAULT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update SET DEFAULT', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 117, '9:8eaa3606156067350cc8685a285a5a3f', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint delete RESTRICT::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete RESTRICT', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 119, '9:a0fffad41760b086123cb593f13f5faf', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint update RESTRICT::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update RESTRICT', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 121, '9:d4a8e675d9482ecb437055d080d9b599', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint delete NO ACTION::e
ALTER TABLE pair ADD CONSTRAINT fk_d FOREIGN KEY (a) REFERENCES single (x) ON DELETE NO ACTION;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint delete NO ACTION', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 123, '9:99a309e421b21cf36fa9e436b2352f0a', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_d, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint update NO ACTION::e
ALTER TABLE pair ADD CONSTRAINT fk_u FOREIGN KEY (a) REFERENCES single (x) ON UPDATE NO ACTION;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint update NO ACTION', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 125, '9:9d9f1c8ee7f6c786a0f2ed096371940c', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_u, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint unvalidated::e
ALTER TABLE pair ADD CONSTRAINT fk_nv FOREIGN KEY (a) REFERENCES single (x);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint unvalidated', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 127, '9:c5873da76c93475386b7ceb712d84ad5', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_nv, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addForeignKeyConstraint schema::e
ALTER TABLE pair ADD CONSTRAINT fk_s FOREIGN KEY (a) REFERENCES single (x);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addForeignKeyConstraint schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 129, '9:68b0d8280c6e5a023a9a9da6bd1abcc7', 'addForeignKeyConstraint baseTableName=pair, constraintName=fk_s, referencedTableName=single', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropForeignKeyConstraint::e
ALTER TABLE pair DROP CONSTRAINT fk_ab;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropForeignKeyConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 131, '9:7f826ddb4d043cd7fb976256fd60b7ff', 'dropForeignKeyConstraint baseTableName=pair, constraintName=fk_ab', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint::e
ALTER TABLE pair ADD CONSTRAINT uq_ab UNIQUE (a, b);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 133, '9:e5118391f6c1225f7815bb9eae2480fa', 'addUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint unnamed::e
ALTER TABLE pair ADD UNIQUE (a);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint unnamed', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 135, '9:71655781fe3270e56a32ab5472c9a418', 'addUniqueConstraint tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint tablespace::e
ALTER TABLE pair ADD CONSTRAINT uq_t UNIQUE (a);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint tablespace', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 137, '9:35deb283b0a5f1e9ef6001dcff0391c1', 'addUniqueConstraint constraintName=uq_t, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint deferrable::e
ALTER TABLE pair ADD CONSTRAINT uq_d UNIQUE (a);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint deferrable', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 139, '9:a88f2169b3b55dcdc361b34bb56fa960', 'addUniqueConstraint constraintName=uq_d, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint disabled::e
ALTER TABLE pair ADD CONSTRAINT uq_x UNIQUE (a);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint disabled', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 141, '9:313d5de13227b6c08b6a236cd19acb17', 'addUniqueConstraint constraintName=uq_x, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addUniqueConstraint unvalidated::e
ALTER TABLE pair ADD CONSTRAINT uq_v UNIQUE (a);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addUniqueConstraint unvalidated', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 143, '9:77a73bcfac0cf0b02136ee9d6c54e021', 'addUniqueConstraint constraintName=uq_v, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropUniqueConstraint::e
ALTER TABLE pair DROP CONSTRAINT uq_ab;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropUniqueConstraint', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 145, '9:7a60270586ab43985efb2c5f00895b42', 'dropUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropUniqueConstraint columns::e
ALTER TABLE pair DROP CONSTRAINT uq_ab;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropUniqueConstraint columns', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 147, '9:2e8aff13fd5a93833e77d40d8955fc5f', 'dropUniqueConstraint constraintName=uq_ab, tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex::e
CREATE INDEX ix_name ON person(name, years);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 149, '9:a6861d692306b959b80125e643dbf091', 'createIndex indexName=ix_name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex unique::e
CREATE UNIQUE INDEX ix_u ON person(mail);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex unique', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 151, '9:9df9c2e33178ecd65cd4378aede25d99', 'createIndex indexName=ix_u, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex descending::e
CREATE DESCENDING INDEX ix_d ON person(years);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex descending', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 153, '9:ed4071dbf70f3f132f2e2fac5b42e4f4', 'createIndex indexName=ix_d, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex computed::e
CREATE INDEX ix_c ON person COMPUTED BY (lower(name));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex computed', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 155, '9:86b959b9f49c8b11a7f83aacd8e917f5', 'createIndex indexName=ix_c, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex clustered::e
CREATE INDEX ix_cl ON person(years);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex clustered', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 157, '9:a29cb0ff7efb72e7b77bea25899ecd9c', 'createIndex indexName=ix_cl, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex schema::e
CREATE INDEX ix_s ON near(id);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 159, '9:575cbffc733bb3bd83f1ec739655548f', 'createIndex indexName=ix_s, tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createIndex associated::e
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createIndex associated', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 161, '9:9326d8b51f39df981cb852ebd61fd1e0', 'createIndex indexName=ix_as, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropIndex::e
DROP INDEX ix_name;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropIndex', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 163, '9:25bc2c31309fa298a2d5d225f048fa28', 'dropIndex indexName=ix_name, tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropIndex schema::e
DROP INDEX ix_s;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropIndex schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 165, '9:35dc16e10fd3136193f0f1c0e3642e00', 'dropIndex indexName=ix_s, tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropIndex untabled::e
DROP INDEX ix_u;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropIndex untabled', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 167, '9:992432ccb8414a3a2c4d4cebddd6abfb', 'dropIndex indexName=ix_u', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence::e
CREATE SEQUENCE seq1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 169, '9:e21f5638a004324937e0bb613aac42af', 'createSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence cycle::e
CREATE SEQUENCE seq5 CYCLE;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence cycle', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 171, '9:068dc4d5a36b04247c547c26eb7f3bf6', 'createSequence sequenceName=seq5', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence cache::e
CREATE SEQUENCE seq6;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence cache', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 173, '9:51deda6be121d8d35af85eee0fbff436', 'createSequence sequenceName=seq6', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence no cache::e
CREATE SEQUENCE seq6b;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence no cache', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 175, '9:3b035e0d0d793d0570e44a6448f80270', 'createSequence sequenceName=seq6b', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence ordered::e
CREATE SEQUENCE seq7 ORDER;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence ordered', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 177, '9:149d8f27b9938dc2544bff3d8ae5fb85', 'createSequence sequenceName=seq7', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence unordered::e
CREATE SEQUENCE seq7b;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence unordered', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 179, '9:7ca008c7f3061fa5fb7a8eb6cb826154', 'createSequence sequenceName=seq7b', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createSequence schema::e
CREATE SEQUENCE seq9;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createSequence schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 181, '9:943729a325a33d9f030f570134b4c0f9', 'createSequence sequenceName=seq9', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence step::e
ALTER SEQUENCE seq1 INCREMENT BY 2;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence step', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 183, '9:57f27ace496ffe2b304c283bdde3dda5', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence bounds::e
ALTER SEQUENCE seq1 RESTART WITH 1 MAXVALUE 99;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence bounds', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 185, '9:f90423b266a88c466b23de575355a996', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence maximum::e
ALTER SEQUENCE seq1 MAXVALUE 99;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence maximum', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 187, '9:1aa47d2fd96e2fc75fbc79c1f73908f1', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence cycle::e
ALTER SEQUENCE seq1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence cycle', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 189, '9:0f5b213f769b1444bf3db6ca2ec16a21', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence no cycle::e
ALTER SEQUENCE seq1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence no cycle', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 191, '9:6a04f16669281792d08dc3a8144a22e0', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence cache::e
ALTER SEQUENCE seq1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence cache', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 193, '9:5e5a14f5b880a7d598db5129c426a43d', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence ordered::e
ALTER SEQUENCE seq1 ORDER;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence ordered', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 195, '9:88ee33a92c40e0cb961a819f0e59b9f5', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::alterSequence typed::e
ALTER SEQUENCE seq1 AS int;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('alterSequence typed', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 197, '9:3c21ee7cc0018ca4a569dc1b64e90382', 'alterSequence sequenceName=seq1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropSequence::e
DROP SEQUENCE seq3;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropSequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 199, '9:0f481019c0d202aaf850882db11f3dcc', 'dropSequence sequenceName=seq3', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::insert sequence::e
INSERT INTO pair (a) VALUES (NEXT VALUE FOR seq1);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert sequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 201, '9:a783b8c8d00440edcb1932c0be2aaffe', 'insert tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createView::e
CREATE VIEW v1 AS select id, name from person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 203, '9:201850f17c67a3cc96d6237b1dc627e3', 'createView viewName=v1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createView replace::e
RECREATE VIEW v2 AS select id from person where name = 'it''s';

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView replace', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 205, '9:386c3ec6ebbf78fdf0886fcc12331930', 'createView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createView full::e
create view v3 as select 1 as one from person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView full', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 207, '9:42a3fbdb323100ffe4068a40bb9a67d5', 'createView viewName=v3', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createView schema::e
CREATE VIEW v4 AS select id from person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 209, '9:3f69eac7666244dc6857972111fa3843', 'createView viewName=v4', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createView remarks::e
CREATE VIEW v5 AS select id from person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createView remarks', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 211, '9:e2c6d90d0d8b89a52461f6ddf5a8f944', 'createView viewName=v5', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropView::e
DROP VIEW v2;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropView', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 213, '9:958aaf45cc83365331ed672cbcf9a97a', 'dropView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropView ifExists::e
DROP VIEW IF EXISTS v2;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropView ifExists', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 215, '9:6b25c7dfb99bb5b0d4c315e14cf746b5', 'dropView viewName=v2', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::createProcedure::e
create procedure p1 as begin null; end;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('createProcedure', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 217, '9:2c27f209ad6bf3b70c6bd49994bdda4d', 'createProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropProcedure::e
DROP PROCEDURE p1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropProcedure', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 219, '9:bec6dfd7884001de62e95dfb229170b3', 'dropProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropProcedure schema::e
DROP PROCEDURE p1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropProcedure schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 221, '9:233d4a45e6b909b36da24988c9dac8a8', 'dropProcedure procedureName=p1', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::insert::e
INSERT INTO person (id, name, active, born, at, mail, score, x, y, z, w) VALUES (1, 'O''Hara', TRUE, '2001-02-03', '2001-02-03 04:05:06', NULL, 1.50, 1+1, CURRENT_TIMESTAMP, '04:05:06', FALSE);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 223, '9:fd75b01244b38f6fc5628f134394aece', 'insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::insert fraction::e
INSERT INTO person (at, t, e, b, nl) VALUES ('2001-02-03 04:05:06.789', 'größe', '', 'back\slash', 'two
lines');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('insert fraction', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 225, '9:07bb56fa8e16ad887aeb6ddb69c55926', 'insert tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::update::e
UPDATE person SET active = FALSE, born = '2001-02-03', name = 'x' WHERE id = 1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('update', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 227, '9:a3d18f73f4ec1b3bf4da1cb0197908a7', 'update tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::update params::e
UPDATE person SET name = 'x' WHERE id = 1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('update params', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 229, '9:77bd644462b9822bb66f6a39a18a0ded', 'update tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::delete::e
DELETE FROM person WHERE id = 1;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('delete', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 231, '9:7f1d843e2a3ed21042232bbca28f89eb', 'delete tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::delete all::e
DELETE FROM person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('delete all', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 233, '9:76ffc05e0dbc9ed8f85571a21e90d0ee', 'delete tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::loadData::e
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES (1, 'O''Hara', TRUE, '2001-02-03');

INSERT INTO person (id, name, active, born) VALUES (2, NULL, FALSE, '2001-02-03 04:05:06');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadData', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 235, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::loadData plain::e
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES ('1', 'O''Hara', 'true', '2001-02-03');

INSERT INTO person (id, name, active, born) VALUES ('2', NULL, 'false', '2001-02-03T04:05:06');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadData plain', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 237, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::loadUpdateData::e
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES (1, 'O''Hara', TRUE, '2001-02-03');

INSERT INTO person (id, name, active, born) VALUES (2, NULL, FALSE, '2001-02-03 04:05:06');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadUpdateData', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 239, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadUpdateData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::loadUpdateData only::e
-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO person (id, name, active, born) VALUES (1, 'O''Hara', TRUE, '2001-02-03');

INSERT INTO person (id, name, active, born) VALUES (2, NULL, FALSE, '2001-02-03 04:05:06');

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('loadUpdateData only', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 241, '9:b30b4329a69fb13d1df84d3dabee5937', 'loadUpdateData tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::addLookupTable::e
CREATE TABLE state AS SELECT DISTINCT state AS abbr FROM person WHERE state IS NOT NULL;

ALTER TABLE state ALTER COLUMN  abbr SET NOT NULL;

ALTER TABLE state ADD PRIMARY KEY (abbr);

ALTER TABLE person ADD CONSTRAINT fk_state FOREIGN KEY (state) REFERENCES state (abbr);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('addLookupTable', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 243, '9:fe469604a46cbf543882bdbcef4d47aa', 'addLookupTable constraintName=fk_state, existingColumnName=state, existingTableName=person, newColumnName=abbr, newTableName=state', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropTable::e
DROP TABLE pair;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 245, '9:69083e4a7c2bc5cc948f1d979c4e0b4c', 'dropTable tableName=pair', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropTable cascade::e
DROP TABLE person;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable cascade', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 247, '9:60d29b276ea501e60619c0fff3e41394', 'dropTable tableName=person', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::dropTable schema::e
DROP TABLE near;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('dropTable schema', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 249, '9:2f6d07f05843a896c01c3991f65ae9cb', 'dropTable tableName=near', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::sql::e
update a set b = 'x;y';

-- c
select 1 from a;

delete from a;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 251, '9:c85f9a0852712d1351f804c2103d8330', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::sql comments::e
update a set b = 1;

delete  from a;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql comments', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 253, '9:5d3053eb603bd1bf451a12d6fead7922', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::sql unsplit::e
begin x; y; end;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql unsplit', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 255, '9:89b08a52f54c89f592db6456aa6232cc', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::sql delimiter::e
update a set b = 1/

delete from a/

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sql delimiter', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 257, '9:317b4a0e27fec2e6560b572bd772187e', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::sqlFile::e
insert into a values (1);

insert into a values (2);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('sqlFile', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 259, '9:cdf79b64edfaf983d8a72afa552052dc', 'sqlFile path=s.sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::empty::e
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('empty', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 261, '9:7a37a4e4638085400ecf49cb0bebb7de', 'empty', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::output::e
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('output', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 263, '9:67d366524d48d6f73cb559d394191ac5', 'output', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::tagDatabase::e
INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID, TAG) VALUES ('tagDatabase', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 265, '9:635ff1e577e13420abaf0552fb77ab20', 'tagDatabase', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>', 'v1');

-- Changeset changelog.yaml::quote all table::e
CREATE TABLE "order" ("Id" INT NOT NULL, "user" INT, "with space" INT, "far" INT, CONSTRAINT "PK_ORDER" PRIMARY KEY ("Id"), CONSTRAINT "fk Far" FOREIGN KEY ("far") REFERENCES Other(Id), CONSTRAINT "Uq User" UNIQUE ("user"));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all table', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 267, '9:3cf3732e61aef3bb78237a0fa1a65431', 'createTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all column::e
ALTER TABLE "order" ADD "Group" INT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all column', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 269, '9:781ba3e36f65b8215f13270536b9ae29', 'addColumn tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all index::e
CREATE INDEX "Ix Order" ON "order"("user", "Group");

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all index', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 271, '9:b5ecb23ace2723dae64fac1544251a9a', 'createIndex indexName=Ix Order, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all key::e
ALTER TABLE "order" ADD CONSTRAINT "Fk" FOREIGN KEY ("Group") REFERENCES "Other" ("Id");

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all key', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 273, '9:3ca101335ae9f556e2d19936b957c6d9', 'addForeignKeyConstraint baseTableName=order, constraintName=Fk, referencedTableName=Other', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all rows::e
INSERT INTO "order" ("Id", "with space") VALUES (1, 2);

UPDATE "order" SET "user" = 2 WHERE Id = 1;

DELETE FROM "order";

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all rows', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 275, '9:9edbf30f94aa6577caf16e7e0b4c738f', 'insert tableName=order; update tableName=order; delete tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all sequence::e
CREATE SEQUENCE "Select";

DROP SEQUENCE "Select";

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all sequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 277, '9:a356f8c4673f18faf7a40f3250c5c949', 'createSequence sequenceName=Select; dropSequence sequenceName=Select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all view::e
CREATE VIEW "Table" AS select 1 from x;

DROP VIEW "Table";

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all view', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 279, '9:d545c50e177ec512cab248f61f2a3b8f', 'createView viewName=Table; dropView viewName=Table', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote all drops::e
DROP INDEX "Ix Order";

ALTER TABLE "order" DROP CONSTRAINT "Fk";

ALTER TABLE "order" DROP "Group";

DROP TABLE "order";

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote all drops', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 281, '9:54d8a3b3938d386290c57ae2afc81a89', 'dropIndex indexName=Ix Order, tableName=order; dropForeignKeyConstraint baseTableName=order, constraintName=Fk; dropColumn columnName=Group, tableName=order; dropTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved table::e
CREATE TABLE order (Id INT NOT NULL, user INT, "with space" INT, far INT, CONSTRAINT PK_ORDER PRIMARY KEY (Id), CONSTRAINT "fk Far" FOREIGN KEY (far) REFERENCES Other(Id), CONSTRAINT "Uq User" UNIQUE (user));

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved table', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 283, '9:3cf3732e61aef3bb78237a0fa1a65431', 'createTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved column::e
ALTER TABLE order ADD Group INT;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved column', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 285, '9:781ba3e36f65b8215f13270536b9ae29', 'addColumn tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved index::e
CREATE INDEX "Ix Order" ON order(user, Group);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved index', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 287, '9:b5ecb23ace2723dae64fac1544251a9a', 'createIndex indexName=Ix Order, tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved key::e
ALTER TABLE order ADD CONSTRAINT Fk FOREIGN KEY (Group) REFERENCES Other (Id);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved key', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 289, '9:3ca101335ae9f556e2d19936b957c6d9', 'addForeignKeyConstraint baseTableName=order, constraintName=Fk, referencedTableName=Other', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved rows::e
INSERT INTO order (Id, "with space") VALUES (1, 2);

UPDATE order SET user = 2 WHERE Id = 1;

DELETE FROM order;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved rows', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 291, '9:9edbf30f94aa6577caf16e7e0b4c738f', 'insert tableName=order; update tableName=order; delete tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved sequence::e
CREATE SEQUENCE Select;

DROP SEQUENCE Select;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved sequence', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 293, '9:a356f8c4673f18faf7a40f3250c5c949', 'createSequence sequenceName=Select; dropSequence sequenceName=Select', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved view::e
CREATE VIEW Table AS select 1 from x;

DROP VIEW Table;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved view', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 295, '9:d545c50e177ec512cab248f61f2a3b8f', 'createView viewName=Table; dropView viewName=Table', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::quote reserved drops::e
DROP INDEX "Ix Order";

ALTER TABLE order DROP CONSTRAINT Fk;

ALTER TABLE order DROP Group;

DROP TABLE order;

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('quote reserved drops', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 297, '9:54d8a3b3938d386290c57ae2afc81a89', 'dropIndex indexName=Ix Order, tableName=order; dropForeignKeyConstraint baseTableName=order, constraintName=Fk; dropColumn columnName=Group, tableName=order; dropTable tableName=order', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset changelog.yaml::reserved words::e
CREATE TABLE words (select INT, table INT, column INT, key INT, value INT, index INT, date INT, time INT, timestamp INT, group INT, type INT, name INT, level INT, user INT, session INT, position INT, year INT, rows INT, limit INT, offset INT, check INT, desc INT, row INT, comment INT, status INT, role INT, data INT, text INT, password INT, active INT, end INT, first INT, last INT, result INT, schema INT, read INT, function INT, trigger INT);

INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('reserved words', 'e', 'changelog.yaml', CURRENT_TIMESTAMP, 299, '9:4e11d485ca2fd1d88bd5e56524e1ecdb', 'createTable tableName=words', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');
