//! What a run that fails leaves the user with: what took effect, an exit code, and events that say the same.

use serde_json::Value;

use crate::app::{App, finished};

fn events(stdout: &str) -> Vec<Value> {
    stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn what_took_effect_is_said_where_there_is_no_transaction() {
    let database = test_servers::mariadb().database();
    let url = database.url();
    let app = App::new();
    app.migration(1, "fine", "create_table :fines").migration(
        2,
        "breaks",
        "create_table :halfs\n    transaction { execute 'INSERT INTO halfs VALUES (1)'; raise ActiveRecord::Rollback }\n    \
         execute 'SELECT * FROM nowhere'",
    );
    app.run(&["migrate", "--database", &url])
        .exits(1)
        .complains("note: 2 Breaks: 1 of its statements took effect and stays:\n  CREATE TABLE `halfs`")
        .complains("note: before it, 1 migration took effect: 1\n");
    database.execute("DROP TABLE halfs").unwrap();
    let events = events(&app.run(&["migrate", "--database", &url, "--format", "json"]).exits(1).stdout);
    assert_eq!(names(&events), ["failed", "finished"]);
    assert_eq!(events[0]["took_effect"], 1);
    assert_eq!(events[1]["status"], "failed");
    assert_eq!((&events[1]["migrated"], &events[1]["pending"]), (&0.into(), &1.into()));
    assert_eq!(events[1]["took_effect"][0]["version"], "2");
    assert_eq!(events[1]["took_effect"][0]["statements"], 1);
}

/// The server ends the connection in the middle of a statement.
#[track_caller]
fn check_lost_connection(server: &test_servers::Server, sleep: &str, kill: &str, killed: &str) {
    let database = server.database();
    let url = database.url();
    let app = App::new();
    app.migration(1, "slow", &format!("create_table :slows\n    execute \"{sleep}\""));
    for format in ["rails", "json"] {
        let run = app.start(&["migrate", "--database", &url, "--format", format]);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while database.execute(killed).unwrap().trim() == "0" {
            assert!(std::time::Instant::now() < deadline, "the statement did not begin");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        for id in database.execute(kill).unwrap().split_whitespace() {
            let _ = database.execute(&id.replace('_', " "));
        }
        let output = run.wait_with_output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(6), "{stdout}{stderr}");
        assert!(!stderr.contains("advisory lock") && !stdout.contains("advisory lock"), "{stdout}{stderr}");
        assert!(stderr.contains("hint: ask with `maglev status`"), "{stderr}");
        if format == "json" {
            assert_eq!(names(&events(&stdout)), ["failed", "finished"], "{stdout}");
        } else {
            assert!(stderr.contains("the connection to the database was lost"), "{stderr}");
        }
        let _ = database.execute("DROP TABLE slows");
    }
}

#[test]
fn a_connection_lost_in_the_middle_on_mariadb() {
    let running = "information_schema.processlist WHERE info LIKE 'SELECT SLEEP%' AND db = DATABASE()";
    check_lost_connection(
        test_servers::mariadb(),
        "SELECT SLEEP(20)",
        &format!("SELECT CONCAT('KILL_CONNECTION_', id) FROM {running}"),
        &format!("SELECT COUNT(*) FROM {running}"),
    );
}

#[test]
fn a_connection_lost_in_the_middle_on_postgresql() {
    let running =
        "pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active' AND datname = current_database()";
    check_lost_connection(
        test_servers::postgresql(),
        "SELECT pg_sleep(20)",
        &format!("SELECT pg_terminate_backend(pid) FROM {running}"),
        &format!("SELECT COUNT(*) FROM {running}"),
    );
}

#[test]
fn events_of_several_databases_name_theirs() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones")
        .file(
            "db/animals/2_two.rb",
            "class Two < ActiveRecord::Migration[8.1]\n  def change = execute('SELECT nothing')\nend\n",
        )
        .file(
            "config/database.yml",
            "development:\n  primary:\n    adapter: sqlite3\n    database: one.sqlite3\n  animals:\n    adapter: sqlite3\n    \
             database: two.sqlite3\n    migrations_paths: db/animals\n",
        );
    let events = events(&app.run(&["migrate", "--format", "json"]).exits(1).stdout);
    assert_eq!(names(&events), ["migrated", "failed", "finished"]);
    assert_eq!((&events[0]["database"], &events[1]["database"]), (&"primary".into(), &"animals".into()));
    assert_eq!(events[2]["took_effect"][0]["database"], "primary");
    let status = app.run(&["status", "--format", "json"]).exits(0).stdout.clone();
    assert!(status.contains("\"database\":\"primary\""), "{status}");
    let version = app.run(&["version", "--format", "json"]).exits(0).stdout.clone();
    assert!(version.contains("\"database\":\"animals\""), "{version}");
}

#[test]
fn every_failure_ends_with_finished() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones").migration(2, "asks", "Customer.first");
    let check = |arguments: &[&str], code: i32, expected: &[&str]| {
        let outcome = app.sqlite(&[arguments, &["--format", "json"]].concat());
        let events = events(&outcome.exits(code).stdout);
        assert_eq!(names(&events), expected, "{}", outcome.stdout);
        assert_eq!(events.last().unwrap()["status"], "failed");
        assert_eq!(events.last().unwrap()["took_effect"], Value::Array(Vec::new()));
    };
    check(&["migrate"], 3, &["refused", "finished"]);
    check(&["migrate", "--to", "x"], 2, &["error", "finished"]);
    check(&["up", "7"], 2, &["error", "finished"]);
    let outcome = app.run(&["migrate", "--format", "json", "--database", "mysql2://root@127.0.0.1:1/x"]);
    let events = events(&outcome.exits(5).stdout);
    assert_eq!(names(&events), ["error", "finished"]);
    let message = events[0]["error"]["message"].as_str().unwrap();
    assert!(message.contains("Cause: 127.0.0.1, port 1: Can't connect to MySQL server on"), "{message}");
    assert!(events[0]["error"]["hint"].as_str().unwrap().contains("DATABASE_URL"));
}

#[test]
fn a_command_for_each_new_connection() {
    let database = test_servers::mariadb().database();
    let url = format!("{}?init_command=SET%20@from_url%20=%207", database.url());
    let app = App::new();
    app.migration(1, "asks", "raise 'not sent' unless select_value('SELECT @from_url').to_i == 7");
    let mut command = app.command(&["migrate", "--no-check"]);
    command.env("DATABASE_URL", &url);
    finished(command).exits(0);
    let url = format!("{}?init_command=SET%20nonsense", database.url());
    app.run(&["migrate", "--database", &url]).exits(5).complains("You have an error in your SQL syntax");
}
