//! Rails' advisory lock: two runs against one database exclude each other.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::app::{App, finished};

/// Waits for something that another process does.
#[track_caller]
fn eventually(what: &str, test: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !test() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A run that takes some seconds, and one beside it.
fn check_exclusion(server: &test_servers::Server, sleep: &str, is_running: &str) {
    let database = server.database();
    let app = App::new();
    app.migration(1, "slow", &format!("execute \"{sleep}\""));
    let url = database.url();
    let mut first = app.start(&["migrate", "--database", &url]);
    eventually("the slow statement", || database.execute(is_running).unwrap().contains('1'));
    app.run(&["migrate", "--database", &url])
        .exits(4)
        .complains("Cannot run migrations because another migration process is currently running.");
    assert!(first.wait().unwrap().success());
    app.run(&["migrate", "--database", &url]).exits(0);
}

#[test]
fn two_runs_on_mariadb() {
    check_exclusion(
        test_servers::mariadb(),
        "SELECT SLEEP(2)",
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()",
    );
}

#[test]
fn two_runs_on_postgresql() {
    check_exclusion(
        test_servers::postgresql(),
        "SELECT pg_sleep(2)",
        "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()",
    );
}

/// The number that Rails computes for a database: recorded from Active Record 8.1.3.1.
#[test]
fn the_lock_is_rails_own() {
    let server = test_servers::mariadb();
    let _ = server.execute(None, "CREATE DATABASE app_production");
    let holder = Command::new("mariadb")
        .args(["--no-defaults", "--user", server.username(), "--host", "127.0.0.1"])
        .args(["--port", &server.port().to_string(), "-N", "-e"])
        .arg("SELECT GET_LOCK('4615154450383096620', 0); SELECT SLEEP(60)")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut holder = Killed(holder);
    eventually("the lock", || {
        server.execute(None, "SELECT IS_USED_LOCK('4615154450383096620') IS NOT NULL").unwrap().contains('1')
    });
    let app = App::new();
    app.migration(1, "one", "create_table :ones");
    let url = server.url("app_production");
    app.run(&["migrate", "--database", &url]).exits(4);
    holder.kill();
    eventually("the release", || app.run(&["migrate", "--database", &url]).code == 0);
    server.execute(None, "DROP DATABASE app_production").unwrap();
}

#[test]
fn advisory_locks_can_be_turned_off() {
    let server = test_servers::postgresql();
    let database = server.database();
    let app = App::new();
    app.migration(1, "one", "create_table :ones")
        .file("config/database.yml", &format!("development:\n  url: {}\n  advisory_locks: false\n", database.url()));
    let mut command = app.command(&["migrate", "--format", "json"]);
    command.env("RAILS_ENV", "development");
    finished(command).exits(0).says("\"event\":\"migrated\"");
}

/// A child that does not outlive its test.
struct Killed(std::process::Child);

impl Killed {
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `maglev cancel`: the run says so, and what of it stays.
fn check_cancel(server: &test_servers::Server, sleep: &str, is_running: &str, exit: i32, stays: &str) {
    let database = server.database();
    let app = App::new();
    app.migration(1, "one", "create_table :ones")
        .migration(2, "slow", &format!("create_table :twos\n    execute \"{sleep}\""))
        .migration(3, "three", "create_table :threes");
    let url = database.url();
    app.run(&["cancel", "--database", &url]).exits(0).says("there is nothing to cancel");
    let mut command = app.command(&["migrate", "--database", &url]);
    let first = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    eventually("the slow statement", || database.execute(is_running).unwrap().contains('1'));
    app.run(&["cancel", "--database", &url]).exits(0).says("cancelled: ended the session ").says("the lock is free");
    let ended = first.wait_with_output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(exit), "{error}");
    assert!(error.contains("Maglev::Cancelled") && error.contains("2 are left (2, 3)"), "{error}");
    assert!(error.contains(stays), "{error}");
}

#[test]
fn a_run_on_mariadb_is_cancelled() {
    check_cancel(
        test_servers::mariadb(),
        "SELECT SLEEP(25)",
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()",
        6,
        "as a whole or not at all; its first statement took effect and stays",
    );
}

#[test]
fn a_run_on_postgresql_is_cancelled() {
    check_cancel(
        test_servers::postgresql(),
        "SELECT pg_sleep(25)",
        "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()",
        1,
        "its transaction was rolled back",
    );
}

#[test]
fn without_a_lock_no_run_is_known() {
    App::new().sqlite(&["cancel"]).exits(2).complains("without an advisory lock");
}

/// Who may not end another's session is told what would have helped.
#[test]
fn a_right_is_missing() {
    let server = test_servers::mariadb();
    let database = server.database();
    let name = database.name();
    let grant = format!("CREATE USER {name}@'%'; GRANT ALL ON {name}.* TO {name}@'%'");
    server.execute(None, &grant).unwrap();
    let app = App::new();
    app.migration(1, "slow", "execute 'SELECT SLEEP(4)'");
    let mut first = app.start(&["migrate", "--database", &database.url()]);
    let is_running =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()";
    eventually("the slow statement", || database.execute(is_running).unwrap().contains('1'));
    let url = format!("mysql2://{name}@127.0.0.1:{}/{name}", server.port());
    app.run(&["cancel", "--database", &url]).exits(1).complains("and goes on").complains("CONNECTION ADMIN (MariaDB)");
    assert!(first.wait().unwrap().success());
    server.execute(None, &format!("DROP USER {name}@'%'")).unwrap();
}
