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
-- Change Log: db/root.xml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Changeset lead/x.xml::2::t
SET SEARCH_PATH TO public, "$user","public";

CREATE TABLE public.inc (v VARCHAR(60));

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 't', 'lead/x.xml', NOW(), 1, '9:2be0f39adca21bc7fd75cc9c641d63da', 'createTable tableName=inc', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/sub/a.xml::1::t
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('a root la');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 't', 'db/sub/a.xml', NOW(), 2, '9:745b9bcffa94819ecd1f3081413dd53d', 'sql', '', 'EXECUTED', 'c1', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/sub/a.xml::2::t
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('a2');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 't', 'db/sub/a.xml', NOW(), 3, '9:8247313841cb2b64821188ef14c4695b', 'sql', '', 'EXECUTED', 'c1 AND (c3, c4)', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/sub/a.xml::3::t
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('a3');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 't', 'db/sub/a.xml', NOW(), 4, '9:7dccc4fd0419b40d997206cec17581b7', 'sql', '', 'EXECUTED', 'c1 AND (c1 and !c5)', 'q1,q2', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset bee.yaml::1::y
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('b');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'y', 'bee.yaml', NOW(), 5, '9:99198698587ee56115b22efbb89d8a17', 'sql', '', 'EXECUTED', 'c2 AND c2', 'lb,own', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/sub/c.json::1::j
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('x1');

-- c ; c
insert into inc values ('root');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'j', 'db/sub/c.json', NOW(), 6, '9:300713e12d9a208c6cdd6ace8138de08', 'sqlFile path=../sql/x.sql', '', 'EXECUTED', 'c2', 'lb', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/all/10.sql::1::z
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('all10');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 'z', 'db/all/10.sql', NOW(), 7, '9:726286cb836870e113735881d377a0ac', 'sql', '', 'EXECUTED', '!c9', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/all/2.sql::raw::includeAll
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('all2');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('raw', 'includeAll', 'db/all/2.sql', NOW(), 8, '9:03f9a33dc950f4db0117444effe17348', 'sql', '', 'EXECUTED', '!c9', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/all/n/1.sql::raw::includeAll
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('n1');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('raw', 'includeAll', 'db/all/n/1.sql', NOW(), 9, '9:9cb18e40e8171ad92fb49b9b1ba177bd', 'sql', '', 'EXECUTED', '!c9', NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset db/deep/x/b.sql::raw::includeAll
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('deep');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('raw', 'includeAll', 'db/deep/x/b.sql', NOW(), 10, '9:7cae83e9a1a90b0175a7b9f2c6cdd525', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset log.xml::3::t
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('r3');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 't', 'log.xml', NOW(), 11, '9:406fe537671265aac88f4d31cdc46010', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset log.xml::5::t
SET SEARCH_PATH TO public, "$user","public";

CREATE TABLE "public"."Qa" ("Id" INTEGER NOT NULL, CONSTRAINT "Qa_pkey" PRIMARY KEY ("Id"));

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 't', 'log.xml', NOW(), 12, '9:d98c36e32729f6b251db4847fcd70547', 'createTable tableName=Qa', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset log.xml::6::t
SET SEARCH_PATH TO public, "$user","public";

CREATE TABLE public.qr (value INTEGER, user_ INTEGER);

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 't', 'log.xml', NOW(), 13, '9:b9797169494d88bab6aeb254cb51609b', 'createTable tableName=qr', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset log.xml::1::t
SET SEARCH_PATH TO public, "$user","public";

insert into inc values ('last root ${loc}');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', 't', 'log.xml', NOW(), 14, '9:8353ee187197fbd67278b984e5910031', 'sql', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

