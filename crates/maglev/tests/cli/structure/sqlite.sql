-- Every form in which the sqlite3 shell cuts a script.
# This line too is a comment; for it
CREATE TABLE IF NOT EXISTS "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "odd;name" varchar DEFAULT 'a;b');
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE plain(a, [b;] text, `c;` text /* ; */, d DEFAULT 'it''s;'); CREATE TABLE same_line(a);
CREATE TABLE noted (a -- not the end;
);
CREATE TRIGGER seen AFTER INSERT ON plain BEGIN
  INSERT INTO noted VALUES (CASE WHEN new.a = 1 THEN 'one;' ELSE 'more' END);
  UPDATE noted SET a = a || ';'; -- end;
END;
CREATE TEMP TRIGGER gone AFTER DELETE ON main.plain BEGIN SELECT 1; END;
CREATE VIEW shown AS SELECT a, 'end;' AS "end" FROM plain
/* shown(a,"end") */;
CREATE UNIQUE INDEX "by_a" ON "plain" ("a") WHERE d <> ';';
/* A comment;
   over lines; */
INSERT INTO plain (a) VALUES (1);
INSERT INTO plain (a) VALUES
(2),
(3);
CREATE TABLE last_one(a)
