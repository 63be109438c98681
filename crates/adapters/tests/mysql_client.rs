//! The MySQL client against a real server: what it lets through, what it reports, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::thread;
use std::time::Duration;

use adapters::Bounds;
use adapters::mysql::client::{Client, ClientError, ConnectOptions, Endpoint, ErrorKind, SslMode};
use test_servers::Database;

fn options(database: &Database<'_>) -> ConnectOptions {
    let url = database.url();
    let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).and_then(|port| port.parse().ok());
    ConnectOptions {
        endpoint: Endpoint::Tcp { host: "127.0.0.1".to_owned(), port: port.unwrap() },
        username: "root".to_owned(),
        password: String::new(),
        database: Some(database.name().to_owned()),
        ssl_mode: SslMode::Preferred,
        ssl_ca: None,
        ssl_identity: None,
        cleartext_plugin: false,
        get_server_public_key: false,
        multi_statements: false,
        init_command: None,
        connect_timeout: Some(Duration::from_secs(5)),
        read_timeout: None,
        write_timeout: None,
        bounds: Bounds::default(),
    }
}

fn error_text(error: &ClientError) -> String {
    let number = error.number.map_or_else(String::new, |number| format!("{number} "));
    format!("{number}({}) {}", error.sqlstate, error.message)
}

/// The rows, or how many there were to affect, or the error.
fn answer(client: &mut Client, sql: &str) -> String {
    match client.query(sql.as_bytes()) {
        Err(error) => error_text(&error),
        Ok(result) if result.columns.is_empty() => format!("{} affected", result.affected_rows),
        Ok(result) => {
            let text = |value: &Option<Vec<u8>>| {
                value.as_ref().map_or_else(|| "NULL".to_owned(), |value| String::from_utf8_lossy(value).into_owned())
            };
            let rows: Vec<_> =
                result.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect();
            rows.join("\n")
        }
    }
}

#[test]
fn statements() {
    let database = test_servers::mariadb().database();
    let mut client = Client::connect(&options(&database)).unwrap();
    let mut check = |sql: &str, expected: &str| assert_eq!(answer(&mut client, sql), expected, "{sql}");

    check("SELECT 1, NULL, '', 'é', x'00'", "1|NULL||é|\0");
    check("SELECT * FROM (SELECT 1 AS a) AS t WHERE a = 2", "");
    check("CREATE TABLE t (a int, b int)", "0 affected");
    check("INSERT INTO t VALUES (1, 1), (2, 1)", "2 affected");
    // Rows found, as Rails asks for, and not rows changed.
    check("UPDATE t SET b = 1", "2 affected");
    check(
        "SELECT 1; SELECT 2",
        "1064 (42000) You have an error in your SQL syntax; check the manual that corresponds to your MariaDB server \
         version for the right syntax to use near 'SELECT 2' at line 1",
    );
    check("SELECT nope FROM t", "1054 (42S22) Unknown column 'nope' in 'SELECT'");
    check("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'é'", "1644 (45000) é");
    check("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END", "0 affected");
    check("CALL p()", "1");
    check("CREATE PROCEDURE q() BEGIN SELECT 1; SELECT * FROM nope; END", "0 affected");
    check("CALL q()", &format!("1146 (42S02) Table '{}.nope' doesn't exist", database.name()));
    check(
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t",
        "4166 (HY000) The used command is not allowed because the MariaDB server or client has disabled the local infile capability",
    );
    check("SELECT LENGTH(REPEAT('x', 9000000))", "9000000");
}

#[test]
fn long_values() {
    let database = test_servers::mariadb().database();
    let mut client = Client::connect(&options(&database)).unwrap();
    let long = "x".repeat(12 << 20);
    assert_eq!(answer(&mut client, &format!("SELECT LENGTH('{long}')")), long.len().to_string());
    assert_eq!(answer(&mut client, &format!("SELECT REPEAT('x', {})", 12 << 20)).len(), long.len());
}

#[test]
fn multi_statements() {
    let database = test_servers::mariadb().database();
    let mut client = Client::connect(&options(&database)).unwrap();
    client.set_multi_statements(true).unwrap();
    assert_eq!(answer(&mut client, "DO 1; SELECT 2"), "0 affected");
    assert!(answer(&mut client, "DO 1; nonsense").starts_with("1064"));
    client.set_multi_statements(false).unwrap();
    assert!(answer(&mut client, "DO 1; SELECT 2").starts_with("1064"));
    assert_eq!(answer(&mut client, "SELECT 3"), "3");
}

#[test]
fn refusals() {
    let database = test_servers::mariadb().database();
    let check = |change: fn(&mut ConnectOptions), expected: &str| {
        let mut options = options(&database);
        change(&mut options);
        let error = Client::connect(&options).err().map(|error| error_text(&error));
        assert_eq!(error.as_deref(), Some(expected));
    };
    check(|options| options.database = Some("nope".to_owned()), "1049 (42000) Unknown database 'nope'");
    check(
        |options| options.password = "wrong".to_owned(),
        "1045 (28000) Access denied for user 'root'@'127.0.0.1' (using password: YES)",
    );
    check(
        |options| options.ssl_mode = SslMode::Required,
        "2026 (HY000) SSL connection error: SSL is required but the server doesn't support it",
    );
    check(
        |options| options.endpoint = Endpoint::Socket("/nope".into()),
        "2002 (HY000) Can't connect to local MySQL server through socket '/nope' (2)",
    );
    check(
        |options| options.endpoint = Endpoint::Tcp { host: "127.0.0.1".to_owned(), port: 1 },
        "2003 (HY000) Can't connect to MySQL server on '127.0.0.1:1' (111)",
    );
    check(
        |options| options.endpoint = Endpoint::Tcp { host: "nope.invalid".to_owned(), port: 1 },
        "2005 (HY000) Unknown MySQL server host 'nope.invalid' (-2)",
    );
}

#[test]
fn read_timeout() {
    let database = test_servers::mariadb().database();
    let options = ConnectOptions { read_timeout: Some(Duration::from_millis(100)), ..options(&database) };
    let mut client = Client::connect(&options).unwrap();
    let error = client.query(b"SELECT SLEEP(5)").unwrap_err();
    assert_eq!((error.kind, error.number), (ErrorKind::Timeout, None));
    assert!(client.is_closed());
    assert_eq!(answer(&mut client, "SELECT 1"), "(HY000) MySQL client is not connected");
}

#[test]
fn cancel() {
    let database = test_servers::mariadb().database();
    let options = options(&database);
    let mut client = Client::connect(&options).unwrap();
    let token = client.cancel_token(&options);
    let canceller = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        token.cancel()
    });
    assert_eq!(answer(&mut client, "SELECT SLEEP(5)"), "1317 (70100) Query execution was interrupted");
    canceller.join().unwrap().unwrap();
    assert_eq!(answer(&mut client, "SELECT 1"), "1");
}
