--  Lock Database
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND `LOCKED` = 0;

--  *********************************************************************
--  Rollback 21 Change(s) Script
--  *********************************************************************
--  Change Log: c.xml
--  Ran at: 11/23/26, 4:06 AM
--  Against: lb@<URL>
--  Liquibase version: 4.28.0
--  *********************************************************************

--  Rolling Back ChangeSet: c.xml::21::t
--  Release Database Lock
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;


-- FAILED
