SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Rollback 7 Change(s) Script
-- *********************************************************************
-- Change Log: c.yaml
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: c.yaml::7::x
delete from yd where c = '7';

delete from yd where c = '8';

DELETE FROM public.databasechangelog WHERE ID = '7' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::6::x
DELETE FROM public.databasechangelog WHERE ID = '6' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::5::x
DELETE FROM public.databasechangelog WHERE ID = '5' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::4::x
DELETE FROM public.databasechangelog WHERE ID = '4' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::3::x
DELETE FROM public.databasechangelog WHERE ID = '3' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::2::x
DELETE FROM public.databasechangelog WHERE ID = '2' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::1::2024-03-04 05:06:07
SET SEARCH_PATH TO public, "$user","public";

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";


-- FAILED
