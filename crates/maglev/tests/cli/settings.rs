//! The app's settings that change what is written: read from its files, honoured as Rails does, or told of.

use crate::app::{App, Outcome};

/// The answers of Active Record 8.1.3.1 with the same settings, set where its railtie sets them.
const MIGRATION: &str = include_str!("settings/1_create_boxes.rb");
const OUTPUT: &str = include_str!("settings/1_create_boxes.output");
const STATEMENTS: &str = include_str!("settings/1_create_boxes.sql");

fn application(settings: &str) -> String {
    format!(
        "require_relative \"boot\"\nrequire \"rails/all\"\nBundler.require(*Rails.groups)\n\nmodule Shop\n  \
         class Application < Rails::Application\n    {settings}\n  end\nend\n"
    )
}

/// Statements of a run, and what it printed.
fn events(outcome: &Outcome) -> (Vec<String>, String) {
    let lines = outcome.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut statements, mut output) = (Vec::new(), String::new());
    for event in lines {
        for statement in event["statements"].as_array().into_iter().flatten() {
            statements.push(statement["sql"].as_str().unwrap().to_owned());
        }
        output.push_str(event["output"].as_str().unwrap_or_default());
    }
    (statements, output)
}

#[test]
fn names_defaults_and_the_time_zone_are_those_of_the_app() {
    let app = App::new();
    app.file(
        "config/application.rb",
        &application(
            "config.load_defaults 7.1\n    config.time_zone = \"Tokyo\"\n    prefix = \"shop_\"\n    \
             config.active_record.table_name_prefix = prefix\n    \
             config.active_record.schema_migrations_table_name = \"versions\"",
        ),
    )
    .file(
        "config/environments/development.rb",
        "Rails.application.configure do\n  config.active_record.table_name_suffix = \"_v2\"\n  \
         config.active_record.pluralize_table_names = false unless Rails.env.production?\nend\n",
    )
    .file(
        "config/initializers/tables.rb",
        "ActiveSupport.on_load(:active_record) do\n  self.internal_metadata_table_name = 'facts'\nend\n",
    )
    .file("db/migrate/1_create_boxes.rb", MIGRATION);
    let outcome = app.sqlite(&["migrate", "--format", "json"]);
    outcome.exits(0);
    assert_eq!(outcome.stderr, "");
    let (statements, output) = events(&outcome);
    assert_eq!(statements.join("\n") + "\n", STATEMENTS);
    let said: Vec<_> = output.lines().filter(|line| line.starts_with("-- ")).collect();
    assert_eq!(said.join("\n") + "\n", OUTPUT);
    assert_eq!(app.tables(), "shop_box_v2\nshop_facts_v2\nshop_thing_v2\nshop_versions_v2");
    let outcome = app.command(&["status", "--database", &app.sqlite_url()]).env("RAILS_ENV", "production").output();
    assert!(String::from_utf8_lossy(&outcome.unwrap().stderr).contains("does not exist yet"));
}

#[test]
fn types_and_keys_of_initializers() {
    let app = App::new();
    app.file(
        "config/initializers/types.rb",
        "require \"active_record/connection_adapters/sqlite3_adapter\"\n\
         ActiveRecord::ConnectionAdapters::SQLite3Adapter::NATIVE_DATABASE_TYPES[:string] = { name: \"varchar\", limit: 191 }\n\
         module ActiveRecord\n  module ConnectionAdapters\n    class SQLite3Adapter\n      \
         NATIVE_DATABASE_TYPES.merge!(ulid: { name: \"char\", limit: 26 })\n    end\n  end\nend\n\
         ActiveRecord::Base.primary_key_prefix_type = :table_name\n",
    )
    .file(
        "db/migrate/1_a.rb",
        "class A < ActiveRecord::Migration[8.1]\n  class Apple < ActiveRecord::Base; end\n  def change\n    \
         create_table :apples do |t|\n      t.string :name\n      t.column :code, :ulid\n    end\n    \
         add_column :apples, :more, :string, limit: 3\n    up_only { say Apple.create!(name: \"x\").id }\n  end\nend\n",
    );
    let outcome = app.sqlite(&["migrate", "--format", "json"]);
    let (statements, _) = events(outcome.exits(0));
    assert_eq!(
        statements[1..4],
        [
            "CREATE TABLE \"apples\" (\"appleid\" integer PRIMARY KEY AUTOINCREMENT NOT NULL, \"name\" varchar(191), \
             \"code\" char(26))",
            "ALTER TABLE \"apples\" ADD \"more\" varchar(3)",
            "INSERT INTO \"apples\" (\"name\") VALUES (?) RETURNING \"appleid\"",
        ]
    );
    assert_eq!(app.query("SELECT sql LIKE '%varchar(191) NOT NULL PRIMARY KEY%' FROM sqlite_schema LIMIT 1"), "1");
}

#[test]
fn what_wins_is_what_wins_in_rails() {
    let check = |files: &[(&str, &str)], expected: &str| {
        let app = App::new();
        for (path, source) in files {
            app.file(path, source);
        }
        app.migration(1, "create_a", "create_table :a");
        app.sqlite(&["migrate"]).exits(0);
        let tables = app.tables();
        assert!(tables.split('\n').any(|table| table == expected), "{expected}: {tables}");
    };
    let of_application = application("config.active_record.table_name_prefix = \"app_\"");
    let of_application = ("config/application.rb", of_application.as_str());
    let set = |name: &str| {
        format!("Rails.application.configure do\n  config.active_record.table_name_prefix = '{name}'\nend\n")
    };
    let of_environment = set("env_");
    let of_environment = ("config/environments/development.rb", of_environment.as_str());
    check(&[of_application], "app_a");
    check(&[of_application, of_environment], "env_a");
    let of_initializer = "Rails.application.config.active_record.table_name_prefix = 'init_'\n";
    check(&[of_application, of_environment, ("config/initializers/a.rb", of_initializer)], "init_a");
    // The class is loaded by then, and has what was configured before.
    let direct = "ActiveRecord::Base.table_name_prefix = 'base_'\n";
    check(&[of_application, ("config/initializers/a.rb", direct)], "base_a");
    let late = ("config/initializers/b.rb", of_initializer);
    check(&[of_application, ("config/initializers/a.rb", direct), late], "base_a");
    let conditional = application(
        "config.active_record.table_name_prefix = ENV.fetch('NO_SUCH_PREFIX', 'fetched_')\n    \
         if Rails.env.production? || Rails.env.staging?\n      config.active_record.table_name_prefix = 'no_'\n    \
         elsif Rails.env == 'development'\n      config.active_record.table_name_suffix = '_dev'\n    end",
    );
    check(&[("config/application.rb", &conditional)], "fetched_a_dev");
}

#[test]
fn what_cannot_be_read_is_told_and_stops_nothing() {
    let app = App::new();
    app.file(
        "config/application.rb",
        &application(
            "config.time_zone = Settings.zone\n    config.active_record.table_name_prefix = \"x_\" if defined?(Tenant)",
        ),
    )
    .file(
        "config/initializers/inflections.rb",
        "ActiveSupport::Inflector.inflections(:en) do |inflect|\n  inflect.irregular \"kiste\", \"kisten\"\n  \
         Shop::ACRONYMS.each { |word| inflect.acronym word }\n  inflect.acronym \"API\"\nend\n",
    )
    .file("config/initializers/strategy.rb", "Rails.application.config.active_record.migration_strategy = Strategy\n")
    .file("config/initializers/broken.rb", "config.time_zone = \"x\" do end end\n")
    .file(
        "db/migrate/1_add_api_token.rb",
        "class AddAPIToken < ActiveRecord::Migration[8.1]\n  def change = create_table('kiste'.pluralize)\nend\n",
    );
    for arguments in [&["check"][..], &["migrate", "--database", &app.sqlite_url()]] {
        let outcome = app.run(arguments);
        outcome
            .exits(0)
            .complains("warning: config/application.rb:7: `config.time_zone = Settings.zone` is not taken over")
            .complains(
                "config/application.rb:8: `config.active_record.table_name_prefix = \"x_\"` is not taken over: whether",
            )
            .complains("config/initializers/inflections.rb:3: `Shop::ACRONYMS.each")
            .complains("config/initializers/strategy.rb:1:")
            .complains("config/initializers/broken.rb:1: the settings here are not read");
    }
    assert!(app.tables().starts_with("ar_internal_metadata\nkisten\n"), "{}", app.tables());
}

#[test]
fn settings_that_concern_no_migration_are_not_looked_at() {
    let app = App::new();
    app.file("config/application.rb", &application("config.load_defaults 8.1\n    config.mailer = Mailer.new"))
        .file(
            "config/environments/development.rb",
            "Rails.application.configure do\n  config.cache_store = Cache.new(raise)\n  \
             config.active_record.migration_error = :page_load\n  config.active_record.verbose_query_logs = true\nend\n",
        )
        .file("config/initializers/devise.rb", "Devise.setup { |config| config.orm = Orm }\nexit\n")
        .migration(1, "create_a", "create_table :a");
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(0);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn versions_of_the_future_are_refused_where_the_app_wants_it() {
    let app = App::new();
    app.file("config/application.rb", &application("config.load_defaults 7.2")).migration(
        99_990_101_000_000,
        "create_a",
        "create_table :a",
    );
    app.sqlite(&["migrate"]).exits(2).complains("Invalid timestamp 99990101000000 for migration file: create_a");
    app.run(&["check"]).exits(2).complains("Invalid timestamp");
    app.file(
        "config/initializers/numbers.rb",
        "Rails.application.config.active_record.timestamped_migrations = false\n",
    );
    app.sqlite(&["migrate"]).exits(0);
}

#[test]
fn local_times_are_utc_or_refused() {
    let app = App::new();
    app.file("config/application.rb", &application("config.active_record.default_timezone = :local")).migration(
        1,
        "create_a",
        "create_table :a\n    say ActiveRecord.default_timezone.inspect",
    );
    let run = |zone: &str| {
        let mut command = app.command(&["redo", "--database", &app.sqlite_url()]);
        crate::app::finished({
            command.env("TZ", zone);
            command
        })
    };
    app.sqlite(&["migrate"]).exits(0);
    run("UTC").exits(0).says("-- :local");
    run("Europe/Berlin").exits(2).complains("`default_timezone` is `local`, and the process' time zone is not UTC");
    let app = App::new();
    app.migration(1, "create_a", "create_table :a");
    let url = format!("{}?default_timezone=local", app.sqlite_url());
    let mut command = app.command(&["migrate", "--database", &url]);
    command.env("TZ", "Asia/Tokyo");
    crate::app::finished(command).exits(2).complains("`default_timezone` is `local`");
    app.run(&["migrate", "--database", &url]).exits(0);
}

#[test]
fn attributes_of_the_adapters_classes() {
    let app = App::new();
    app.file("config/application.rb", &application("config.load_defaults 7.2"))
        .file(
            "config/initializers/types.rb",
            "ActiveSupport.on_load(:active_record_postgresqladapter) { self.datetime_type = :timestamptz }\n\
             ActiveSupport.on_load(:active_record_mysql2adapter) { self.emulate_booleans = false }\n",
        )
        .migration(
            1,
            "create_a",
            "create_table(:a) { |t| t.datetime :at; t.boolean :flag }\n    \
             say select_value(\"SELECT DATE '2020-01-02'\").class.name\n    \
             say connection.columns(:a).map(&:type).inspect",
        );
    let postgresql = test_servers::postgresql().database();
    let outcome = app.run(&["migrate", "--no-dump", "--format", "json", "--database", &postgresql.url()]);
    outcome.exits(0).says(r#"\"at\" timestamptz(6)"#).says("-- Date").says("[:integer, :datetime, :boolean]");
    let mariadb = test_servers::mariadb().database();
    let outcome = app.run(&["migrate", "--format", "json", "--database", &mariadb.url()]);
    outcome.exits(0).says("[:integer, :datetime, :integer]");
}
