//! The migration methods of gems, against what the gems themselves did on Active Record 8.1.3.1 and PostgreSQL: each
//! gems/NAME.rb holds migrations, gems/NAME.out what running them up and then down printed (without the banners), sent
//! (behind `|`) and raised (behind `!`). Those of strong_migrations are without the gem's own reads of the server's version.

use serde_json::Value;

use crate::app::App;

const VIEWS_AND_FUNCTIONS: &[(&str, &str)] = &[
    ("db/views/things_v01.sql", include_str!("gems/views/things_v01.sql")),
    ("db/views/things_v02.sql", include_str!("gems/views/things_v02.sql")),
    ("db/views/public_others_v01.sql", include_str!("gems/views/public_others_v01.sql")),
    ("db/views/empties_v01.sql", ""),
    ("db/functions/stamp_v01.sql", include_str!("gems/functions/stamp_v01.sql")),
    ("db/functions/stamp_v02.sql", include_str!("gems/functions/stamp_v02.sql")),
    ("db/functions/empty_v01.sql", ""),
    ("db/triggers/log_v01.sql", include_str!("gems/triggers/log_v01.sql")),
    ("db/triggers/log_v02.sql", include_str!("gems/triggers/log_v02.sql")),
];

/// kt-paperclip 8.0.0
#[test]
fn paperclip() {
    check(include_str!("gems/paperclip.rb"), include_str!("gems/paperclip.out"));
}

/// fx 0.11.0
#[test]
fn fx() {
    check(include_str!("gems/fx.rb"), include_str!("gems/fx.out"));
}

/// online_migrations 0.36.0, without lock retries
#[test]
fn online_migrations() {
    check(include_str!("gems/online_migrations.rb"), include_str!("gems/online_migrations.out"));
}

const ONLINE_MIGRATIONS: &str =
    "GEM\n  remote: https://rubygems.org/\n  specs:\n    online_migrations (0.36.0)\n      activerecord (>= 7.2)\n";

/// What the gem makes of Rails' own methods, without the reads of its checks.
#[test]
fn online_migrations_twice() {
    let app = App::new();
    app.file("Gemfile.lock", ONLINE_MIGRATIONS);
    let migrations = include_str!("gems/online_migrations_twice.rb");
    check_in(&app, migrations, include_str!("gems/online_migrations_twice.out"));
}

#[test]
fn an_app_without_online_migrations() {
    let app = App::new();
    app.migration(1, "things", "create_table(:things) { |t| t.string :name, index: true }; add_index :things, :name");
    let database = test_servers::postgresql().database();
    app.run(&["migrate", "--database", &database.url()]).exits(1).complains("already exists");
    app.file("Gemfile.lock", &ONLINE_MIGRATIONS.replace("online_migrations", "offline_migrations"));
    app.run(&["migrate", "--database", &database.url()]).exits(1).complains("already exists");
    app.file("Gemfile.lock", ONLINE_MIGRATIONS);
    app.run(&["migrate", "--database", &database.url()]).exits(0).says("was not created because it already exists");
}

/// scenic 1.9.0
#[test]
fn scenic() {
    check(include_str!("gems/scenic.rb"), include_str!("gems/scenic.out"));
}

/// strong_migrations 2.8.0
#[test]
fn strong_migrations() {
    check(include_str!("gems/strong_migrations.rb"), include_str!("gems/strong_migrations.out"));
}

/// The same with config/initializers/strong_migrations.rb. The gem's checks were off, by its `start_after`.
#[test]
fn strong_migrations_timeouts() {
    let app = App::new();
    app.file(
        "config/initializers/strong_migrations.rb",
        "StrongMigrations.start_after = 20990101000000\nStrongMigrations.lock_timeout = 10.seconds\n\
         StrongMigrations.statement_timeout = \"1h\"\nStrongMigrations.auto_analyze = true\n\
         StrongMigrations.add_check { |method, args| stop!(\"no\") if method == :never }\n",
    );
    let recorded = include_str!("gems/strong_migrations_timeouts.out");
    check_in(&app, include_str!("gems/strong_migrations_timeouts.rb"), recorded);
}

#[test]
fn the_check_knows_them() {
    let app = App::new();
    app.file("db/views/things_v01.sql", "SELECT 1 AS id").migration(1, "create_things", "create_view :things");
    app.sqlite(&["migrate"]).exits(0).says("-- create_view(:things)");
    assert_eq!(app.query("SELECT id FROM things"), "1");
}

/// Runs the migrations up, one by one, and down again those that succeeded.
#[track_caller]
fn check(migrations: &str, recorded: &str) {
    let app = App::new();
    for (path, content) in VIEWS_AND_FUNCTIONS {
        app.file(path, content);
    }
    check_in(&app, migrations, recorded);
}

#[track_caller]
fn check_in(app: &App, migrations: &str, recorded: &str) {
    let classes: Vec<_> = migrations.split("class ").skip(1).collect();
    let name = |source: &str| source.split(' ').next().unwrap_or_default().to_owned();
    for (index, source) in classes.iter().enumerate() {
        app.file(&format!("db/migrate/{}_{}.rb", index + 1, underscore(&name(source))), &format!("class {source}"));
    }
    // One database for each of the two forms in which the binary says what it did.
    let databases = ["rails", "json"].map(|format| (format, test_servers::postgresql().database()));
    let mut transcript = String::new();
    let mut run = |index: usize, direction: &str| {
        let version = (index + 1).to_string();
        let [rails, json] = databases.each_ref().map(|(format, database)| {
            app.run(&[direction, &version, "--no-check", "--format", format, "--database", &database.url()])
        });
        transcript += &format!("# {} {direction}\n", name(classes[index]));
        transcript += &printed(&rails.stdout);
        transcript += &sent(&json.stdout);
        json.code == 0
    };
    let up: Vec<bool> = (0..classes.len()).map(|index| run(index, "up")).collect();
    for index in (0..classes.len()).rev().filter(|&index| up[index]) {
        run(index, "down");
    }
    let root = app.path().canonicalize().unwrap();
    let transcript = transcript.replace(root.to_str().unwrap(), "ROOT");
    assert_eq!(without_hashes(&transcript), recorded);
}

fn underscore(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn printed(stdout: &str) -> String {
    let mut out = String::new();
    for line in stdout.lines().filter(|line| !line.is_empty() && !line.starts_with("== ")) {
        let is_time = line.starts_with("   -> ") && line.ends_with('s') && line.as_bytes()[6].is_ascii_digit();
        out += if is_time { "   -> 0.0000s" } else { line };
        out.push('\n');
    }
    out
}

/// The statements, and the first line of the error.
fn sent(stdout: &str) -> String {
    let events = stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let event = events.into_iter().find(|event| ["migrated", "failed"].iter().any(|kind| event["event"] == *kind));
    let event = event.unwrap_or_else(|| panic!("nothing ran: {stdout}"));
    let mut out = String::new();
    for statement in event["statements"].as_array().into_iter().flatten() {
        let sql = statement["sql"].as_str().unwrap();
        if !["schema_migrations", "ar_internal", "advisory"].iter().any(|word| sql.contains(word)) {
            sql.lines().for_each(|line| out += &format!("| {line}\n"));
        }
    }
    if let Some(class) = event["error"]["class"].as_str() {
        let message = event["error"]["message"].as_str().unwrap_or_default().trim().lines().next().unwrap_or_default();
        out += &format!("! {class}: {message}\n");
    }
    out
}

/// The names that scenic makes up, made the same.
fn without_hashes(text: &str) -> String {
    const PREFIX: &str = "_scenic_sbs_";
    let mut parts = text.split(PREFIX);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += PREFIX;
        out += "SHA1";
        out += part.trim_start_matches(|letter: char| letter.is_ascii_hexdigit());
    }
    out
}

/// activerecord-postgis-adapter 11.1.1
#[test]
fn postgis() {
    let app = App::new();
    app.migration(
        1,
        "places",
        "create_table(:places) { |t| t.st_point :at, geographic: true; t.geometry :area, srid: 3785 }",
    )
    .migration(2, "name", "say connection.adapter_name");
    let database = test_servers::postgresql().database();
    let url = database.url().replacen("postgresql:", "postgis:", 1);
    // The server has no PostGIS, so the statement fails; the gem's was the same.
    app.run(&["up", "1", "--database", &url, "--format", "json"]).exits(1).says(
        r#"CREATE TABLE \"places\" (\"id\" bigserial primary key, \"at\" geography(POINT,4326), \"area\" geometry(GEOMETRY,3785))"#,
    );
    app.run(&["up", "2", "--database", &url]).exits(0).says("-- PostGIS");
    app.run(&["up", "1", "--database", &database.url()]).exits(3).complains("`st_point` is PostGIS': name the adapter");
}

/// As `primary_and_foreign_key_types` of Active Storage's, Action Text's and Action Mailbox's migrations asks.
#[test]
fn generators() {
    let ask = "settings = Rails.configuration.generators
    type = settings.options[settings.orm][:primary_key_type]
    create_table(:files, id: type || :primary_key) { |t| t.references :record, type: type || :bigint, polymorphic: true }";
    let check = |application: &str, id: &str, key: &str| {
        let app = App::new();
        let application =
            format!("module Shop\n  class Application < Rails::Application\n    {application}\n  end\nend\n");
        app.file("config/application.rb", &application).migration(1, "files", ask);
        let outcome = app.sqlite(&["migrate", "--format", "json"]);
        outcome.exits(0).says(&format!(r#"\"id\" {id}"#)).says(&format!(r#"\"record_id\" {key}"#));
    };
    check("config.load_defaults 8.1", "integer PRIMARY KEY AUTOINCREMENT NOT NULL", "bigint");
    check(
        "config.generators { |g| g.orm :active_record, primary_key_type: :uuid }",
        "uuid NOT NULL PRIMARY KEY",
        "uuid",
    );
}

/// config/initializers/inflections.rb names classes and tables.
#[test]
fn inflections() {
    let app = App::new();
    app.file(
        "config/initializers/inflections.rb",
        "ActiveSupport::Inflector.inflections(:en) do |inflect|\n  inflect.acronym 'API'\n  inflect.uncountable 'fish'\n  \
         inflect.irregular 'cow', 'kine'\nend\n",
    );
    let code = "class CreateAPIKeys < ActiveRecord::Migration[8.1]\n  def change\n    create_table :fish\n    create_table :kine\n    \
                create_table(:api_keys) { |t| t.references :fish, foreign_key: true; t.references :cow, foreign_key: true }\n  end\nend\n";
    app.file("db/migrate/1_create_api_keys.rb", code);
    app.sqlite(&["migrate", "--format", "json"]).exits(0).says(r#"\"fish\" (\"id\")"#).says(r#"\"kine\" (\"id\")"#);
    app.sqlite(&["status"]).says("Create API keys");
}

/// What scenic 1.9.0 and fx 0.11.0 add to schema.rb, in the order in which the app loads them.
#[test]
fn schemas_of_apps_with_scenic_and_fx() {
    let database = test_servers::postgresql().database();
    database.execute(include_str!("gems/dumped.sql")).unwrap();
    let app = App::new();
    app.file("Gemfile.lock", "GEM\n  specs:\n    fx (0.11.0)\n    scenic (1.9.0)\n");
    let check = |gemfile: &str, expected: &str| {
        app.file("Gemfile", gemfile);
        let dumped = app.run(&["schema", "dump", "--file", "-", "--database", &database.url()]);
        dumped.exits(0);
        assert_eq!(dumped.stdout, expected, "{gemfile}");
    };
    check("gem \"fx\"\ngem \"scenic\"\n", include_str!("gems/dumped_fx_scenic.rb"));
    check("gem 'scenic'\ngem 'fx'\n", include_str!("gems/dumped_scenic_fx.rb"));
    app.file(
        "config/initializers/fx.rb",
        "Fx.configure do |config|\n  config.dump_functions_at_beginning_of_schema = true # so\nend\n",
    );
    check("gem \"fx\"\ngem \"scenic\"\n", include_str!("gems/dumped_functions_first.rb"));
}
