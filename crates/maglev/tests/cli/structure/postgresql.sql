--
-- Every form in which psql cuts a script.
--
\restrict aBcDeFgHiJ

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET client_min_messages = warning;

CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad;', 'it''s ok', E'new\nline\';', 'ünïcode');

/* A comment; /* in a comment; */ still one; */
CREATE TABLE public."odd;name" (
    id bigint NOT NULL, -- not the end;
    "quoted ""column"";" text DEFAULT 'a;b'::text,
    body text DEFAULT E'tab\t;\\;' /* ; */,
    more text DEFAULT 'one'
        'two;',
    feeling app.mood,
    at timestamp with time zone DEFAULT '2024-01-01 00:00:00+00'::timestamp with time zone,
    raw bytea DEFAULT '\x3b5c'::bytea,
    points integer[] DEFAULT '{1,2}'::integer[]
);

CREATE FUNCTION public.counted(text) RETURNS integer
    LANGUAGE plpgsql
    AS $_$
DECLARE
    found integer;
BEGIN
    -- a comment; with a semicolon
    SELECT length($1) INTO found;
    IF found > 1 THEN RAISE NOTICE 'long; %', $1; END IF;
    RETURN found;
END;
$_$;

CREATE FUNCTION public.nested() RETURNS text LANGUAGE sql AS $outer$ SELECT $inner$a; $$ b$inner$::text; $outer$;

CREATE OR REPLACE FUNCTION public.standard(a integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END;
        SELECT a;
    END;

CREATE PROCEDURE public.emptied() LANGUAGE sql BEGIN ATOMIC DELETE FROM public."odd;name"; END;

CREATE SEQUENCE public.ids START WITH 1;
CREATE TABLE public.plain (id integer PRIMARY KEY, name text, note text);
CREATE VIEW public.shown AS SELECT id, (name || ';') AS name FROM public.plain;
CREATE RULE watched AS ON UPDATE TO public.plain DO ALSO (INSERT INTO public."odd;name" (id) VALUES (1); SELECT 1;);

CREATE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note = 'seen;'; RETURN NEW; END$$;
CREATE TRIGGER touching BEFORE INSERT ON public.plain FOR EACH ROW EXECUTE FUNCTION public.touched();

COPY public.plain (id, name, note) FROM stdin;
1	a;b	x
2	back\\slash	\N
3	\t\ntabs;	'quote'
\.

COPY public.plain FROM STDIN WITH (FORMAT csv, HEADER);
id,name,note
4,"a, b; ""c""",
\.
INSERT INTO public.plain VALUES (5, U&'\0041;', 'x'), (6, $$dollar;$$, B'101'::text);

SET standard_conforming_strings = off;
SET escape_string_warning = off;
INSERT INTO public.plain VALUES (7, 'it\'s; \\', 'old');
SET standard_conforming_strings = on;
INSERT INTO public.plain VALUES (8, '\', 'new');

DO $$ BEGIN PERFORM 1; PERFORM 2; END $$;
BEGIN; CREATE TABLE public.transacted (id integer); COMMIT;
COMMENT ON TABLE public.plain IS 'a; -- b /* c';
SET search_path TO "$user", public;

INSERT INTO "plain" (id) VALUES
(9),
(10);

\unrestrict aBcDeFgHiJ
CREATE INDEX last_one ON plain (name)
