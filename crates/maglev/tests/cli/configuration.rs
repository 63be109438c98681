//! Which database a command line means.

use crate::app::{App, finished};

#[test]
fn database_yml_with_erb_and_aliases() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones").file(
        "config/database.yml",
        "default: &default\n  adapter: sqlite3\n  timeout: <%= 2 * 2500 %>\n\n\
         development:\n  <<: *default\n  database: <%= ENV.fetch('SHOP_DB') { 'fallback.sqlite3' } %>\n\n\
         production:\n  <<: *default\n  database: production.sqlite3\n",
    );
    let mut command = app.command(&["migrate"]);
    command.env("SHOP_DB", "test.sqlite3");
    finished(command).exits(0);
    assert_eq!(app.tables(), "ar_internal_metadata\nones\nschema_migrations");
    assert_eq!(app.query("SELECT value FROM ar_internal_metadata"), "development");

    let mut command = app.command(&["migrate"]);
    command.env("RAILS_ENV", "production");
    finished(command).exits(0);
    assert!(app.path().join("production.sqlite3").exists());
}

#[test]
fn an_environment_that_database_yml_lacks() {
    let app = App::new();
    app.file("config/database.yml", "development:\n  adapter: sqlite3\n  database: x.sqlite3\n");
    let mut command = app.command(&["migrate"]);
    command.env("RAILS_ENV", "staging");
    finished(command)
        .exits(2)
        .complains("The `staging` database is not configured for the `staging` environment.")
        .complains("Available database configurations are:\n\n  development");
}

#[test]
fn a_database_yml_that_is_not_yaml() {
    let app = App::new();
    app.file("config/database.yml", "development:\n  adapter: [\n");
    app.run(&["migrate"]).exits(2).complains("config/database.yml");
}

#[test]
fn nothing_is_configured() {
    let app = App::new();
    let mut command = app.command(&["migrate"]);
    command.env("RAILS_ENV", "production");
    finished(command).exits(2).complains(
        "no database is configured for the `production` environment: looked for --database, DATABASE_URL and",
    );
}

#[test]
fn development_falls_back_to_a_sqlite_file() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones").file("storage/.keep", "");
    app.run(&["migrate"]).exits(0);
    assert!(app.path().join("storage/development.sqlite3").exists());
}

#[test]
fn database_url_stands_before_database_yml() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones")
        .file("config/database.yml", "development:\n  adapter: sqlite3\n  database: other.sqlite3\n");
    let mut command = app.command(&["migrate"]);
    command.env("DATABASE_URL", app.sqlite_url());
    finished(command).exits(0);
    assert!(app.path().join("test.sqlite3").exists());
    assert!(!app.path().join("other.sqlite3").exists());
}

const TWO_DATABASES: &str = "development:\n  primary:\n    adapter: sqlite3\n    database: test.sqlite3\n  \
                             animals:\n    adapter: sqlite3\n    database: animals.sqlite3\n    \
                             migrations_paths: db/animals_migrate\n  replica:\n    adapter: sqlite3\n    \
                             database: test.sqlite3\n    replica: true\n";

#[test]
fn several_databases_interleave_by_version() {
    let app = App::new();
    app.file("config/database.yml", TWO_DATABASES)
        .migration(1, "one", "create_table :ones")
        .migration(3, "three", "create_table :threes")
        .file(
            "db/animals_migrate/2_two.rb",
            "class Two < ActiveRecord::Migration[8.1]\n  def change\n    create_table :twos\n  end\nend\n",
        );
    let outcome = app.run(&["migrate"]);
    outcome.exits(0);
    let order: Vec<_> = outcome.stdout.lines().filter(|line| line.contains(": migrating")).collect();
    assert_eq!(order.len(), 3);
    for (line, name) in order.iter().zip(["1 One", "2 Two", "3 Three"]) {
        assert!(line.contains(name), "{line}");
    }
    assert_eq!(app.tables(), "ar_internal_metadata\nones\nschema_migrations\nthrees");
}

#[test]
fn rollback_of_several_databases_wants_a_name() {
    let app = App::new();
    app.file("config/database.yml", TWO_DATABASES).migration(1, "one", "create_table :ones");
    app.run(&["migrate"]).exits(0);
    app.run(&["rollback"]).exits(2).complains(
        "You're using a multiple database application. To use `db:rollback` you must run the namespaced task with a \
         VERSION. Available tasks are db:rollback:primary and db:rollback:animals.",
    );
    app.run(&["db:rollback:primary"]).exits(0).says("1 One: reverted");
}

#[test]
fn tables_may_have_other_names_for_rails_own() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones").file(
        "config/database.yml",
        "development:\n  adapter: sqlite3\n  database: test.sqlite3\n  use_metadata_table: false\n",
    );
    app.run(&["migrate"]).exits(0);
    assert_eq!(app.tables(), "ones\nschema_migrations");
}

#[test]
fn a_helper_of_the_app_is_there_when_it_is_included() {
    let app = App::new();
    app.file("lib/helpers/naming.rb", "module Naming\n  def naming = :named\nend\n").file(
        "db/migrate/1_named.rb",
        "require_relative '../../lib/helpers/naming'\nclass Named < ActiveRecord::Migration[8.1]\n  include Naming\n  \
         def change\n    create_table naming\n  end\nend\n",
    );
    let hint = "`--include lib/helpers/naming.rb`, or `--include lib/helpers`, lets it in";
    app.sqlite(&["migrate"]).exits(3).complains(hint);
    app.run(&["check"]).exits(3).complains(hint);
    app.sqlite(&["migrate", "--no-check"]).exits(1).complains("is outside of what a migration may read");
    app.run(&["check", "--include", "lib/helpers"]).exits(0);
    app.sqlite(&["migrate", "--include", "lib/helpers"]).exits(0);
    assert_eq!(app.tables(), "ar_internal_metadata\nnamed\nschema_migrations");
    app.sqlite(&["rollback", "--include", "lib"]).exits(0);
}

#[test]
fn a_library_of_the_app_is_found_in_lib() {
    let app = App::new();
    app.file("lib/naming.rb", "NAME = :named\n").file("db/sql/a.sql", "SELECT 1").migration(
        1,
        "named",
        "require 'naming'; create_table NAME; say Dir[Rails.root.join('db/sql/*.sql')].map { |f| File.read(f) }.inspect",
    );
    app.sqlite(&["migrate", "--no-check", "--include", "lib/naming.rb"]).exits(0).says("-- [\"SELECT 1\"]");
}

const MASTER_KEY: &str = "22d94fddad85a76c0b182d2f06d75b67";
/// Of `database: {file: test.sqlite3}`, made by Rails' `credentials:edit`.
const CREDENTIALS: &str = concat!(
    "fGQ50ef742HX4ST/pAxMYyhJMu9zJYCvXR18fnHKil1bSnT5CXQqMQO+0UqCDAYUh+EPxWW5sHD5/1zj2zCZ1ssf--",
    "tqoUEC9sRImlxZle--Ru0sLPLb8Md7rflMpfmizQ=="
);
const WITH_CREDENTIALS: &str = "default: &default
  adapter: sqlite3
  pool: <%= Settings.pool.size + 1 %>
development:
  <<: *default
  database: <%= Rails.application.credentials.database[:file] %>
production:
  <<: *default
  database: <%= Rails.application.credentials.dig(:database, :file) %>
";

#[test]
fn a_configuration_that_contains_itself() {
    let app = App::new();
    let line = |n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    let laughs = (1..12).map(line).collect::<Vec<_>>().concat();
    for content in ["development: &a\n  b: *a\n", "development: &a [*a]\n", &format!("a0: &a0 ha\n{laughs}")] {
        app.file("config/database.yml", content);
        app.run(&["status"]).exits(2);
    }
}

#[test]
fn credentials_are_decrypted() {
    for (content, key) in [
        ("config/credentials.yml.enc", Some("config/master.key")),
        ("config/credentials/development.yml.enc", Some("config/credentials/development.key")),
        ("config/credentials.yml.enc", None),
    ] {
        let app = App::new();
        app.file("config/database.yml", WITH_CREDENTIALS).file(content, CREDENTIALS).migration(
            1,
            "a",
            "create_table :a",
        );
        let mut command = app.command(&["migrate"]);
        match key {
            Some(path) => drop(app.file(path, &format!("{MASTER_KEY}\n"))),
            None => drop(command.env("RAILS_MASTER_KEY", MASTER_KEY)),
        }
        finished(command).exits(0);
        assert!(app.tables().starts_with("a\n"));
    }
}

#[test]
fn credentials_that_are_not_needed_are_not_asked_for() {
    let app = App::new();
    app.file("config/database.yml", WITH_CREDENTIALS).file("config/credentials.yml.enc", CREDENTIALS).migration(
        1,
        "a",
        "create_table :a",
    );
    app.run(&["migrate"]).exits(2).complains(
        "`database` of the database `primary` is not known: config/credentials.yml.enc cannot be decrypted: neither RAILS_MASTER_KEY",
    );
    app.run(&["check"]).exits(0);
    app.run(&["payload"]).exits(0);
    let mut command = app.command(&["migrate"]);
    command.env("DATABASE_URL", app.sqlite_url());
    finished(command).exits(0);
    app.sqlite(&["status"]).exits(0);
    let mut command = app.command(&["status"]);
    command.env("RAILS_MASTER_KEY", "0".repeat(32));
    finished(command).exits(2).complains("cannot be decrypted with the key of RAILS_MASTER_KEY");
    app.file("config/database.yml", "development: <%= Figaro.env.database_url %>\n");
    app.run(&["status"])
        .exits(2)
        .complains("`url` of the database `primary` is not known: `Figaro` is the application's");
}

#[test]
fn what_database_yml_has_is_told_without_passwords() {
    let app = App::new();
    app.migration(
        1,
        "one",
        "configs = ActiveRecord::Base.configurations
         say configs.configs_for(env_name: 'development').map { |one| [one.name, one.adapter, one.database] }.inspect
         say configs.find_db_config('production').configuration_hash.inspect
         say configs.configs_for(name: 'primary').env_name
         say configs.configs_for(env_name: 'nowhere').inspect
         say Rails.configuration.database_configuration['production'].inspect
         say Rails.configuration.database_configuration.keys.inspect",
    )
    .file(
        "config/database.yml",
        "shared:\n  timeout: 7\ndevelopment:\n  adapter: sqlite3\n  database: test.sqlite3\n\
         production:\n  adapter: mysql2\n  database: shop\n  password: secret\n",
    );
    app.run(&["migrate"])
        .exits(0)
        .says("-- [[\"primary\", \"sqlite3\", \"test.sqlite3\"]]")
        .says("-- {:timeout=>7, :adapter=>\"mysql2\", :database=>\"shop\"}")
        .says("-- development")
        .says("-- []")
        .says("-- {\"timeout\"=>7, \"adapter\"=>\"mysql2\", \"database\"=>\"shop\"}")
        .says("-- [\"development\", \"production\"]");

    let other = App::new();
    other.migration(1, "one", "say ActiveRecord::Base.configurations.find_db_config('production').inspect");
    let mut command = other.command(&["migrate", "--database", "sqlite3:x.sqlite3"]);
    command.env("RAILS_ENV", "development");
    finished(command)
        .exits(1)
        .complains("the database configuration of `production` where config/database.yml was not read");
}
