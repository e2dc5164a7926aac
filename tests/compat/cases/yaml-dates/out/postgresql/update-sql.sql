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
-- Change Log: c.yaml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Changeset c.yaml::1::2024-03-04 05:06:07
-- Mon Mar 04 00:00:00 UTC 2024
SET SEARCH_PATH TO public, "$user","public";

CREATE TABLE public.yd (a TIMESTAMP WITHOUT TIME ZONE DEFAULT '2024-05-06 01:02:03', b TIMESTAMP WITHOUT TIME ZONE DEFAULT '2024-05-06 07:08:09', c VARCHAR(60) DEFAULT 'Mon May 06 00:00:00 UTC 2024', d TIMESTAMP WITHOUT TIME ZONE, e TIMESTAMP WITHOUT TIME ZONE DEFAULT '2024-05-06 00:00:00');

COMMENT ON TABLE public.yd IS '2024-03-04 05:06:07';

INSERT INTO public.yd (a, c, d) VALUES ('2024-12-31 00:00:00', 'Tue Dec 31 00:00:00 UTC 2024', '2024-12-31 23:59:59');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('1', '2024-03-04 05:06:07', 'c.yaml', NOW(), 1, '9:d68d92124d4bedb12bf9b789669085ea', 'createTable tableName=yd; insert tableName=yd', 'Mon Mar 04 00:00:00 UTC 2024', 'EXECUTED', NULL, 'mon jan 01 00:00:00 utc 2024', '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::2::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('1000.0');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('2', 'x', 'c.yaml', NOW(), 2, '9:5b285576ea7b5362936214bcc42405aa', 'insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::3::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('45045');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('3', 'x', 'c.yaml', NOW(), 3, '9:a6d5185a572a18c3f91c85526ebb9691', 'insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::4::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('0.5');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('4', 'x', 'c.yaml', NOW(), 4, '9:10188cc63fbc262b550d9de7848a3bde', 'insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::5::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('3');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('5', 'x', 'c.yaml', NOW(), 5, '9:40bd76e4565da56fd237db0426f1a0e9', 'insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::6::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('0o17');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('6', 'x', 'c.yaml', NOW(), 6, '9:07c0ca7ca049da69c5d428bcb0fc7aca', 'insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Changeset c.yaml::7::x
SET SEARCH_PATH TO public, "$user","public";

INSERT INTO public.yd (c) VALUES ('7');

INSERT INTO public.yd (c) VALUES ('10.5');

INSERT INTO public.yd (c) VALUES ('Infinity');

INSERT INTO public.yd (c) VALUES ('true');

INSERT INTO public.yd (c) VALUES ('true');

INSERT INTO public.yd (c) VALUES ('y');

INSERT INTO public.yd (c) VALUES ('1234567890123');

INSERT INTO public.yd (c) VALUES ('12345678901234567890');

INSERT INTO public.yd (c) VALUES ('1.0E10');

INSERT INTO public.yd (c) VALUES ('1.0E-5');

INSERT INTO public.yd (c) VALUES ('1.000000005E8');

INSERT INTO public.yd (c) VALUES ('a
  b
');

INSERT INTO public.databasechangelog (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, MD5SUM, DESCRIPTION, COMMENTS, EXECTYPE, CONTEXTS, LABELS, LIQUIBASE, DEPLOYMENT_ID) VALUES ('7', 'x', 'c.yaml', NOW(), 7, '9:9cb07ebfb6f5b0f8556e86491936aa25', 'insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd; insert tableName=yd', '', 'EXECUTED', NULL, NULL, '4.28.0', '<DEPLOYMENT_ID>');

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

