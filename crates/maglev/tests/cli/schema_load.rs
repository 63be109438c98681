//! `schema load`, the dump after a migration, and what Rails composes of them: what the recorded cases (`conformance/tasks`) do not
//! hold, since Rails does otherwise or has no such thing.

use std::fs;

use crate::app::App;

const APPLICATION: &str = "module Shop\n  class Application < Rails::Application\n  end\nend\n";
const DATABASE_YML: &str = "development:\n  adapter: sqlite3\n  database: test.sqlite3\ntest:\n  adapter: sqlite3\n  database: other.sqlite3\n";

fn shop() -> App {
    let app = App::new();
    app.file("config/application.rb", APPLICATION).file("config/database.yml", DATABASE_YML);
    app
}

fn schema(app: &App, body: &str) {
    app.file("db/schema.rb", &format!("ActiveRecord::Schema[8.1].define(version: 1) do\n  {body}\nend\n"));
}

#[test]
fn what_is_certain_to_fail_is_refused_before_the_first_statement() {
    let app = shop();
    for (body, complaint) in [
        ("create_table(\"a\") { |t| t.strin \"b\" }", "undefined method `strin`"),
        ("create_table \"a\"\n  create_tabel \"b\"", "undefined method `create_tabel`"),
        ("create_table \"a\"\n  add_index \"a\", \"b\", uniqe: true", "Unknown key: :uniqe"),
        ("create_table \"a\" do |t|", "syntax error"),
        ("create_table \"a\"\n  Missing.new", "uninitialized constant Missing"),
    ] {
        schema(&app, body);
        let outcome = app.run(&["schema", "load"]);
        outcome.exits(3).complains(complaint);
        outcome.complains("db/schema.rb is refused; nothing was run");
        let outcome = app.run(&["schema", "load", "--format", "json"]);
        assert!(
            outcome.stdout.starts_with("{\"event\":\"refused\",\"file\":\"db/schema.rb\",\"reasons\":["),
            "{}",
            outcome.stdout
        );
        assert_eq!(app.tables(), "");
    }
}

/// Rails drops the database first, and then does not know the version.
#[test]
fn a_newer_schema_is_refused_before_anything_is_dropped() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    app.run(&["setup"]).exits(0);
    app.file("db/schema.rb", "ActiveRecord::Schema[9.0].define(version: 2) do\n  create_table \"b\"\nend\n");
    for command in ["reset", "setup", "db:schema:load", "db:test:prepare", "prepare --test"] {
        let outcome = app.run(&command.split(' ').collect::<Vec<_>>());
        outcome.exits(3).complains("Unknown migration version \"9.0\"; expected one of \"4.2\",");
        outcome.complains(" --> db/schema.rb:1:22\n").complains("db/schema.rb is refused; nothing was run");
    }
    assert_eq!(app.tables(), "a\nar_internal_metadata\nschema_migrations");
}

#[test]
fn what_fails_in_the_middle_says_what_stays() {
    let app = shop();
    schema(&app, "create_table \"a\"\n  execute \"NO SUCH\"\n  create_table \"b\"");
    let outcome = app.run(&["schema", "load"]);
    outcome.exits(1).complains("ActiveRecord::StatementInvalid: SQLite3::SQLException");
    outcome.complains(" --> db/schema.rb:3\n").complains("its first statement took effect and stays");
    assert_eq!(app.tables(), "a");
}

#[test]
fn setup_reads_the_file_before_it_drops_anything() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    app.run(&["setup"]).exits(0);
    schema(&app, "create_tabel \"a\"");
    app.run(&["reset"]).exits(3);
    fs::remove_file(app.path().join("db/schema.rb")).unwrap();
    app.run(&["reset"]).exits(1).complains("db/schema.rb doesn't exist yet");
    app.run(&["prepare", "--test"]).exits(1);
    assert_eq!(app.tables(), "a\nar_internal_metadata\nschema_migrations");
}

#[test]
fn newer_migrations_are_checked_before_the_schema_is_loaded() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    app.migration(1, "create_a", "create_tabel :a").migration(2, "create_b", "create_tabel :b");
    let outcome = app.run(&["migrate"]);
    outcome.exits(3).complains("db/migrate/2_create_b.rb:3");
    assert!(!outcome.stderr.contains("1_create_a"), "{}", outcome.stderr);
    app.run(&["prepare"]).exits(3);
    assert_eq!(app.tables(), "");
    app.migration(2, "create_b", "create_table :b");
    app.run(&["prepare"]).exits(0);
    assert_eq!(app.tables(), "a\nar_internal_metadata\nb\nschema_migrations");
}

#[test]
fn seeds_are_left_to_the_app() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    app.file("db/seeds.rb", "# Nothing\n");
    let outcome = app.run(&["setup"]);
    outcome.exits(0);
    assert_eq!(outcome.stderr, "");
    app.file("db/seeds.rb", "User.create!\n");
    app.run(&["reset"]).exits(0).complains("db/seeds.rb is left to the app");
    app.run(&["db:seed"]).exits(2).complains("bin/rails db:seed");
}

#[test]
fn the_file_is_written_where_rails_would_and_where_it_is_asked_for() {
    let path = |app: &App| app.path().join("db/schema.rb");
    let app = shop();
    app.migration(20_240_102_030_405, "create_users", "create_table :users");
    app.run(&["migrate", "--no-dump"]).exits(0);
    assert!(!path(&app).exists());
    let outcome = app.run(&["migrate", "--format", "json"]);
    assert!(
        outcome.stdout.contains("{\"event\":\"dumped\",\"file\":\"db/schema.rb\",\"changed\":true}\n"),
        "{}",
        outcome.stdout
    );
    fs::remove_file(path(&app)).unwrap();
    app.file("config/environments/development.rb", "Rails.application.configure do\n  config.active_record.dump_schema_after_migration = Rails.env.production?\nend\n");
    app.run(&["redo"]).exits(0);
    assert!(!path(&app).exists());
    app.run(&["redo", "--dump"]).exits(0);
    assert!(path(&app).exists());
    fs::remove_file(path(&app)).unwrap();
    app.file(
        "other/20240102030405_create_users.rb",
        &fs::read_to_string(app.path().join("db/migrate/20240102030405_create_users.rb")).unwrap(),
    );
    app.run(&["redo", "--dir", "other"]).exits(0);
    assert!(!path(&app).exists());
    let bare = App::new();
    bare.migration(20_240_102_030_405, "create_users", "create_table :users");
    bare.sqlite(&["migrate"]).exits(0);
    assert!(!path(&bare).exists());
    bare.sqlite(&["rollback", "--dump"]).exits(0);
    assert!(path(&bare).exists());
}

#[test]
fn what_cannot_be_read_of_the_configuration_is_said() {
    let app = shop();
    app.migration(20_240_102_030_405, "create_users", "create_table :users");
    app.file(
        "config/environments/development.rb",
        "Rails.application.configure do\n  config.active_record.dump_schema_after_migration = Shop.dumps?\nend\n",
    );
    app.run(&["migrate"]).exits(0).complains("config/environments/development.rb:2: `config.active_record.dump_schema_after_migration = Shop.dumps?` is not taken over");
}

#[test]
fn variables_behind_a_task_are_the_environments() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    app.run(&["db:schema:load", "RAILS_ENV=test"]).exits(0);
    assert!(!app.path().join("test.sqlite3").exists());
    assert!(app.path().join("other.sqlite3").exists());
    app.run(&["db:drop", "db:create", "db:schema:load", "SKIP_TEST_DATABASE=1"]).exits(0);
    assert_eq!(app.tables(), "a\nar_internal_metadata\nschema_migrations");
}

#[test]
fn databases_of_parallel_tests_are_copies() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    let check = |files: &[&str]| {
        for file in files {
            let path = app.path().join(file);
            let url = format!("sqlite3:{}", path.display());
            assert!(path.exists(), "{file}");
            app.run(&["version", "--database", &url]).exits(0).says("Current version: 1\n");
            fs::remove_file(path).unwrap();
        }
    };
    app.file("other.sqlite3_1", "whatever was there");
    app.run(&["prepare", "--test", "--parallel", "2"]).exits(0);
    check(&["other.sqlite3", "other.sqlite3_0", "other.sqlite3_1"]);
    app.file("Gemfile.lock", "GEM\n  specs:\n    activerecord (8.0.2)\n");
    app.run(&["prepare", "--test", "--parallel", "2"]).exits(0);
    check(&["other.sqlite3", "other.sqlite3-0", "other.sqlite3-1"]);
    let outcome = app.run(&["prepare", "--test", "--parallel", "2", "--names", "parallel-tests"]);
    outcome.exits(2).complains("TEST_ENV_NUMBER");
    let numbered = DATABASE_YML.replace("other", "other<%= ENV[\"TEST_ENV_NUMBER\"] %>");
    app.file("config/database.yml", &numbered);
    app.run(&["prepare", "--test", "--parallel", "3"]).exits(0);
    check(&["other.sqlite3", "other2.sqlite3", "other3.sqlite3"]);
}

#[test]
fn a_server_that_can_copies_the_database() {
    let app = shop();
    schema(&app, "create_table \"a\"");
    let port = test_servers::postgresql().port();
    let name = format!("maglev_parallel_{}", std::process::id());
    let server =
        format!("adapter: postgresql\n  host: 127.0.0.1\n  port: {port}\n  username: postgres\n  database: {name}");
    app.file("config/database.yml", &format!("development:\n  {server}_development\ntest:\n  {server}\n"));
    app.run(&["create"]).exits(0);
    for _ in 0..2 {
        let outcome = app.run(&["prepare", "--test", "--parallel", "2", "--format", "json"]);
        outcome.exits(0);
        assert_eq!(outcome.stdout.matches("\"event\":\"loaded\"").count(), 1, "{}", outcome.stdout);
        for number in ["0", "1"] {
            let url = format!("postgresql://postgres@127.0.0.1:{port}/{name}_{number}");
            app.run(&["version", "--database", &url]).exits(0).says("Current version: 1\n");
        }
    }
    app.run(&["drop"]).exits(0);
}
