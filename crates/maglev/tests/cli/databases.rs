//! `create`, `drop` and what else is done to a database as a whole: which databases are meant, what is said, what is refused. What is
//! sent is held by recorded cases.

use crate::app::{App, Outcome};

const DATABASE_YML: &str = "
default: &default
  adapter: sqlite3
development:
  <<: *default
  database: storage/development.sqlite3
test:
  <<: *default
  database: storage/test.sqlite3
production:
  primary:
    <<: *default
    database: storage/production.sqlite3
  animals:
    <<: *default
    database: storage/animals.sqlite3
    migrations_paths: db/animals
  remote:
    <<: *default
    host: db.example.com
    database: storage/remote.sqlite3
    database_tasks: false
";

fn shop() -> App {
    let app = App::new();
    app.file("config/database.yml", DATABASE_YML);
    app.file("storage/.keep", "");
    app
}

fn run(app: &App, environment: &str, line: &str) -> Outcome {
    let mut command = app.command(&line.split(' ').collect::<Vec<_>>());
    for name in ["DISABLE_DATABASE_ENVIRONMENT_CHECK", "SKIP_TEST_DATABASE"] {
        command.env_remove(name);
    }
    crate::app::finished({
        command.env("RAILS_ENV", environment);
        command
    })
}

#[track_caller]
fn check(app: &App, environment: &str, line: &str, code: i32, stdout: &str, stderr: &str) {
    let outcome = run(app, environment, line);
    outcome.exits(code);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), (stdout, stderr), "{line}");
}

fn files(app: &App) -> String {
    let entries = std::fs::read_dir(app.path().join("storage")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".sqlite3"));
    names.sort();
    names.join(" ")
}

#[test]
fn in_development_test_is_meant_too() {
    let app = shop();
    let created = "Created database 'storage/development.sqlite3'\nCreated database 'storage/test.sqlite3'\n";
    check(&app, "development", "db:create", 0, created, "");
    let there =
        "Database 'storage/development.sqlite3' already exists\nDatabase 'storage/test.sqlite3' already exists\n";
    check(&app, "development", "create", 0, "", there);
    check(&app, "development", "create --quiet", 0, "", "");
    let dropped = "Dropped database 'storage/development.sqlite3'\n";
    check(&app, "development", "db:drop SKIP_TEST_DATABASE=", 0, dropped, "");
    assert_eq!(files(&app), "test.sqlite3");
    let missing = "Database 'storage/development.sqlite3' does not exist\n";
    check(&app, "development", "db:drop:_unsafe", 0, "Dropped database 'storage/test.sqlite3'\n", missing);
    assert_eq!(files(&app), "");
}

#[test]
fn one_of_several_is_named() {
    let app = shop();
    check(&app, "production", "db:create:animals", 0, "Created database 'storage/animals.sqlite3'\n", "");
    assert_eq!(files(&app), "animals.sqlite3");
    check(&app, "production", "db:version:animals", 0, "Current version: 0\n", "");
    check(&app, "production", "drop --name animals", 0, "Dropped database 'storage/animals.sqlite3'\n", "");
    let error = "error: there is no database `plants` for the `production` environment in config/database.yml; it has: \
                 primary, animals\n";
    check(&app, "production", "create --name plants", 2, "", error);
}

#[test]
fn of_every_environment_what_is_on_this_machine() {
    let app = shop();
    app.file("config/database.yml", &DATABASE_YML.replace("    database_tasks: false\n", ""));
    let created = "Created database 'storage/development.sqlite3'\nCreated database 'storage/test.sqlite3'\n\
                   Created database 'storage/production.sqlite3'\nCreated database 'storage/animals.sqlite3'\n";
    let remote = "This task only modifies local databases. storage/remote.sqlite3 is on a remote host.\n";
    check(&app, "test", "db:create:all", 0, created, remote);
    assert_eq!(files(&app), "animals.sqlite3 development.sqlite3 production.sqlite3 test.sqlite3");
    check(&app, "test", "drop --all", 0, &created.replace("Created", "Dropped"), remote);
}

#[test]
fn a_protected_environment_is_not_destroyed() {
    let app = shop();
    app.migration(1, "create_users", "create_table(:users)");
    app.file("db/animals/.keep", "");
    run(&app, "production", "migrate").exits(0);
    for line in
        ["db:drop", "db:purge", "db:truncate_all", "db:drop:animals", "drop --all", "check-protected-environments"]
    {
        let outcome = run(&app, "production", line);
        outcome.exits(1).complains(
            "ActiveRecord::ProtectedEnvironmentError: You are attempting to run a destructive action against your \
             'production' database.",
        );
        assert!(outcome.stderr.contains("DISABLE_DATABASE_ENVIRONMENT_CHECK=1"), "{}", outcome.stderr);
    }
    app.file(
        "config/application.rb",
        "class A < Rails::Application\n  config.active_record.protected_environments = %w[staging]\nend\n",
    );
    run(&app, "production", "db:truncate_all").exits(0);
    app.file(
        "config/application.rb",
        "class A < Rails::Application\n  config.active_record.protected_environments = Unknown.names\nend\n",
    );
    run(&app, "production", "db:truncate_all").exits(2).complains("which environments are protected is not known");
    run(&app, "production", "db:drop DISABLE_DATABASE_ENVIRONMENT_CHECK=1").exits(0);
}

#[test]
fn a_database_of_another_environment_is_not_destroyed() {
    let app = shop();
    app.migration(1, "create_users", "create_table(:users)");
    run(&app, "development", "migrate").exits(0);
    app.file("config/database.yml", &DATABASE_YML.replace("storage/test.sqlite3", "storage/development.sqlite3"));
    run(&app, "test", "db:drop").exits(1).complains(
        "ActiveRecord::EnvironmentMismatchError: You are attempting to modify a database that was last run in \
         `development` environment.\nYou are running in `test` environment. If you are sure you want to continue, first \
         set the environment using:\n\n        bin/rails db:environment:set RAILS_ENV=test",
    );
    run(&app, "test", "db:environment:set").exits(0);
    run(&app, "test", "db:drop").exits(0);
}

#[test]
fn what_needs_the_app_is_refused_by_name() {
    let app = shop();
    for (task, why) in [
        ("db:seed", "`db:seed`: it needs the app's code"),
        ("db:seed:replant", "bin/rails db:seed"),
        ("db:fixtures:load", "bin/rails"),
        ("db:structure:load", "db:schema:load"),
        ("db:structure:dump:animals", "db:schema:dump"),
    ] {
        run(&app, "development", task).exits(2).complains(why);
    }
    run(&app, "development", "drop --function migrator").exits(2).complains("`--function` does not do it");
}

/// What stands in it is held by recorded cases.
#[test]
fn the_schemas_cache_is_written_where_it_can_be() {
    let app = shop();
    run(&app, "development", "migrate").exits(0);
    check(&app, "development", "db:schema:cache:dump", 0, "", "");
    let path = app.path().join("db/schema_cache.yml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("--- !ruby/object:ActiveRecord::ConnectionAdapters::SchemaCache\n"), "{text}");
    let outcome = run(&app, "development", "schema cache-dump --format json");
    assert_eq!(outcome.stdout, "{\"event\":\"dumped\",\"file\":\"db/schema_cache.yml\",\"changed\":false}\n");
    for (file, content, complaint) in [
        ("Gemfile.lock", "GEM\n  specs:\n    activerecord (8.0.2)\n", "Gemfile.lock has 8.0.2"),
        ("Gemfile.lock", "GEM\n  specs:\n    activerecord (8.1.2)\n", ""),
        (
            "config/database.yml",
            "development:\n  adapter: sqlite3\n  database: storage/development.sqlite3\n  schema_cache_path: db/cache.dump\n",
            "db/cache.dump: Marshal's and compressed caches are not written",
        ),
        (
            "config/database.yml",
            "development:\n  adapter: sqlite3\n  database: storage/development.sqlite3\n  default_timezone: local\n",
            "a schema's cache with `default_timezone` is not written",
        ),
    ] {
        app.file(file, content);
        let outcome = run(&app, "development", "db:schema:cache:dump");
        outcome.exits(if complaint.is_empty() { 0 } else { 2 }).complains(complaint);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn properties() {
    let app = shop();
    check(&app, "test", "db:charset", 0, "UTF-8\n", "");
    let sorry = "Sorry, your database adapter is not supported yet. Feel free to submit a patch.\n";
    check(&app, "test", "db:collation", 0, "", sorry);
    app.file("db/schema_cache.yml", "");
    check(&app, "test", "db:schema:cache:clear", 0, "", "");
    assert!(!app.path().join("db/schema_cache.yml").exists());
}
