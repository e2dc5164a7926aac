--  Lock Database
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 1, LOCKEDBY = '<HOST>', LOCKGRANTED = NOW() WHERE ID = 1 AND `LOCKED` = 0;

--  *********************************************************************
--  Rollback 7 Change(s) Script
--  *********************************************************************
--  Change Log: c.yaml
--  Ran at: 11/23/26, 4:06 AM
--  Against: lb@<URL>
--  Liquibase version: 4.28.0
--  *********************************************************************

--  Rolling Back ChangeSet: c.yaml::1000.0::yy
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '1000.0' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::1000::yy
DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '1000' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::Mon Jan 01 00:00:00 UTC 2024::yy
drop view yv;

drop index yix;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = 'Mon Jan 01 00:00:00 UTC 2024' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::31::yy
ALTER TABLE lbtest.yt ALTER added2 DROP DEFAULT;

ALTER TABLE lbtest.yt DROP added, DROP added2;

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = '31' AND AUTHOR = 'yy' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::true::no
update yt set s = 'back';

DELETE FROM lbtest.yt WHERE s = 'c';

DELETE FROM lbtest.DATABASECHANGELOG WHERE ID = 'true' AND AUTHOR = 'no' AND FILENAME = 'c.yaml';

--  Rolling Back ChangeSet: c.yaml::1.1::yy
--  Release Database Lock
UPDATE lbtest.DATABASECHANGELOGLOCK SET `LOCKED` = 0, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1;


-- FAILED
