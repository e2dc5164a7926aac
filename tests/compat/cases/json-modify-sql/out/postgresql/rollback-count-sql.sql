SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Rollback 4 Change(s) Script
-- *********************************************************************
-- Change Log: c.json
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: c.json::4::j
DROP TABLE public.jt2 CASCADE;

DELETE FROM public.databasechangelog WHERE ID = '4' AND AUTHOR = 'j' AND FILENAME = 'c.json';

-- Rolling Back ChangeSet: c.json::3::j
delete from jt;

DELETE FROM public.databasechangelog WHERE ID = '3' AND AUTHOR = 'j' AND FILENAME = 'c.json';

-- Rolling Back ChangeSet: c.json::1.5::j
SET SEARCH_PATH TO public, "$user","public";

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";


-- FAILED
