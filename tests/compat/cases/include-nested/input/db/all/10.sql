--liquibase formatted sql
--changeset z:1
insert into inc values ('all10');
--rollback empty
