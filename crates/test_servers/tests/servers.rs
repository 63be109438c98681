//! Each server starts, gives databases that do not see each other, and speaks.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use test_servers::Server;

fn check(server: &'static Server, version: &str) {
    let (one, other) = (server.database(), server.database());
    one.execute("CREATE TABLE things (id integer)").unwrap();
    assert_eq!(one.execute("SELECT count(*) FROM things").unwrap().trim(), "0");
    assert!(other.execute("SELECT count(*) FROM things").is_err());
    assert!(one.execute("SELECT version()").unwrap().contains(version));
    assert!(one.url().ends_with(one.name()));
}

#[test]
fn mariadb() {
    check(test_servers::mariadb(), "MariaDB");
}

#[test]
fn postgresql() {
    check(test_servers::postgresql(), "PostgreSQL");
}
