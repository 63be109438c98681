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
