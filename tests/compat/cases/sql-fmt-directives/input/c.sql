--liquibase formatted sql logicalFilePath:logical/x.sql

--property name:tab value:ft
--property name:tab value:other dbms:oracle

--changeset alice:1 context:"a or b" labels:"x,y" runOnChange:true
--comment: make the table
CREATE TABLE ${tab} (id int, v varchar(50));
--rollback DROP TABLE ${tab};

--changeset "bob smith":"id two" stripComments:false
-- this stays; not a split
insert into ft values (1, 'a;b'); /* c ; */ insert into ft values (2, 'it''s -- no comment');
--rollback delete from ft where id = 1;
--rollback delete from ft where id = 2

--changeset c:3 endDelimiter:@@ rollbackEndDelimiter:@@
insert into ft values (3, 'x;y')@@
insert into ft values (4, 'z')@@
--rollback delete from ft where id=3@@ delete from ft where id = 4

--changeset d:4 splitStatements:false
insert into ft values (5, ';');
--rollback empty

--changeset e:5 runAlways:true failOnError:false
update ft set v = 'no' where id = 99
--rollback not required

--changeset f:6 dbms:postgresql,sqlite
insert into ft values (6, 'pg');
/* liquibase rollback
delete from ft
 where id = 6;
*/

--changeset g:7 dbms:!sqlite
--preconditions onFail:MARK_RAN onError:HALT
--precondition-sql-check expectedResult:0 select count(*) from ft where id = 1
insert into ft values (7, 'never');
--rollback delete from ft where id = 7;

--changeset h:8 failOnError:false
insert into no_such_table values (1);
--rollback empty

--changeset i:9 ignore:true
insert into ft values (9,'ignored');

--changeset j:10
--validCheckSum: ANY
--validCheckSum: 9:d41d8cd98f00b204e9800998ecf8427e
--preconditions onFail:CONTINUE
--precondition-table-exists table:ft
insert into ft
  values (10,
   'multi
line');
GO
insert into ft values (11, 'after go')
go
--rollback delete from ft where id in (10, 11);

--changeset k:11 logicalFilePath:own.sql runInTransaction:false
--ignoreLines:1
this line is ignored
insert into ft values (12, '${unknown} ${tab}');
--ignoreLines:start
junk here
--ignoreLines:end
--rollback delete from ft where id = 12;

--changeset l:12 labels:z context:nope
insert into ft values (13, 'ctx');
--rollback changesetId:11 changesetAuthor:k changesetPath:own.sql
