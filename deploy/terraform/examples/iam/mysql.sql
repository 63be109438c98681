-- The users of the functions, on RDS for MySQL, RDS for MariaDB and Aurora MySQL: run as the database's master user.
-- They have no password: a token of 15 minutes, which AWS signs for the functions' roles alone, is theirs, over TLS.

CREATE USER 'migrator'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
ALTER USER 'migrator'@'%' REQUIRE SSL;
-- What Rails' migrations do. Views, triggers and routines need CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE and ALTER ROUTINE too;
-- `maglev create` and `prepare` of databases that are not there need CREATE on *.*.
GRANT ALTER, CREATE, DELETE, DROP, INDEX, INSERT, REFERENCES, SELECT, UPDATE ON `shop`.* TO 'migrator'@'%';

CREATE USER 'planner'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
ALTER USER 'planner'@'%' REQUIRE SSL;
-- What tells Rails of a table's columns and keys asks for SELECT on it.
GRANT SELECT, SHOW VIEW ON `shop`.* TO 'planner'@'%';
