-- Lock Database
UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = CURRENT_TIMESTAMP WHERE ID = 1 AND LOCKED = 0;

-- *********************************************************************
-- Rollback 4 Change(s) Script
-- *********************************************************************
-- Change Log: c.json
-- Ran at: <TIME>
-- Against: null@<URL>
-- Liquibase version: 4.28.0
-- *********************************************************************

-- Rolling Back ChangeSet: c.json::4::j
DROP TABLE jt2;

DELETE FROM DATABASECHANGELOG WHERE ID = '4' AND AUTHOR = 'j' AND FILENAME = 'c.json';

-- Rolling Back ChangeSet: c.json::3::j
delete from jt;

DELETE FROM DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 'j' AND FILENAME = 'c.json';

-- Rolling Back ChangeSet: c.json::1.5::j
-- Release Database Lock
UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;


-- FAILED
