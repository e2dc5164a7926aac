--  Lock Database
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND `LOCKED` = 0;

--  *********************************************************************
--  Rollback 10 Change(s) Script
--  *********************************************************************
--  Change Log: c.xml
--  Ran at: 11/23/26, 4:09 AM
--  Against: lb@<URL>
--  Liquibase version: 4.28.0
--  *********************************************************************

--  Rolling Back ChangeSet: c.xml::11::t
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '11' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::10::t
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '10' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::9::t
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '9' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::8::t
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '8' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::7::t
delete from mm where id = 7;

delete from mm where id = 8;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '7' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::6::t
delete from mm;

delete from mm where id=1;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '6' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::5::t
delete from mm where id = 20;

INSERT INTO lbtest.mm (id) VALUES (99);

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '5' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::3::t
delete from mm where 'x-bob' = 'a';

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::2::t
DROP TABLE lbtest.mm;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '2' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Rolling Back ChangeSet: c.xml::1::t
DROP TABLE lbtest.m1;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '1' AND AUTHOR = 't' AND FILENAME = 'c.xml';

--  Release Database Lock
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

