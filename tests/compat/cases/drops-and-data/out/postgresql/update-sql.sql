SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Create Database Lock Table
CREATE TABLE public.databasechangeloglock (ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL, LOCKGRANTED TIMESTAMP WITHOUT TIME ZONE, LOCKEDBY VARCHAR(255), CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (ID));

-- Initialize Database Lock Table
DELETE FROM public.databasechangeloglock;

INSERT INTO public.databasechangeloglock (ID, LOCKED) VALUES (1, FALSE);

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- Create Database Change Log Table
CREATE TABLE public.databasechangelog (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED TIMESTAMP WITHOUT TIME ZONE NOT NULL, ORDEREXECUTED INTEGER NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10));

SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Update Database Script
-- *********************************************************************
-- Change Log: c.xml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Changeset c.xml::1::t
SET SEARCH_PATH TO public, "$user","public";

CREATE TABLE public.p (id INTEGER NOT NULL, k VARCHAR(10) NOT NULL, v INTEGER DEFAULT 5, w VARCHAR(10), z INTEGER, CONSTRAINT pkp PRIMARY KEY (id), CONSTRAINT uqk UNIQUE (k));

COMMENT ON TABLE public.p IS 'r';

CREATE TABLE public.c (id INTEGER, pid INTEGER, CONSTRAINT fkc FOREIGN KEY (pid) REFERENCES public.p(id));

CREATE INDEX ixw ON public.p(w);

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 't', 'c.xml', NOW(), 1, '9:eced893ecb9fb330581fc6cea35f8e40', 'createTable tableName=p; createTable tableName=c; createIndex indexName=ixw, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::2::t
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.p (id, k, w) VALUES (1, 'a', 'it''s');

INSERT INTO public.p (id, k, v) VALUES (2, 'b', 3+4);

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 't', 'c.xml', NOW(), 2, '9:d4f98e674139f2c7bc43e75725ba83c3', 'insert tableName=p; insert tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::3::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p ALTER COLUMN w TYPE VARCHAR(50) USING (w::VARCHAR(50));

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 't', 'c.xml', NOW(), 3, '9:69fbc744360cff0dc80818fcc22d9ba4', 'modifyDataType columnName=w, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::4::t
SET SEARCH_PATH TO public, "$user","public";

COMMENT ON COLUMN public.p.w IS 'it''s w';

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 't', 'c.xml', NOW(), 4, '9:f70051eeb7a512c35078738543548e49', 'setColumnRemarks columnName=w, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::5::t
SET SEARCH_PATH TO public, "$user","public";

COMMENT ON TABLE public.p IS 'new remarks';

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 't', 'c.xml', NOW(), 5, '9:b7914c354223141edbe81d898145c92f', 'setTableRemarks tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::6::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p ALTER COLUMN v DROP DEFAULT;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 't', 'c.xml', NOW(), 6, '9:d48c2120da52e1ae1de5f54b1aa97b2c', 'dropDefaultValue columnName=v, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::7::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p DROP CONSTRAINT uqk;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('7', 't', 'c.xml', NOW(), 7, '9:759608d2b7965547243b14e41846e4bc', 'dropUniqueConstraint constraintName=uqk, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::8::t
SET SEARCH_PATH TO public, "$user","public";

DROP INDEX public.ixw;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('8', 't', 'c.xml', NOW(), 8, '9:264e1c7ea13b3d26472306291c8b771a', 'dropIndex indexName=ixw, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::9::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.c DROP CONSTRAINT fkc;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('9', 't', 'c.xml', NOW(), 9, '9:a19d263532ca34929fbeae6686aedd97', 'dropForeignKeyConstraint baseTableName=c, constraintName=fkc', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::10::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p DROP CONSTRAINT pkp;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('10', 't', 'c.xml', NOW(), 10, '9:d55e4d84f764042846c6834ebda323de', 'dropPrimaryKey constraintName=pkp, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::11::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p DROP COLUMN z;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('11', 't', 'c.xml', NOW(), 11, '9:7b9ebb9a4eb3114ce3b93ce5490694ce', 'dropColumn columnName=z, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::12::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p DROP COLUMN v;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('12', 't', 'c.xml', NOW(), 12, '9:42f4445394eacec351afd344d3fd3e2a', 'dropColumn tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::13::t
SET SEARCH_PATH TO public, "$user","public";

ALTER TABLE public.p ADD kw VARCHAR(70);

UPDATE public.p SET kw = k || '-' || w;

ALTER TABLE public.p DROP COLUMN k;

ALTER TABLE public.p DROP COLUMN w;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('13', 't', 'c.xml', NOW(), 13, '9:3f86d98cca9d1aae0515549f1ddba2cb', 'mergeColumns column1Name=k, column2Name=w, finalColumnName=kw, tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::14::t
SET SEARCH_PATH TO public, "$user","public";

CREATE VIEW public.vv AS select id from p;

ALTER TABLE public.vv RENAME TO vw;

DROP VIEW public.vw;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('14', 't', 'c.xml', NOW(), 14, '9:88187f4321850391d911b0680c06c273', 'createView viewName=vv; renameView newViewName=vw, oldViewName=vv; dropView viewName=vw', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::15::t
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('15', 't', 'c.xml', NOW(), 15, '9:7a37a4e4638085400ecf49cb0bebb7de', 'empty', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::16::t
SET SEARCH_PATH TO public, "$user","public";

-- WARNING The following SQL may change each run and therefore is possibly incorrect and/or invalid:
INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('16', 't', 'c.xml', NOW(), 16, '9:590cde34ec50d575681714b8a3a11fa8', 'dropAllForeignKeyConstraints baseTableName=c', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::17::t
SET SEARCH_PATH TO public, "$user","public";

CREATE SEQUENCE  IF NOT EXISTS public.sq START WITH 1 INCREMENT BY 1;

ALTER SEQUENCE public.sq INCREMENT BY 5 MAXVALUE 500;

DROP SEQUENCE public.sq CASCADE;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('17', 't', 'c.xml', NOW(), 17, '9:de9877931403f3a9f6e1e38b80c67104', 'createSequence sequenceName=sq; alterSequence sequenceName=sq; dropSequence sequenceName=sq', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::18::t
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.p SET kw = 'zz' WHERE id = 1;

UPDATE public.p SET kw = 'N' WHERE id = 2;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('18', 't', 'c.xml', NOW(), 18, '9:f9ad851baeea8628f42d63b6e68357b7', 'update tableName=p; update tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::19::t
SET SEARCH_PATH TO public, "$user","public";

DELETE FROM public.p WHERE id=2;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('19', 't', 'c.xml', NOW(), 19, '9:431be702acdbdc113f74b1a1e7d1bda4', 'delete tableName=p', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::20::t
SET SEARCH_PATH TO public, "$user","public";

DROP TABLE public.c CASCADE;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('20', 't', 'c.xml', NOW(), 20, '9:672f1035cf0d84ccd2e76cc87d3b4160', 'dropTable tableName=c', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::21::t
SET SEARCH_PATH TO public, "$user","public";

insert into p (id, kw) values (3, 'x;y');

insert into p (id, kw) values (4, 'q') -- c;

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('21', 't', 'c.xml', NOW(), 21, '9:8bff46f4737b67139998e25aeca228ee', 'sql; sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.xml::22::t
SET SEARCH_PATH TO public, "$user","public";

create or replace function f1() returns int language sql as 'select 1';

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('22', 't', 'c.xml', NOW(), 22, '9:ed5509c4fc64c37262cf99980161340a', 'createProcedure', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

