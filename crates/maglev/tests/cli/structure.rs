//! structure.sql: loaded by the databases' own clients and by Maglev, which has none, the databases are the same; and dumped.

use std::path::{Path, PathBuf};
use std::process::Command;

use test_servers::{Database, Kind};

use crate::app::{App, finished};

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/structure").join(name)
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The database as its own tool dumps it, without what only Rails notes.
fn dumped(database: &Database<'_>) -> String {
    let (socket, name) = (database.server().socket(), database.name());
    let mut command = match database.server().kind() {
        Kind::PostgreSql => {
            let mut command = test_servers::client("pg_dump");
            command.args(["--username=postgres", "--exclude-table=*.ar_internal_metadata"]);
            command.arg(format!("--port={}", database.server().port())).arg(format!("--host={}", socket.display()));
            command
        }
        Kind::MariaDb => {
            let mut command = Command::new("mariadb-dump");
            command.args(["--no-defaults", "--user=root", "--routines", "--triggers", "--skip-comments"]);
            command.arg(format!("--socket={}", socket.display()));
            command.arg(format!("--ignore-table={name}.ar_internal_metadata"));
            command
        }
    };
    let text = output(command.arg(name)).replace(name, "DATABASE");
    text.lines().filter(|line| !line.starts_with('\\')).flat_map(|line| [line, "\n"]).collect()
}

fn load(app: &App, url: &str, file: &Path) -> crate::app::Outcome {
    let mut command = app.command(&["schema", "load", "--database", url, "--file", file.to_str().unwrap()]);
    finished({
        command.env("SCHEMA_FORMAT", "sql");
        command
    })
}

#[test]
fn postgresql_as_psql() {
    let (theirs, ours) = (test_servers::postgresql().database(), test_servers::postgresql().database());
    let file = script("postgresql.sql");
    let server = theirs.server();
    let mut psql = test_servers::client("psql");
    psql.args(["--set", "ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", "--output", "/dev/null", "--file"]).arg(&file);
    psql.args(["--username=postgres", theirs.name()]).arg(format!("--host={}", server.socket().display()));
    output(psql.arg(format!("--port={}", server.port())));
    load(&App::new(), &ours.url(), &file).exits(0);
    assert_eq!(dumped(&theirs), dumped(&ours));
}

#[test]
fn mariadb_as_its_client() {
    let (theirs, ours) = (test_servers::mariadb().database(), test_servers::mariadb().database());
    let file = script("mysql.sql");
    let execute = format!("SET FOREIGN_KEY_CHECKS = 0; SOURCE {}; SET FOREIGN_KEY_CHECKS = 1", file.display());
    let mut client = Command::new("mariadb");
    // Who defines a trigger depends on the way to the server.
    client.args(["--no-defaults", "--user=root", "--host=127.0.0.1"]).arg(format!("--port={}", theirs.server().port()));
    output(client.args(["--execute", &execute, "--database", theirs.name()]));
    load(&App::new(), &ours.url(), &file).exits(0);
    assert_eq!(dumped(&theirs), dumped(&ours));
}

#[test]
fn sqlite_as_its_shell() {
    let app = App::new();
    let (theirs, ours) = (app.path().join("theirs.sqlite3"), app.path().join("ours.sqlite3"));
    let file = script("sqlite.sql");
    let mut shell = Command::new("sqlite3");
    // It goes on past what only SQLite may make.
    shell.arg(&theirs).stdin(std::fs::File::open(&file).unwrap()).output().unwrap();
    load(&app, &format!("sqlite3:{}", ours.display()), &file).exits(0);
    let dump = |path: &Path| {
        let text = output(Command::new("sqlite3").arg(path).arg(".dump"));
        text.lines()
            .filter(|line| !line.contains("ar_internal_metadata"))
            .flat_map(|line| [line, "\n"])
            .collect::<String>()
    };
    assert_eq!(dump(&theirs), dump(&ours));
}

#[test]
fn a_statement_that_fails_says_where_and_what_was_done() {
    let app = App::new();
    app.file("db/structure.sql", "CREATE TABLE a (id integer);\n\n-- x\nCREATE TABLE b (\n  id integer,\n  a integer integer\n);\nCREATE TABLE c (id integer);\n");
    let database = test_servers::postgresql().database();
    let outcome = load(&app, &database.url(), Path::new("db/structure.sql"));
    outcome.exits(1);
    outcome
        .complains("error: ActiveRecord::StatementInvalid: db/structure.sql:6: PG::SyntaxError: ERROR:  syntax error");
    outcome.complains("    6 |   a integer integer\n");
    outcome.complains("the first of 3 statements was done, and stays unless the file began a transaction");
    let tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").unwrap();
    assert_eq!(tables.trim(), "a");
    let database = test_servers::mariadb().database();
    let outcome = load(&app, &database.url(), Path::new("db/structure.sql"));
    outcome.exits(1).complains("db/structure.sql:6: Mysql2::Error: You have an error in your SQL syntax");
    app.file("db/structure.sql", "CREATE TABLE a (id integer);\nCREATE TABLE a (id integer);\n");
    load(&app, &app.sqlite_url(), Path::new("db/structure.sql"))
        .exits(1)
        .complains("db/structure.sql:2: SQLite3::SQLException");
}

#[test]
fn what_only_the_client_does_is_refused_before_anything_is_sent() {
    let app = App::new();
    app.file("db/structure.sql", "CREATE TABLE a (id integer);\n\\connect other\n");
    let database = test_servers::postgresql().database();
    let outcome = load(&app, &database.url(), Path::new("db/structure.sql"));
    outcome.exits(2).complains(
        "db/structure.sql:2: psql's command `\\connect` is not done; nothing was loaded\n    2 | \\connect other",
    );
    assert_eq!(database.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").unwrap().trim(), "0");
    app.file("db/structure.sql", "CREATE TABLE a (id integer);\n.read other\n");
    load(&app, &app.sqlite_url(), Path::new("db/structure.sql"))
        .exits(2)
        .complains("the sqlite3 shell's command `.read`");
    assert_eq!(app.tables(), "");
}

/// Notes how it was called, and writes what the real one would.
const STAND_IN: &str = r#"#!/bin/sh
{ for word in "$@"; do echo "$word"; done; env | grep '^PG' | sort; } > "$(dirname "$0")/calls"
for word in "$@"; do
  case "$before" in --file|--result-file) cp "$(dirname "$0")/canned" "$word";; esac
  before=$word
done
"#;

fn dump_with_stand_in(app: &App, program: &str, url: &str) -> crate::app::Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let bin = app.path().join("bin");
    app.file(&format!("bin/{program}"), STAND_IN);
    std::fs::set_permissions(bin.join(program), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = app.command(&["db:schema:dump", "--database", url]);
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("SCHEMA_FORMAT", "sql");
    finished(command)
}

/// Without what names this run alone.
fn calls(app: &App) -> String {
    let calls = std::fs::read_to_string(app.path().join("bin/calls")).unwrap();
    calls.lines().filter(|line| !line.contains(".structure.sql.")).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn pg_dump_is_called_as_rails_calls_it() {
    let app = App::new();
    app.file(
        "bin/canned",
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n-- Dumped from database version 15\n\nSET a = 0;\n\n--\n-- x\n--\n\
         \n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n",
    );
    app.file(
        "config/initializers/flags.rb",
        "ActiveRecord::Tasks::DatabaseTasks.structure_dump_flags = ['--no-tablespaces']\n",
    );
    let database = test_servers::postgresql().database();
    let url = format!("{}?schema_search_path=a,%20public", database.url());
    app.migration(1, "create_users", "execute 'SELECT 1'");
    app.migration(20_240_102_030_405, "create_more", "execute 'SELECT 1'");
    database.execute("CREATE SCHEMA a").unwrap();
    app.run(&["migrate", "--no-dump", "--database", &url]).exits(0);
    dump_with_stand_in(&app, "pg_dump", &url).exits(0);
    let text = std::fs::read_to_string(app.path().join("db/structure.sql")).unwrap();
    assert_eq!(
        text,
        "SET a = 0;\n\n--\n-- x\n--\n\n\n--\n-- PostgreSQL database dump complete\n--\n\nSET search_path TO a, public;\n\n\
         INSERT INTO \"schema_migrations\" (version) VALUES\n('20240102030405'),\n('1');\n\n"
    );
    assert_eq!(
        calls(&app),
        format!(
            "--schema-only\n--no-privileges\n--no-owner\n--file\n--no-tablespaces\n--schema=a\n--schema=public\n{}\n\
             PGHOST=127.0.0.1\nPGPORT={}\nPGUSER=postgres\n",
            database.name(),
            database.server().port()
        )
    );
}

#[test]
fn mysqldump_is_called_as_rails_calls_it() {
    let app = App::new();
    app.file("bin/canned", "/*!40101 SET NAMES utf8mb4 */;\n");
    let database = test_servers::mariadb().database();
    let url = format!("{}?encoding=utf8mb4", database.url());
    dump_with_stand_in(&app, "mysqldump", &url).exits(0);
    let text = std::fs::read_to_string(app.path().join("db/structure.sql")).unwrap();
    assert_eq!(text, "/*!40101 SET NAMES utf8mb4 */;\n");
    assert_eq!(
        calls(&app),
        format!(
            "--host=127.0.0.1\n--port={}\n--user=root\n--default-character-set=utf8mb4\n--result-file\n--no-data\n--routines\n\
             --skip-comments\n{}\n",
            database.server().port(),
            database.name()
        )
    );
}

#[test]
fn a_program_that_is_missing_or_fails_is_told_of() {
    let app = App::new();
    let database = test_servers::postgresql().database();
    app.file("db/structure.sql", "as it was\n");
    let mut command = app.command(&["schema", "dump", "--file", "db/structure.sql", "--database", &database.url()]);
    command.env("PATH", app.path());
    let outcome = finished(command);
    outcome.exits(1).complains("failed to execute:\npg_dump --schema-only --no-privileges --no-owner --file");
    outcome.complains("hint: there is no `pg_dump`; install postgresql-client");
    assert_eq!(std::fs::read_to_string(app.path().join("db/structure.sql")).unwrap(), "as it was\n");
    let beside = std::fs::read_dir(app.path().join("db")).unwrap().count();
    assert_eq!(beside, 2, "db/migrate and the file alone");
}

#[test]
fn sqlites_dump_is_its_shells() {
    let app = App::new();
    app.file(
        "schema.sql",
        "CREATE TABLE \"users\" (\"id\" integer primary key autoincrement not null, \"name\" varchar);\nCREATE TABLE plain(a, b); -- x\n\
         CREATE TABLE [br](a);\nCREATE TABLE c2(a\n -- comment\n);\nCREATE TABLE 'sq'(a);\nCREATE TABLE \"x\"\"y\"(a);\n\
         create table lower(a);\nCREATE INDEX i1 ON plain(a);\nCREATE VIEW v AS SELECT id, name AS \"the name\", 1 AS \"order\" FROM users;\n\
         CREATE VIEW \"odd view\" AS SELECT 1 AS a1;\nCREATE VIEW broken AS SELECT nope FROM users;\n\
         CREATE TRIGGER t AFTER INSERT ON plain BEGIN INSERT INTO users(name) VALUES('x'); SELECT 1; END;\n\
         CREATE VIRTUAL TABLE ft USING fts5(a, b);\nCREATE TABLE g(a, b AS (a+1));\nCREATE TABLE z(a) -- end\n;\n\
         CREATE VIEW w AS SELECT a FROM plain -- open\n;\nANALYZE;\n",
    );
    let file = app.path().join("test.sqlite3");
    output(Command::new("sqlite3").arg(&file).arg(".read schema.sql").current_dir(app.path()));
    app.sqlite(&["schema", "dump", "--file", "db/structure.sql"]).exits(0);
    let text = || std::fs::read_to_string(app.path().join("db/structure.sql")).unwrap();
    let theirs = output(Command::new("sqlite3").arg(&file).arg(".schema --nosys"));
    assert_eq!(text(), theirs);
    app.migration(7, "create_more", "create_table(:more)");
    app.sqlite(&["migrate", "--no-dump"]).exits(0);
    app.sqlite(&["schema", "dump", "--file", "db/structure.sql"]).exits(0);
    let theirs = output(Command::new("sqlite3").arg(&file).arg(".schema --nosys"));
    assert_eq!(text(), theirs + "INSERT INTO \"schema_migrations\" (version) VALUES\n('7');\n\n");
    // Loaded again, a view keeps the comment, as the shell has it.
    let again = App::new();
    again.file("db/structure.sql", &text());
    again.sqlite(&["schema", "load", "--file", "db/structure.sql"]).exits(0);
    let shells = again.path().join("shells.sqlite3");
    output(Command::new("sqlite3").arg(&shells).arg(".read db/structure.sql").current_dir(again.path()));
    let schema = |path: &Path| {
        let text = output(Command::new("sqlite3").arg(path).arg(".schema --nosys"));
        text.lines().filter(|line| !line.contains("ar_internal_metadata")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(schema(&again.path().join("test.sqlite3")), schema(&shells));
}

#[test]
fn an_app_whose_schema_is_in_sql() {
    let app = App::new();
    app.file(
        "config/application.rb",
        "module Shop\n  class Application < Rails::Application\n    config.active_record.schema_format = :sql\n  end\nend\n",
    );
    app.file(
        "config/database.yml",
        "development:\n  adapter: sqlite3\n  database: test.sqlite3\ntest:\n  adapter: sqlite3\n  database: other.sqlite3\n",
    );
    app.migration(7, "create_users", "create_table(:users) { |t| t.string :name }");
    app.run(&["db:migrate"]).exits(0);
    let path = app.path().join("db/structure.sql");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("CREATE TABLE IF NOT EXISTS \"users\""), "{text}");
    assert!(text.ends_with("INSERT INTO \"schema_migrations\" (version) VALUES\n('7');\n\n"), "{text}");
    assert!(!app.path().join("db/schema.rb").exists());
    app.run(&["db:drop", "db:create", "db:schema:load"]).exits(0);
    let sha1 = output(Command::new("sha1sum").arg(&path));
    for file in ["test.sqlite3", "other.sqlite3"] {
        let sql = "SELECT value FROM ar_internal_metadata WHERE key = 'schema_sha1'";
        let noted = output(Command::new("sqlite3").arg(app.path().join(file)).arg(sql));
        assert_eq!(Some(noted.trim()), sha1.split(' ').next(), "{file}");
    }
    app.run(&["db:migrate:status"]).exits(0).says("   up     007             Create users");
    app.run(&["db:drop"]).exits(0);
    app.run(&["db:prepare"]).exits(0);
    assert_eq!(app.query("SELECT version FROM schema_migrations"), "7");
    app.file("config/initializers/flags.rb", "ActiveRecord::Tasks::DatabaseTasks.structure_load_flags = '--echo'\n");
    app.run(&["db:schema:load"]).exits(2).complains("`structure_load_flags`: `--echo` is not honoured");
}
