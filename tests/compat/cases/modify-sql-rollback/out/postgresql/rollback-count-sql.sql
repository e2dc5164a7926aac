SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Rollback 10 Change(s) Script
-- *********************************************************************
-- Change Log: c.xml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: c.xml::11::t
DELETE FROM public.databasechangelog WHERE ID = '11' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::10::t
DELETE FROM public.databasechangelog WHERE ID = '10' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::9::t
DELETE FROM public.databasechangelog WHERE ID = '9' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::8::t
DELETE FROM public.databasechangelog WHERE ID = '8' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::7::t
delete from mm where id = 7;

delete from mm where id = 8;

DELETE FROM public.databasechangelog WHERE ID = '7' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::6::t
delete from mm;

delete from mm where id=1;

DELETE FROM public.databasechangelog WHERE ID = '6' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::5::t
delete from mm where id = 20;

INSERT INTO public.mm (id) VALUES (99);

DELETE FROM public.databasechangelog WHERE ID = '5' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::3::t
delete from mm where 'x-bob' = 'a';

DELETE FROM public.databasechangelog WHERE ID = '3' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::2::t
DROP TABLE public.mm;

DELETE FROM public.databasechangelog WHERE ID = '2' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Rolling Back ChangeSet: c.xml::1::t
DROP TABLE public.m1;

DELETE FROM public.databasechangelog WHERE ID = '1' AND AUTHOR = 't' AND FILENAME = 'c.xml';

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

