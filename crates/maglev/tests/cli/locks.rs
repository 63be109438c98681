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
