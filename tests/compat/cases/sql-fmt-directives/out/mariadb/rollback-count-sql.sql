--  Lock Database
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND `LOCKED` = 0;

--  *********************************************************************
--  Rollback 8 Change(s) Script
--  *********************************************************************
--  Change Log: c.sql
--  Ran at: 11/23/26, 4:19 AM
--  Against: lb@<URL>
--  Liquibase version: 4.28.0
--  *********************************************************************

--  Rolling Back ChangeSet: own.sql::11::k
delete from ft where id = 12;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '11' AND AUTHOR = 'k' AND FILENAME = 'own.sql';

--  Rolling Back ChangeSet: logical/x.sql::10::j
delete from ft where id in (10, 11);

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '10' AND AUTHOR = 'j' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::7::g
delete from ft where id = 7;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '7' AND AUTHOR = 'g' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::5::e
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '5' AND AUTHOR = 'e' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::4::d
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '4' AND AUTHOR = 'd' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::3::c
delete from ft where id=3@@

delete from ft where id = 4@@

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '3' AND AUTHOR = 'c' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::id two::bob smith
delete from ft where id = 1;

delete from ft where id = 2;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = 'id two' AND AUTHOR = 'bob smith' AND FILENAME = 'logical/x.sql';

--  Rolling Back ChangeSet: logical/x.sql::1::alice
DROP TABLE ft;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '1' AND AUTHOR = 'alice' AND FILENAME = 'logical/x.sql';

--  Release Database Lock
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;

