SET SEARCH_PATH TO public, "$user","public";

SET SEARCH_PATH TO public, "$user","public";

-- Lock Database
UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE;

SET SEARCH_PATH TO public, "$user","public";

-- *********************************************************************
-- Rollback 9 Change(s) Script
-- *********************************************************************
-- Change Log: c.sql
-- Ran at: <TIME>
-- Against: postgres@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: own.sql::11::k
delete from ft where id = 12;

DELETE FROM public.databasechangelog WHERE ID = '11' AND AUTHOR = 'k' AND FILENAME = 'own.sql';

-- Rolling Back ChangeSet: logical/x.sql::10::j
delete from ft where id in (10, 11);

DELETE FROM public.databasechangelog WHERE ID = '10' AND AUTHOR = 'j' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::7::g
delete from ft where id = 7;

DELETE FROM public.databasechangelog WHERE ID = '7' AND AUTHOR = 'g' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::6::f
delete from ft where id = 6;

DELETE FROM public.databasechangelog WHERE ID = '6' AND AUTHOR = 'f' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::5::e
DELETE FROM public.databasechangelog WHERE ID = '5' AND AUTHOR = 'e' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::4::d
DELETE FROM public.databasechangelog WHERE ID = '4' AND AUTHOR = 'd' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::3::c
delete from ft where id=3@@

delete from ft where id = 4@@

DELETE FROM public.databasechangelog WHERE ID = '3' AND AUTHOR = 'c' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::id two::bob smith
delete from ft where id = 1;

delete from ft where id = 2;

DELETE FROM public.databasechangelog WHERE ID = 'id two' AND AUTHOR = 'bob smith' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::1::alice
DROP TABLE ft;

DELETE FROM public.databasechangelog WHERE ID = '1' AND AUTHOR = 'alice' AND FILENAME = 'logical/x.sql';

-- Release Database Lock
SET SEARCH_PATH TO public, "$user","public";

UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

SET SEARCH_PATH TO public, "$user","public";

