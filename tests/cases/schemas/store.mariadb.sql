-- A music store, and every kind of thing that a MariaDB schema can hold. Statements end at an empty line.

CREATE TABLE artist (id int NOT NULL AUTO_INCREMENT, name varchar(120) NOT NULL, PRIMARY KEY (id), UNIQUE KEY uq_artist (name));

CREATE TABLE genre (id smallint unsigned NOT NULL AUTO_INCREMENT, name varchar(60), PRIMARY KEY (id)) COMMENT 'what it''s called';

CREATE TABLE media_type (id int PRIMARY KEY, code char(3) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL, UNIQUE KEY uq_code (code)) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;

CREATE TABLE album (id int PRIMARY KEY, title varchar(160) NOT NULL, artist_id int NOT NULL, released date, KEY ix_title (title(20), released DESC), CONSTRAINT fk_album_artist FOREIGN KEY (artist_id) REFERENCES artist (id) ON DELETE CASCADE ON UPDATE CASCADE);

CREATE TABLE track (
  id bigint unsigned NOT NULL AUTO_INCREMENT, album_id int, genre_id smallint unsigned, media_id int NOT NULL, name varchar(200) NOT NULL,
  composer varchar(220) DEFAULT 'it''s unknown', ms int NOT NULL DEFAULT 0, bytes bigint, price decimal(10,2) NOT NULL DEFAULT 0.99,
  seconds decimal(12,3) GENERATED ALWAYS AS (ms / 1000) VIRTUAL, heavy tinyint(1) AS (bytes > 1000000) STORED COMMENT 'megabytes',
  lyrics text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, tags longtext, doc json, hidden int INVISIBLE DEFAULT 5, shape geometry NOT NULL,
  PRIMARY KEY (id), KEY ix_lyrics (lyrics(10), ms DESC), FULLTEXT KEY ft_tags (tags), SPATIAL KEY sp_shape (shape),
  KEY ix_off (ms) COMMENT 'unused' IGNORED, UNIQUE KEY uq_prefix (name(30), album_id),
  CONSTRAINT fk_track_album FOREIGN KEY (album_id) REFERENCES album (id) ON DELETE SET NULL,
  CONSTRAINT fk_track_genre FOREIGN KEY (genre_id) REFERENCES genre (id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT fk_track_media FOREIGN KEY (media_id) REFERENCES media_type (id),
  CONSTRAINT ck_price CHECK (price >= 0 AND ms >= 0)
);

CREATE TABLE employee (id int PRIMARY KEY, boss_id int, name varchar(40) NOT NULL, born date, mail varchar(60), level enum('a','b''c') DEFAULT 'a' CHECK (level <> ''), rights set('x','y'), CONSTRAINT fk_boss FOREIGN KEY (boss_id) REFERENCES employee (id));

CREATE TABLE customer (
  id int PRIMARY KEY, rep_id int, name varchar(40) NOT NULL, key_code uuid DEFAULT uuid(), bits bit(3) DEFAULT b'101', code varchar(5) DEFAULT 'NULL',
  made timestamp(6) NOT NULL DEFAULT current_timestamp(6), changed timestamp NULL ON UPDATE current_timestamp(),
  touched timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), score float(7,3), since year, sum int DEFAULT (1 + 1),
  CONSTRAINT fk_rep FOREIGN KEY (rep_id) REFERENCES employee (id)
);

CREATE TABLE invoice (id int PRIMARY KEY, customer_id int NOT NULL, placed datetime NOT NULL, total decimal(10,2) NOT NULL, KEY fk_customer (customer_id), CONSTRAINT fk_invoice_customer FOREIGN KEY (customer_id) REFERENCES customer (id));

CREATE TABLE invoice_line (invoice_id int NOT NULL, no int NOT NULL, track_id bigint unsigned, quantity int NOT NULL DEFAULT 1, PRIMARY KEY (no, invoice_id), CONSTRAINT fk_line FOREIGN KEY (invoice_id) REFERENCES invoice (id));

CREATE TABLE playlist (id int NOT NULL AUTO_INCREMENT, name varchar(120), KEY ix_counting (id)) ENGINE=Aria TRANSACTIONAL=1;

CREATE TABLE playlist_track (playlist_id int NOT NULL, track_id bigint unsigned NOT NULL, place point REF_SYSTEM_ID=4326, PRIMARY KEY (playlist_id, track_id));

CREATE TABLE visit (id int, at date, kind int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (kind) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);

CREATE TABLE price_history (id int PRIMARY KEY, price decimal(10,2), note varchar(9) WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;

CREATE TABLE contract (id int PRIMARY KEY, v int, began timestamp(6) GENERATED ALWAYS AS ROW START, ended timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (began, ended)) WITH SYSTEM VERSIONING;

CREATE TABLE booking (room int, since date, till date, PERIOD FOR stay (since, till), UNIQUE KEY uq_stay (room, stay WITHOUT OVERLAPS));

CREATE TABLE old_words (id int, word varchar(4), modern varchar(4) CHARACTER SET utf8mb4) DEFAULT CHARSET=latin1 COMMENT='a \\ b';

CREATE SEQUENCE ticket START WITH 3 INCREMENT BY 2 MAXVALUE 999 CACHE 5 CYCLE;

CREATE TABLE ticketed (id bigint NOT NULL DEFAULT nextval(ticket), PRIMARY KEY (id));

CREATE FUNCTION full_name(first varchar(10), last varchar(10) CHARSET latin1) RETURNS varchar(20) DETERMINISTIC COMMENT 'joins' RETURN CONCAT(first, last);

CREATE AGGREGATE FUNCTION total_of(x int) RETURNS int BEGIN DECLARE s int DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END;

CREATE PROCEDURE tidy(IN a int, OUT b int) MODIFIES SQL DATA SQL SECURITY INVOKER BEGIN SET b = a; -- ; not the end
DELETE FROM visit WHERE id = a; END;

CREATE VIEW b_tracks AS SELECT t.id, t.name, a.title FROM track t LEFT JOIN album a ON a.id = t.album_id;

CREATE SQL SECURITY INVOKER VIEW a_tracks AS SELECT id, full_name(name, 'x; `y`.z') AS named FROM b_tracks;

CREATE ALGORITHM=MERGE VIEW few (number) AS SELECT id FROM genre WHERE id > 3 WITH LOCAL CHECK OPTION;

CREATE DEFINER='auditor'@'localhost' VIEW next_ticket AS SELECT nextval(ticket) AS n;

CREATE TRIGGER b_track BEFORE INSERT ON track FOR EACH ROW SET NEW.ms = NEW.ms + 1;

CREATE TRIGGER c_track BEFORE INSERT ON track FOR EACH ROW SET NEW.ms = NEW.ms + 2;

CREATE TRIGGER a_track BEFORE INSERT ON track FOR EACH ROW PRECEDES b_track BEGIN SET NEW.composer = 'x;\'y'; SET NEW.bytes = 1; END;

CREATE DEFINER='auditor'@'localhost' TRIGGER watched AFTER DELETE ON invoice FOR EACH ROW INSERT INTO visit (id) VALUES (OLD.id);

CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'n' DO DELETE FROM visit;

SET sql_mode = ORACLE;

CREATE PACKAGE tools AS FUNCTION one RETURN INT; END;

CREATE PACKAGE BODY tools AS FUNCTION one RETURN INT AS BEGIN RETURN 1; END; END;

SET sql_mode = DEFAULT;
