-- Lock Database
UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = CURRENT_TIMESTAMP WHERE ID = 1 AND LOCKED = 0;

-- *********************************************************************
-- Rollback 8 Change(s) Script
-- *********************************************************************
-- Change Log: c.sql
-- Ran at: <TIME>
-- Against: null@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: own.sql::11::k
delete from ft where id = 12;

DELETE FROM DATABASECHANGELOG WHERE ID = '11' AND AUTHOR = 'k' AND FILENAME = 'own.sql';

-- Rolling Back ChangeSet: logical/x.sql::10::j
delete from ft where id in (10, 11);

DELETE FROM DATABASECHANGELOG WHERE ID = '10' AND AUTHOR = 'j' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::6::f
delete from ft where id = 6;

DELETE FROM DATABASECHANGELOG WHERE ID = '6' AND AUTHOR = 'f' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::5::e
DELETE FROM DATABASECHANGELOG WHERE ID = '5' AND AUTHOR = 'e' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::4::d
DELETE FROM DATABASECHANGELOG WHERE ID = '4' AND AUTHOR = 'd' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::3::c
delete from ft where id=3@@

delete from ft where id = 4@@

DELETE FROM DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 'c' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::id two::bob smith
delete from ft where id = 1;

delete from ft where id = 2;

DELETE FROM DATABASECHANGELOG WHERE ID = 'id two' AND AUTHOR = 'bob smith' AND FILENAME = 'logical/x.sql';

-- Rolling Back ChangeSet: logical/x.sql::1::alice
DROP TABLE ft;

DELETE FROM DATABASECHANGELOG WHERE ID = '1' AND AUTHOR = 'alice' AND FILENAME = 'logical/x.sql';

-- Release Database Lock
UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

