--  Lock Database
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND `LOCKED` = 0;

--  *********************************************************************
--  Rollback 7 Change(s) Script
--  *********************************************************************
--  Change Log: c.yaml
--  Ran at: 11/23/26, 4:29 AM
--  Against: lb@<URL>
--  Liquibase version: 4.28.0
--  *********************************************************************

--  Rolling Back ChangeSet: c.yaml::7::x
delete from yd where c = '7';

delete from yd where c = '8';

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '7' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::6::x
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '6' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::5::x
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '5' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::4::x
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '4' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::3::x
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::2::x
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '2' AND AUTHOR = 'x' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::1::2024-03-04 05:06:07
--  Release Database Lock
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;


-- FAILED
