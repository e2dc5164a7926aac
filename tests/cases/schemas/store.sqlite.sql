-- A music store, and every kind of thing that an SQLite file can hold.
CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE, UNIQUE (name));
CREATE TABLE genre (id INTEGER NOT NULL, name VARCHAR(60) DEFAULT 'it''s', CONSTRAINT pk_genre PRIMARY KEY (id));
CREATE TABLE media_type (code TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE album (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, -- the name, as printed
  artist_id INTEGER NOT NULL CONSTRAINT fk_album_artist REFERENCES artist (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
  released TEXT DEFAULT CURRENT_DATE
);
CREATE TABLE track (
  id INTEGER PRIMARY KEY, album_id INTEGER, genre_id INTEGER, media_code TEXT, name TEXT NOT NULL, ms INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER CHECK (bytes > 0), price NUMERIC DEFAULT (1 - 0.01), seconds REAL GENERATED ALWAYS AS (ms / 1000.0) VIRTUAL,
  heavy INTEGER AS (bytes > 1000000) STORED, "odd name" TEXT DEFAULT 'a  b', [select] TEXT,
  CONSTRAINT ck_price CHECK (price >= 0 AND name <> '(,)'), CONSTRAINT uq_track UNIQUE (album_id, name) ON CONFLICT IGNORE,
  CONSTRAINT fk_track_album FOREIGN KEY (album_id) REFERENCES album (id) ON DELETE SET NULL,
  FOREIGN KEY (genre_id) REFERENCES genre (id)
);
CREATE TABLE employee (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES employee, name TEXT, born INT) STRICT;
CREATE TABLE customer (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, since date, CONSTRAINT pk_customer PRIMARY KEY (id));
CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), placed TEXT, total NUMERIC DEFAULT -1.5);
CREATE TABLE invoice_line (invoice_id INTEGER NOT NULL, no INTEGER NOT NULL, track_id INTEGER, PRIMARY KEY (no DESC, invoice_id)) WITHOUT ROWID, STRICT;
CREATE TABLE playlist (id INTEGER CONSTRAINT PK_PLAYLIST PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT);
CREATE TABLE playlist_track (playlist_id, track_id, PRIMARY KEY (track_id, playlist_id));
CREATE TABLE visit (at TEXT, kind TEXT);
CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE plain (id INTEGER NOT NULL, note TEXT, CONSTRAINT pk_plain PRIMARY KEY (id));
CREATE TABLE noted (a TEXT, b TEXT);
CREATE INDEX ix_title ON album (title COLLATE NOCASE DESC, released);
CREATE INDEX ix_plain ON track (ms, bytes DESC);
CREATE UNIQUE INDEX ix_some ON track (lower(name)) WHERE ms > 1;
CREATE INDEX ix_visit ON visit (kind) WHERE kind IS NOT NULL;
CREATE VIEW b_tracks AS SELECT t.id, t.name, a.title FROM track t LEFT JOIN album a ON a.id = t.album_id;
CREATE VIEW a_tracks (number, title) AS SELECT id, title FROM b_tracks;
CREATE VIEW counted AS WITH q AS (SELECT count(*) AS n FROM track) SELECT n FROM q;
CREATE TRIGGER told AFTER UPDATE OF name ON track WHEN new.ms > 1 BEGIN INSERT INTO log (text) VALUES ('a; b'); SELECT 1; END;
CREATE TRIGGER gone BEFORE DELETE ON visit BEGIN INSERT INTO log (text) VALUES (old.kind); END;
CREATE TRIGGER through INSTEAD OF INSERT ON b_tracks BEGIN INSERT INTO visit VALUES (new.name, 'view'); END;
