//! An app's links, FIFOs and devices: what leads out of the app is neither shown nor sent, and nothing hangs.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::app::{App, Outcome, finished};

const SECRET: &str = "hunter2-of-somebody-else";

/// An app beside a folder with a secret in it.
fn app() -> (App, tempfile::TempDir) {
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("secret.rb"), format!("{SECRET} = '{SECRET}'\n")).unwrap();
    let app = App::new();
    app.migration(1, "good", "create_table :goods");
    (app, elsewhere)
}

fn link(app: &App, to: &Path, from: &str) {
    let from = app.path().join(from);
    std::fs::create_dir_all(from.parent().unwrap()).unwrap();
    symlink(to, from).unwrap();
}

fn run(app: &App, arguments: &[&str]) -> Outcome {
    let mut command = app.command(arguments);
    command.env("SECRET_OF_THE_CI", SECRET);
    finished(command)
}

#[track_caller]
fn keeps_the_secret(outcome: &Outcome) {
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
}

#[test]
fn a_migration_that_is_a_link_out_is_refused_and_not_shown() {
    for to in ["/proc/self/environ", "secret.rb", "/etc/passwd", "/dev/zero", "/"] {
        let (app, elsewhere) = app();
        link(&app, &elsewhere.path().join(to), "db/migrate/2_linked.rb");
        for arguments in [&["check"][..], &["migrate", "--database", &app.sqlite_url()]] {
            let outcome = run(&app, arguments);
            outcome.exits(3).complains("2_linked.rb").complains("link leads out of");
            keeps_the_secret(&outcome);
        }
        for arguments in [&["payload"][..], &["payload", "--plain"], &["payload", "db/migrate"]] {
            let outcome = run(&app, arguments);
            outcome.exits(2).complains("2_linked.rb").complains("link leads out of");
            assert_eq!(outcome.stdout, "");
        }
    }
}

#[test]
fn a_link_to_a_secret_of_the_app_itself_is_refused() {
    let (app, _elsewhere) = app();
    app.file("config/master.key", SECRET);
    link(&app, Path::new("../../config/master.key"), "db/migrate/2_linked.rb");
    let outcome = run(&app, &["check"]);
    outcome.exits(3).complains("link leads out of");
    keeps_the_secret(&outcome);
    link(&app, Path::new("../../config/master.key"), "db/views/a.sql");
    run(&app, &["payload"]).exits(2);
}

#[test]
fn a_link_within_the_app_is_followed() {
    let (app, _elsewhere) = app();
    app.file("engine/2_two.rb", "class Two < ActiveRecord::Migration[8.1]\n  def change = create_table(:twos)\nend\n");
    link(&app, Path::new("../../engine/2_two.rb"), "db/migrate/2_two.rb");
    app.sqlite(&["migrate"]).exits(0);
    assert!(app.tables().contains("twos"));
    run(&app, &["payload"]).exits(0);
}

#[test]
fn a_folder_that_is_a_link_out_is_not_looked_into() {
    let (app, elsewhere) = app();
    std::fs::remove_dir_all(app.path().join("db/migrate")).unwrap();
    std::fs::rename(elsewhere.path().join("secret.rb"), elsewhere.path().join("1_secret.rb")).unwrap();
    link(&app, elsewhere.path(), "db/migrate");
    for arguments in [&["check"][..], &["status", "--database", &app.sqlite_url()], &["payload"]] {
        let outcome = run(&app, arguments);
        outcome.exits(2).complains("link leads out of");
        keeps_the_secret(&outcome);
    }
}

#[test]
fn a_fifo_stops_nothing() {
    let (app, _elsewhere) = app();
    for name in ["db/migrate/2_fifo.rb", "config/initializers/inflections.rb"] {
        let path = app.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    run(&app, &["check"]).exits(3).complains("FIFO");
    app.sqlite(&["migrate"]).exits(3).complains("FIFO");
    run(&app, &["payload"]).exits(2).complains("FIFO");
    assert!(Command::new("mkfifo").arg(app.path().join("config/database.yml")).status().unwrap().success());
    run(&app, &["status"]).exits(2).complains("FIFO");
}

#[test]
fn a_folder_within_itself_is_walked_once() {
    let app = App::new();
    for name in ["a", "b", "c"] {
        link(&app, Path::new("."), &format!("db/{name}"));
        link(&app, Path::new(".."), &format!("db/migrate/{name}"));
    }
    app.migration(1, "good", "puts Dir.glob('db/**/*.rb').inspect");
    app.sqlite(&["migrate"]).exits(0).says("[\"db/migrate/1_good.rb\"]");
    run(&app, &["check"]).exits(0);
    run(&app, &["payload"]).exits(0);
}

#[test]
fn a_database_yml_that_a_deployment_links_is_read_and_not_shown() {
    let (app, elsewhere) = app();
    let shared = elsewhere.path().join("database.yml");
    std::fs::write(&shared, "development:\n  adapter: sqlite3\n  database: test.sqlite3\n").unwrap();
    link(&app, &shared, "config/database.yml");
    app.run(&["migrate"]).exits(0);
    assert!(app.tables().contains("goods"));
    for content in [SECRET.to_owned(), format!("development: {SECRET}"), format!("<%= {} %>", SECRET.replace('-', "_"))]
    {
        std::fs::write(&shared, content).unwrap();
        let outcome = app.run(&["status"]);
        outcome.exits(2).complains("config/database.yml is a link that leads out");
        assert!(!outcome.stderr.contains("hunter2"), "{}", outcome.stderr);
    }
}
