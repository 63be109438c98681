CREATE TABLE things (id bigserial PRIMARY KEY, name varchar, price integer);
CREATE VIEW zebras AS SELECT id, name FROM things WHERE name ~ '^\d+$';
CREATE VIEW apes AS SELECT id FROM zebras;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS total, name FROM things GROUP BY name;
CREATE UNIQUE INDEX on_counted_name ON counted (name);
CREATE VIEW "of two words" AS SELECT price FROM things;
CREATE VIEW alone AS SELECT 1 AS one;
CREATE FUNCTION touched() RETURNS trigger AS $$
BEGIN
  NEW.name := 'it''s \ ' || NEW.name;

  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE FUNCTION doubled(amount integer) RETURNS integer AS 'SELECT amount * 2' LANGUAGE sql;
CREATE TRIGGER on_touch BEFORE UPDATE ON things FOR EACH ROW EXECUTE FUNCTION touched();
