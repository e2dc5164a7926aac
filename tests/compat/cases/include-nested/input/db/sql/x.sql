insert into inc values ('x1');
-- c ; c
insert into inc values ('${g}');
