-- The users of the functions, on RDS for PostgreSQL and Aurora PostgreSQL: run as the master user, in the database `shop`.
-- They have no password: a token of 15 minutes, which AWS signs for the functions' roles alone, is theirs, over TLS.

CREATE USER migrator;
GRANT rds_iam TO migrator;
-- Only its owner alters a table. `shop` is the app's role, which owns them all: what the function makes is to be that one's as well.
GRANT shop TO migrator;
ALTER ROLE migrator SET role TO 'shop';

CREATE USER planner;
GRANT rds_iam TO planner;
-- What there is, everybody may read; what ran is in these two tables, which the first migration makes. No row of another can be read.
GRANT SELECT ON schema_migrations, ar_internal_metadata TO planner;
