//! `schema dump`: where the file goes, and when it is written. What stands in it is held by the conformance cases.

use std::fs;

use crate::app::App;

fn shop() -> App {
    let app = App::new();
    app.migration(20_240_102_030_405, "create_users", "create_table(:users) { |t| t.string :name }");
    app.sqlite(&["migrate"]).exits(0);
    app
}

#[test]
fn the_file_is_written_where_it_says_something_else() {
    let app = shop();
    let path = app.path().join("db/schema.rb");
    let outcome = app.sqlite(&["schema", "dump", "--format", "json"]);
    outcome.exits(0);
    assert_eq!(outcome.stdout, "{\"event\":\"dumped\",\"file\":\"db/schema.rb\",\"changed\":true}\n");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("ActiveRecord::Schema[8.1].define(version: 2024_01_02_030405) do\n"), "{text}");
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    let outcome = app.sqlite(&["schema", "dump", "--format", "json"]);
    assert_eq!(outcome.stdout, "{\"event\":\"dumped\",\"file\":\"db/schema.rb\",\"changed\":false}\n");
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    let beside: Vec<_> = fs::read_dir(app.path().join("db")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{beside:?}");
}

#[test]
fn stdout_takes_the_file_too() {
    let app = shop();
    let outcome = app.sqlite(&["schema", "dump", "--file", "-"]);
    outcome.exits(0);
    assert!(outcome.stdout.ends_with("  end\nend\n"), "{}", outcome.stdout);
    assert!(!app.path().join("db/schema.rb").exists());
}

#[test]
fn the_form_is_that_of_the_apps_rails() {
    let app = shop();
    let header = |app: &App, more: &[&str]| {
        let outcome = app.sqlite(&[&["schema", "dump", "--file", "-"], more].concat());
        outcome.exits(0);
        outcome.stdout.lines().find(|line| line.starts_with("ActiveRecord::Schema")).unwrap().to_owned()
    };
    assert!(header(&app, &[]).starts_with("ActiveRecord::Schema[8.1]"));
    fs::write(
        app.path().join("Gemfile.lock"),
        "GEM\n  specs:\n    activerecord (7.2.3)\n      activemodel (= 7.2.3)\n",
    )
    .unwrap();
    assert!(header(&app, &[]).starts_with("ActiveRecord::Schema[7.2]"));
    assert!(header(&app, &["--rails", "8.0"]).starts_with("ActiveRecord::Schema[8.0]"));
    fs::remove_file(app.path().join("Gemfile.lock")).unwrap();
    fs::write(app.path().join("db/schema.rb"), "ActiveRecord::Schema[7.1].define(version: 1) do\nend\n").unwrap();
    app.sqlite(&["schema", "dump"]).exits(0);
    let text = fs::read_to_string(app.path().join("db/schema.rb")).unwrap();
    assert!(text.contains("ActiveRecord::Schema[7.1].define(version: 2024_01_02_030405) do\n"), "{text}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let app = shop();
    let outcome = app.sqlite(&["schema", "dump", "--rails", "5.2"]);
    outcome.exits(2);
    assert!(outcome.stderr.contains("7.1 to 8.1"), "{}", outcome.stderr);
    fs::write(app.path().join("taken"), "").unwrap();
    let outcome = app.sqlite(&["schema", "dump", "--file", "taken/schema.rb"]);
    outcome.exits(1);
    assert!(outcome.stderr.contains("cannot write taken/schema.rb"), "{}", outcome.stderr);
}

/// Recorded from Rails 8.1 on Ruby 3.3 and 3.4's `Hash#inspect`.
#[test]
fn defaults_that_are_hashes_are_written_as_the_apps_ruby_shows_them() {
    let app = App::new();
    app.migration(
        1,
        "create_things",
        "create_table(:things) { |t| t.json :settings, default: { \"a\" => [{ \"b\" => 1 }] } }",
    );
    app.sqlite(&["migrate"]).exits(0);
    let line = |app: &App| {
        let outcome = app.sqlite(&["schema", "dump", "--file", "-"]);
        outcome.exits(0);
        outcome.stdout.lines().find(|line| line.contains("settings")).unwrap().trim().to_owned()
    };
    let (until_3_3, since_3_4) =
        (r#"t.json "settings", default: {"a"=>[{"b"=>1}]}"#, r#"t.json "settings", default: {"a" => [{"b" => 1}]}"#);
    assert_eq!(line(&app), since_3_4);
    app.file(".ruby-version", "ruby-3.3.8\n");
    assert_eq!(line(&app), until_3_3);
    app.file("Gemfile.lock", "GEM\n  specs:\n\nRUBY VERSION\n   ruby 3.4.1p0\n");
    assert_eq!(line(&app), since_3_4);
}
