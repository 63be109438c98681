//! `drift`, and merging of schema.rb.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::app::App;

fn shop() -> App {
    let app = App::new();
    app.migration(
        1,
        "create_shop",
        "create_table(:users) { |t| t.string :name; t.integer :age; t.index :name }; create_table(:posts) { |t| t.text :body }",
    );
    app.sqlite(&["migrate"]).exits(0);
    app.sqlite(&["schema", "dump"]).exits(0);
    app
}

fn rewrite(app: &App, from: &str, to: &str) {
    let path = app.path().join("db/schema.rb");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn what_the_database_has_otherwise_is_shown() {
    let app = shop();
    app.sqlite(&["drift"]).exits(0).says("is as db/schema.rb says.");
    app.query("ALTER TABLE users ADD COLUMN email varchar; DROP TABLE posts");
    let outcome = app.sqlite(&["drift"]);
    outcome.exits(1);
    let lines: Vec<_> = outcome.stdout.lines().filter(|line| line.starts_with(['+', '-'])).skip(2).collect();
    assert_eq!(
        lines,
        [
            "-  create_table \"posts\", force: :cascade do |t|",
            "-    t.text \"body\"",
            "-  end",
            "-",
            "+    t.string \"email\""
        ]
    );
    let outcome = app.sqlite(&["drift", "--format", "json"]);
    outcome.exits(1);
    let event: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&event["event"], &event["beside"]), (&"drift".into(), &"db/schema.rb".into()));
    assert!(event["diff"].as_str().unwrap().contains("+    t.string \"email\""));
}

#[test]
fn the_order_of_things_and_their_version_are_no_drift() {
    let app = shop();
    rewrite(&app, "    t.integer \"age\"\n    t.string \"name\"\n", "    t.string \"name\"\n    t.integer \"age\"\n");
    rewrite(&app, "version: 1", "version: 7");
    app.sqlite(&["drift"]).exits(0);
    rewrite(&app, "t.integer \"age\"", "t.bigint \"age\"");
    app.sqlite(&["drift"]).exits(1).says("-    t.bigint \"age\"\n+    t.integer \"age\"");
}

#[test]
fn two_databases_are_compared() {
    let (app, other) = (shop(), shop());
    let url = other.sqlite_url();
    app.sqlite(&["drift", "--against", &url]).exits(0);
    other.query("DROP TABLE posts");
    app.sqlite(&["drift", "--against", &url]).exits(1).says("+  create_table \"posts\"");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let app = shop();
    app.sqlite(&["drift", "--file", "db/none.rb"])
        .exits(2)
        .complains("db/none.rb")
        .complains("`maglev schema dump` writes it");
    app.file("db/odd.rb", "puts 1\n");
    app.sqlite(&["drift", "--file", "db/odd.rb"]).exits(2).complains("not a file as Rails writes it");
}

fn git(at: &Path, arguments: &[&str]) -> bool {
    let binary = Path::new(env!("CARGO_BIN_EXE_maglev")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    let mut command = Command::new("git");
    command.args(identity).args(arguments).current_dir(at).env("PATH", path);
    command.output().unwrap().status.success()
}

/// As git does it: two branches that each migrated.
#[test]
fn git_merges_schemas() {
    let app = shop();
    let at = app.path();
    assert!(git(at, &["init", "--quiet", "--initial-branch=main"]));
    app.run(&["schema", "install-merge-driver"]).exits(0);
    app.run(&["schema", "install-merge-driver"]).exits(0);
    assert_eq!(fs::read_to_string(at.join(".gitattributes")).unwrap(), "db/*schema.rb merge=maglev-schema\n");
    let commit =
        |name: &str| git(at, &["add", "db/schema.rb", ".gitattributes"]) && git(at, &["commit", "--quiet", "-m", name]);
    assert!(commit("base"));
    assert!(git(at, &["checkout", "--quiet", "-b", "theirs"]));
    rewrite(&app, "version: 1", "version: 3");
    rewrite(&app, "    t.integer \"age\"\n", "    t.integer \"age\"\n    t.string \"email\"\n");
    assert!(commit("theirs"));
    assert!(git(at, &["checkout", "--quiet", "main"]));
    rewrite(&app, "version: 1", "version: 2");
    rewrite(&app, "    t.integer \"age\"\n", "    t.integer \"age\"\n    t.string \"city\"\n");
    assert!(commit("ours"));
    assert!(git(at, &["merge", "--quiet", "theirs"]));
    let merged = fs::read_to_string(at.join("db/schema.rb")).unwrap();
    let columns = "    t.integer \"age\"\n    t.string \"city\"\n    t.string \"email\"\n    t.string \"name\"\n";
    assert!(merged.contains(columns) && merged.contains("version: 3"), "{merged}");

    assert!(git(at, &["checkout", "--quiet", "theirs"]));
    rewrite(&app, "t.text \"body\"", "t.binary \"body\"");
    assert!(commit("one"));
    assert!(git(at, &["checkout", "--quiet", "main"]));
    rewrite(&app, "t.text \"body\"", "t.string \"body\"");
    assert!(commit("other"));
    assert!(!git(at, &["merge", "--quiet", "theirs"]));
    let marked = fs::read_to_string(at.join("db/schema.rb")).unwrap();
    let conflict = "<<<<<<< ours\n    t.string \"body\"\n=======\n    t.binary \"body\"\n>>>>>>> theirs\n";
    assert!(marked.contains(conflict), "{marked}");
}
