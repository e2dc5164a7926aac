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

-- Rolling Back ChangeSet: c.yaml::1000.0::yy
DELETE FROM public.databasechangelog WHERE ID = '1000.0' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::1000::yy
DELETE FROM public.databasechangelog WHERE ID = '1000' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::Mon Jan 01 00:00:00 UTC 2024::yy
drop view yv;

drop index yix;

DELETE FROM public.databasechangelog WHERE ID = 'Mon Jan 01 00:00:00 UTC 2024' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::31::yy
ALTER TABLE public.yt ALTER COLUMN added2 DROP DEFAULT;

ALTER TABLE public.yt DROP COLUMN added;

ALTER TABLE public.yt DROP COLUMN added2;

DELETE FROM public.databasechangelog WHERE ID = '31' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::true::no
update yt set s = 'back';

DELETE FROM public.yt WHERE s = 'c';

DELETE FROM public.databasechangelog WHERE ID = 'true' AND AUTHOR = 'no' AND FILENAME = 'c.yaml';

-- Rolling Back ChangeSet: c.yaml::1.1::yy
SET SEARCH_PATH TO public, "$user","public";

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";


-- FAILED
