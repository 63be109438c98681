//! `plan`: what it tells is what the command then sends, and it sends nothing itself.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use conformance::plan::{Told, Verdict, pair, told, writes_or_locks};
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
    assert!(!events(&ran).is_empty(), "{command:?} does nothing");
    check_same(&planned, &ran, &format!("{command:?}"));
}

fn events(outcome: &Outcome) -> Vec<Told> {
    told(outcome.stdout.as_bytes(), normalise).unwrap()
}

/// `about` says of what, where it is not.
#[track_caller]
fn check_same(planned: &Outcome, ran: &Outcome, about: &str) {
    for verdict in pair(&events(planned), &events(ran)) {
        assert_eq!(verdict, Verdict::Same, "{about}");
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

/// Rows are those that the server has, under columns that the plan has added, renamed and taken away, until the plan changes them.
#[track_caller]
fn check_rows(url: &str, insert: impl FnOnce()) {
    let app = App::new();
    app.migration(1, "create_users", "create_table(:users) { |t| t.string :name; t.integer :age; t.string :old }");
    app.file(
        "db/migrate/2_backfill.rb",
        "class Backfill < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
  end

  def up
    add_column :users, :email, :string
    add_column :users, :level, :integer, default: 3
    rename_column :users, :age, :years
    remove_column :users, :old
    User.reset_column_information
    say User.where(level: 3).where.not(years: nil).count.to_s
    User.where(email: nil).find_each { |user| user.update!(email: \"#{user.name}.#{user.years}.#{user.level}@example.com\") }
  end
end
",
    );
    run(&app, url, &["migrate", "--to", "1"]).exits(0);
    insert();
    let terminal = app.run(&["plan", "--database", url]);
    terminal.exits(0).says("-- 3\n").says("   -- and 1 more like these\n");
    assert!(!terminal.stdout.contains("uncertain"), "{}", terminal.stdout);
    check(&app, url, &["migrate"]);
}

/// Four users, one of them without an age.
const USERS: &str = "INSERT INTO users (name, age) VALUES ('a', 1), ('b', 2), ('c', 3), ('d', NULL)";

/// SQLite's copies of a table are made of what nobody has asked for.
#[test]
fn rows_are_those_of_the_server() {
    for server in [test_servers::mariadb(), test_servers::postgresql()] {
        let database = server.database();
        check_rows(&database.url(), || drop(database.execute(USERS).unwrap()));
    }
}

/// Who deletes until nothing is left comes to an end.
#[test]
fn a_loop_over_what_is_not_known_ends() {
    let app = App::new();
    app.file("db/schema.rb", "ActiveRecord::Schema[8.1].define(version: 1) do\n  create_table \"users\" do |t|\n    t.string \"name\"\n  end\nend\n");
    app.migration(1, "create_users", "");
    app.file(
        "db/migrate/2_empty.rb",
        "class Empty < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
  end

  def up
    loop { break if User.where(name: nil).limit(100).delete_all.zero? }
  end
end
",
    );
    app.run(&["plan", "--schema", "--server", "mariadb:10.11"]).exits(0).says("DELETE FROM `users`");
}

/// The schema file after the first migration, then a plan without a database, then the run on one that was loaded from the file,
/// which tells columns by their names and not in their order.
#[track_caller]
fn check_offline(made: &str, url: &str, server: &str) {
    let app = shop();
    run(&app, made, &["migrate", "--to", "20240101000001"]).exits(0);
    app.run(&["schema", "dump", "--file", "db/schema.rb", "--database", made]).exits(0);
    app.run(&["schema", "load", "--file", "db/schema.rb", "--database", url]).exits(0);
    let planned = run_offline(&app, &["plan", "--schema", "--server", server, "--format", "json"]);
    planned.exits(0);
    let ran = run(&app, url, &["migrate"]);
    check_same(&planned, &ran, server);
}

fn run_offline(app: &App, words: &[&str]) -> Outcome {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
    let mut command = app.command(words);
    command.env("SOURCE_DATE_EPOCH", seconds);
    finished(command)
}

#[test]
fn a_plan_without_a_database_is_what_runs_on_it() {
    let file = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite3:{}/{name}.sqlite3", file.path().display());
    check_offline(&at("made"), &at("loaded"), "sqlite");
    let (mariadb, postgresql) = (test_servers::mariadb(), test_servers::postgresql());
    let version = mariadb.execute(None, "SELECT REGEXP_SUBSTR(VERSION(), '[0-9]+\\.[0-9]+\\.[0-9]+')").unwrap();
    check_offline(&mariadb.database().url(), &mariadb.database().url(), &format!("mariadb:{}", version.trim()));
    let version = postgresql.execute(None, "SELECT split_part(current_setting('server_version'), ' ', 1)").unwrap();
    check_offline(
        &postgresql.database().url(),
        &postgresql.database().url(),
        &format!("postgresql:{}", version.trim()),
    );
}

/// What is certain to fail fails in the plan as it does on the server.
#[track_caller]
fn check_failures(server: &Server) {
    for change in [
        "create_table(:users) { |t| t.string :nick }",
        "add_column :users, :name, :string",
        "add_column :nowhere, :name, :string",
        "rename_table :nowhere, :somewhere",
        "execute 'DROP TABLE nowhere'",
        "drop_table :nowhere",
        "add_index :users, :name, name: 'index_users_on_name'",
        "add_index :users, :nick",
        "execute 'SELECT * FROM users'; execute \"INSERT INTO nowhere (a) VALUES (1)\"",
        "add_foreign_key :users, :nowhere, column: :id",
        "add_foreign_key :users, :users, column: :nick",
        "create_table(:posts) { |t| t.references :user, type: :string, foreign_key: true }",
        "create_table(:posts) { |t| t.string :user; t.foreign_key :users, column: :user, primary_key: :nick }",
        "add_column :users, :kind, :strang",
    ] {
        let (app, database) = (App::new(), server.database());
        let url = database.url();
        app.migration(1, "create_users", "create_table(:users) { |t| t.string :name, index: true }");
        app.migration(2, "fails", change);
        run(&app, &url, &["migrate", "--to", "1"]).exits(0);
        let planned = run(&app, &url, &["plan"]);
        let ran = run(&app, &url, &["migrate"]);
        planned.exits(1);
        ran.exits(1);
        check_same(&planned, &ran, change);
    }
}

#[test]
fn what_is_certain_to_fail_fails_in_the_plan_on_mariadb() {
    check_failures(test_servers::mariadb());
}

#[test]
fn what_is_certain_to_fail_fails_in_the_plan_on_postgresql() {
    check_failures(test_servers::postgresql());
}

/// `plan --format sql` through SQLite's own shell makes the database that `migrate` makes.
#[test]
fn the_script_does_what_the_run_does() {
    let app = shop();
    let script = app.sqlite(&["plan", "--format", "sql", "--output", "plan.sql"]);
    script.exits(0).says("");
    assert_eq!(script.stdout, "");
    let path = app.path().join("by_script.sqlite3");
    let mut shell = std::process::Command::new("sqlite3");
    shell.arg(&path).stdin(std::fs::File::open(app.path().join("plan.sql")).unwrap());
    finished(shell).exits(0);
    app.sqlite(&["migrate"]).exits(0);
    let dump = |file: &str| {
        let mut shell = std::process::Command::new("sqlite3");
        shell
            .arg(app.path().join(file))
            .arg(".schema")
            .arg("SELECT version FROM schema_migrations; SELECT name, email FROM users");
        finished(shell).stdout
    };
    assert_eq!(dump("by_script.sqlite3"), dump("test.sqlite3"));
}

pub(crate) fn git(app: &App, words: &[&str]) {
    let mut git = std::process::Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(words).current_dir(app.path());
    finished(git).exits(0);
}

/// A repository whose base has the first migration and its schema.
fn repository() -> App {
    let app = shop();
    app.file(".gitignore", "*.sqlite3*\n");
    app.sqlite(&["migrate", "--to", "20240101000001"]).exits(0);
    app.sqlite(&["schema", "dump", "--file", "db/schema.rb"]).exits(0);
    git(&app, &["init", "-q"]);
    git(&app, &["add", ".gitignore", "db/schema.rb", "db/migrate/20240101000001_create_users.rb"]);
    git(&app, &["commit", "-q", "-m", "base"]);
    app
}

#[test]
fn what_a_branch_adds_is_planned() {
    let app = repository();
    // What the branch has made of the schema file does not count, and it need not be the newest.
    app.file("db/schema.rb", "raise");
    app.migration(20_230_101_000_000, "older", "add_column :users, :older, :string");
    let outcome = app.run(&["plan", "--base", "HEAD", "--server", "postgresql:16", "--format", "markdown"]);
    outcome.exits(0).complains("older than the newest migration of `HEAD` (20240101000001)");
    outcome.says("**3 migrations**, 18 statements on `posts`, `users`; 1 is not certain\n");
    outcome.says("<details><summary><code>20230101000000</code> Older: <code>users</code></summary>");
    outcome.says("-- line 3\nALTER TABLE \"users\" ADD \"older\" character varying;\n");
}

#[test]
fn an_order_that_only_the_database_knows_is_said() {
    let app = repository();
    app.migration(
        20_250_101_000_000,
        "marks",
        "tables.grep(/users|posts/).each { |name| add_column name, :mark, :string }",
    );
    for (server, is_said) in [("postgresql:16", true), ("sqlite", false)] {
        let outcome = app.run(&["plan", "--base", "HEAD", "--server", server, "--format", "json"]);
        outcome.exits(0);
        let said =
            outcome.stdout.contains("the order in which PostgreSQL lists tables is not known without a database");
        assert_eq!(said, is_said, "{}", outcome.stdout);
    }
}

/// An app before its first migration has no schema file.
#[test]
fn the_first_branch_of_all_is_planned() {
    let app = App::new();
    app.file("README.md", "A new app\n");
    git(&app, &["init", "-q"]);
    git(&app, &["add", "README.md"]);
    git(&app, &["commit", "-q", "-m", "base"]);
    app.migration(1, "users", "create_table :users");
    let planned = app.run(&["plan", "--base", "HEAD", "--server", "sqlite", "--format", "sql"]);
    planned.exits(0).says("CREATE TABLE \"schema_migrations\"").says("CREATE TABLE \"users\"");
    // Where there were migrations, their schema file is wanted.
    git(&app, &["add", "db"]);
    git(&app, &["commit", "-q", "-m", "more"]);
    check_complaint(&app, "--base HEAD --server sqlite", "there is no schema file of `HEAD` to begin with");
}

#[track_caller]
fn check_complaint(app: &App, words: &str, message: &str) {
    let outcome = app.run(&[&["plan"], &words.split(' ').collect::<Vec<_>>()[..]].concat());
    outcome.exits(2).complains(message);
    assert_eq!((outcome.stderr.lines().count(), outcome.stdout.as_str()), (1, ""), "{}", outcome.stderr);
}

#[test]
fn what_a_plan_cannot_begin_with_is_told_in_a_line() {
    let app = repository();
    check_complaint(&app, "--base nothing --server sqlite", "there is no revision `nothing` here");
    check_complaint(&app, "--base HEAD", "nobody says which database the plan is for");
    check_complaint(&app, "--schema --server oracle", "`--server oracle` is none that is known");
    check_complaint(&app, "--server sqlite", "`--server` is for a plan without a database");
    check_complaint(
        &app,
        "--schema db/none.rb --server sqlite",
        "there is no schema file to begin with, looked for db/none.rb",
    );
    let clone = App::new();
    let from = format!("file://{}", app.path().display());
    git(&app, &["commit", "-q", "--allow-empty", "-m", "more"]);
    git(&clone, &["clone", "-q", "--depth", "1", &from, "clone"]);
    let mut shallow = clone.command(&["plan", "--base", "HEAD~1", "--server", "sqlite"]);
    shallow.current_dir(clone.path().join("clone"));
    finished(shallow)
        .exits(2)
        .complains("this clone is shallow and has no revision `HEAD~1`: fetch it with `git fetch --depth=1");
    app.file("db/schema.rb", "<<<<<<< ours\n");
    check_complaint(&app, "--schema --server sqlite", "db/schema.rb:1: the schema file is in conflict");
    let outside = App::new();
    check_complaint(&outside, "--base HEAD --server sqlite", "this folder is in no git repository");
}

#[test]
fn what_is_refused_is_annotated() {
    let app = App::new();
    app.migration(1, "lacks", "NoSuchConstant.call");
    let outcome = app.sqlite(&["plan", "--format", "github"]);
    outcome.exits(3).says("::error file=db/migrate/1_lacks.rb,line=3,title=refused::");
    assert_eq!(outcome.stdout.matches("::error").count(), 1, "{}", outcome.stdout);
    // What belongs to no file is annotated as well.
    let outcome = app.run(&["plan", "--format", "github", "--database", "mysql2://root@127.0.0.1:1/nowhere"]);
    outcome.exits(5).says("::error title=ActiveRecord%3A%3ADatabaseConnectionError::");
}

/// What a server's log of everything says that a plan has sent: nothing that writes or locks.
#[track_caller]
fn check_log(log: &str) {
    let sent: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(sent.len() > 5, "{log}");
    for line in sent {
        assert!(!writes_or_locks(line), "{line}");
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

/// What the schema's file is after the run, written before it.
#[track_caller]
fn check_dump(made: &str, url: &str, server: &str) {
    let app = shop();
    run(&app, made, &["migrate", "--to", "20240101000001"]).exits(0);
    app.run(&["schema", "dump", "--file", "db/schema.rb", "--database", made]).exits(0);
    app.run(&["schema", "load", "--file", "db/schema.rb", "--database", url]).exits(0);
    app.run(&["schema", "dump", "--offline", "--server", server]).exits(0);
    let offline = std::fs::read_to_string(app.path().join("db/schema.rb")).unwrap();
    assert!(offline.contains("create_table \"posts\""), "{offline}");
    run(&app, url, &["migrate"]).exits(0);
    app.run(&["schema", "dump", "--file", "db/schema.rb", "--database", url]).exits(0);
    assert_eq!(offline, std::fs::read_to_string(app.path().join("db/schema.rb")).unwrap(), "{server}");
}

#[test]
fn the_schema_file_is_written_as_it_will_be() {
    let file = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite3:{}/{name}.sqlite3", file.path().display());
    check_dump(&at("made"), &at("loaded"), "sqlite");
    let (mariadb, postgresql) = (test_servers::mariadb(), test_servers::postgresql());
    check_dump(&mariadb.database().url(), &mariadb.database().url(), "mariadb:10.11");
    check_dump(&postgresql.database().url(), &postgresql.database().url(), "postgresql:15");
}
