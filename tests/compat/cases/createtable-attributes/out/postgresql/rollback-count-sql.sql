SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Rollback 17 Change(s) Script
-- *********************************************************************
-- Change Log: c.xml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: c.xml::17::t
DELETE FROM public.databasechangelog WHERE ID = '17' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::16::t
DELETE FROM public.databasechangelog WHERE ID = '16' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::15::t
DELETE FROM public.databasechangelog WHERE ID = '15' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::14::t
ALTER TABLE public.a6b ALTER COLUMN d1 DROP DEFAULT;

ALTER TABLE public.a6b DROP COLUMN d1;

ALTER TABLE public.a6b DROP COLUMN d2;

DELETE FROM public.databasechangelog WHERE ID = '14' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::13::t
ALTER TABLE public.a6b RENAME COLUMN cc TO c;

ALTER TABLE public.a6b RENAME TO a6;

DELETE FROM public.databasechangelog WHERE ID = '13' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::12::t
DROP VIEW public.v3;

DELETE FROM public.databasechangelog WHERE ID = '12' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::11::t
DROP VIEW public.v2;

DELETE FROM public.databasechangelog WHERE ID = '11' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::10::t
DROP VIEW public.v1;

DELETE FROM public.databasechangelog WHERE ID = '10' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::9::t
DROP TABLE public.a9;

DELETE FROM public.databasechangelog WHERE ID = '9' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::8::t
DROP TABLE public.a8;

DELETE FROM public.databasechangelog WHERE ID = '8' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::7::t
DROP TABLE public.a7;

DELETE FROM public.databasechangelog WHERE ID = '7' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::6::t
DROP INDEX public.ux_a6;

DROP INDEX public.ix_a6;

DROP TABLE public.a6;

DELETE FROM public.databasechangelog WHERE ID = '6' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::5::t
DROP TABLE public.a5;

DELETE FROM public.databasechangelog WHERE ID = '5' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::4::t
DROP TABLE public."MixedCase";

DELETE FROM public.databasechangelog WHERE ID = '4' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::3::t
DROP TABLE public.a3;

DELETE FROM public.databasechangelog WHERE ID = '3' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::2::t
DROP TABLE public.a2;

DELETE FROM public.databasechangelog WHERE ID = '2' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::1::t
DROP TABLE public.a1;

DELETE FROM public.databasechangelog WHERE ID = '1' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

