//! `plan`: what it tells is what the command then sends, and it sends nothing itself.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use conformance::plan::{Verdict, pair, told};
use conformance::record::normalise;
use test_servers::{Database, Kind, Server};

use crate::app::{App, Outcome, finished};

/// Three migrations: tables, rows of models, raw SQL.
pub(crate) fn shop() -> App {
    let app = App::new();
    app.migration(
        20_240_101_000_001,
        "create_users",
        "create_table(:users) { |t| t.string :name, null: false; t.timestamps }
    add_index :users, :name, unique: true",
    );
    app.file(
        "db/migrate/20240101000002_add_email.rb",
        "class AddEmail < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
  end

  def up
    add_column :users, :email, :string
    User.reset_column_information
    3.times { |number| User.create!(name: \"user #{number}\", email: \"#{number}@example.com\") }
    change_column_null :users, :email, false
  end

  def down
    remove_column :users, :email
  end
end
",
    );
    app.migration(
        20_240_101_000_003,
        "create_posts",
        "create_table(:posts) { |t| t.references :user, foreign_key: true }
    reversible { |way| way.up { execute \"UPDATE users SET name = 'a' WHERE id = 3\" } }",
    );
    app
}

fn run(app: &App, url: &str, words: &[&str]) -> Outcome {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let mut command = app.command(&[words, &["--format", "json", "--database", url]].concat());
    command.env("SOURCE_DATE_EPOCH", seconds);
    finished(command)
}

/// What is planned is what runs.
#[track_caller]
fn check(app: &App, url: &str, command: &[&str]) {
    let plan = match command {
        ["migrate", rest @ ..] => [&["plan"], rest].concat(),
        command => [&["plan"], command].concat(),
    };
    let planned = run(app, url, &plan);
    planned.exits(0);
    let ran = run(app, url, command);
    ran.exits(0);
    let told = |outcome: &Outcome| told(outcome.stdout.as_bytes(), normalise).unwrap();
    let (planned, ran) = (told(&planned), told(&ran));
    assert!(!ran.is_empty(), "{command:?} does nothing");
    for verdict in pair(&planned, &ran) {
        assert_eq!(verdict, Verdict::Same, "{command:?}");
    }
}

fn check_all(app: &App, url: &str) {
    check(app, url, &["migrate", "--to", "20240101000001"]);
    check(app, url, &["redo", "--version", "20240101000001"]);
    check(app, url, &["migrate"]);
    check(app, url, &["rollback", "--steps", "2"]);
    check(app, url, &["up", "20240101000003"]);
    check(app, url, &["down", "20240101000003"]);
}

#[test]
fn a_plan_is_what_runs_on_sqlite3() {
    let app = shop();
    check_all(&app, &app.sqlite_url());
}

#[test]
fn a_plan_is_what_runs_on_mariadb() {
    let database = test_servers::mariadb().database();
    check_all(&shop(), &database.url());
}

#[test]
fn a_plan_is_what_runs_on_postgresql() {
    let database = test_servers::postgresql().database();
    check_all(&shop(), &database.url());
}

#[test]
fn nothing_is_made_where_nothing_is() {
    let app = shop();
    let outcome = app.sqlite(&["plan"]);
    outcome.exits(0).says("-- create_table(:users)\n   BEGIN immediate TRANSACTION;\n   CREATE TABLE \"users\" (");
    assert!(!app.path().join("test.sqlite3").exists());
}

/// The second is like the first, and the database is as it was.
#[test]
fn a_plan_is_the_same_each_time() {
    let app = shop();
    app.sqlite(&["migrate", "--to", "20240101000001"]).exits(0);
    let file = || std::fs::read(app.path().join("test.sqlite3")).unwrap();
    let before = file();
    let first = app.sqlite(&["plan", "--format", "json"]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(first.stdout, app.sqlite(&["plan", "--format", "json"]).stdout);
    assert_eq!(before, file());
}

/// What a server's log of everything says that a plan has sent: nothing that writes or locks.
#[track_caller]
fn check_log(log: &str) {
    let sent: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(sent.len() > 5, "{log}");
    for line in sent {
        let first = line.trim_start().split([' ', '(', ';']).next().unwrap().to_ascii_uppercase();
        let is_settled = matches!(first.as_str(), "SELECT" | "SHOW" | "SET" | "PRAGMA" | "WITH");
        let lower = line.to_ascii_lowercase();
        assert!(is_settled && !lower.contains("_lock") && !lower.contains("for update"), "{line}");
    }
}

fn plan_each(database: &Database<'_>, begin: impl Fn(), read: impl Fn() -> String) {
    let (app, url) = (shop(), database.url());
    let plan = |words: &[&str]| {
        begin();
        run(&app, &url, words).exits(0);
        check_log(&read());
    };
    plan(&["plan"]);
    run(&app, &url, &["migrate", "--to", "20240101000002"]).exits(0);
    plan(&["plan"]);
    plan(&["plan", "rollback", "--steps", "9"]);
    plan(&["plan", "redo"]);
}

#[test]
fn a_plan_writes_and_locks_nothing_on_mariadb() {
    // A server of its own, for what others do would be in its log too.
    let server = Server::start(Kind::MariaDb).unwrap();
    let sql = |text: &str| server.execute(None, text).unwrap();
    sql("SET GLOBAL log_output = 'TABLE'");
    let begin = || {
        sql("SET GLOBAL general_log = 0; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1");
    };
    let read = || {
        sql("SET GLOBAL general_log = 0");
        sql("SELECT REPLACE(argument, '\n', ' ') FROM mysql.general_log WHERE command_type IN ('Query', 'Execute', 'Prepare')
             AND argument NOT LIKE 'SET GLOBAL%'")
    };
    plan_each(&server.database(), begin, read);
}

#[test]
fn a_plan_writes_and_locks_nothing_on_postgresql() {
    let server = test_servers::postgresql();
    let database = server.database();
    let log = || std::fs::read_to_string(server.socket().join("log")).unwrap();
    let set = |to: &str| {
        let sql = format!("ALTER DATABASE \"{}\" SET log_statement = '{to}'", database.name());
        server.execute(None, &sql).unwrap();
    };
    let begun = Cell::new(0);
    let begin = || {
        set("all");
        begun.set(log().len());
    };
    let read = || {
        set("none");
        let log = log();
        let lines = log[begun.get()..].lines();
        let sent = lines.filter_map(|line| line.split_once(" statement: ").or_else(|| line.split_once(" execute ")));
        sent.map(|(_, sql)| {
            format!("{}\n", sql.split_once(": ").filter(|_| sql.starts_with('<')).map_or(sql, |(_, sql)| sql))
        })
        .filter(|sql| !sql.starts_with("ALTER DATABASE"))
        .collect()
    };
    plan_each(&database, begin, read);
}
