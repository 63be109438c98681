//! What is printed: Rails' words, JSON events, status, version, pending, check.

use serde_json::Value;

use crate::app::App;

/// Durations as Rails prints them, made the same.
fn steady(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let length = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
        out.push_str(&rest[..start]);
        let number = &digits[..length];
        let is_duration = digits[length..].starts_with('s') && number.contains('.');
        out.push_str(if is_duration { "0.0000" } else { number });
        rest = &digits[length..];
    }
    out + rest
}

fn shop() -> App {
    let app = App::new();
    app.migration(20_240_102_030_405, "create_users", "create_table(:users) { |t| t.string :name }").migration(
        20_240_102_030_406,
        "add_email",
        "add_column :users, :email, :string, null: true",
    );
    app
}

#[test]
fn migrate_and_rollback_print_what_rails_prints() {
    let app = shop();
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(0);
    // Recorded from Active Record 8.1.3.1.
    assert_eq!(
        steady(&outcome.stdout),
        "== 20240102030405 CreateUsers: migrating ======================================\n\
         -- create_table(:users)\n   -> 0.0000s\n\
         == 20240102030405 CreateUsers: migrated (0.0000s) =============================\n\n\
         == 20240102030406 AddEmail: migrating =========================================\n\
         -- add_column(:users, :email, :string, {:null=>true})\n   -> 0.0000s\n\
         == 20240102030406 AddEmail: migrated (0.0000s) ================================\n\n"
    );
    let outcome = app.sqlite(&["rollback"]);
    outcome.exits(0);
    assert_eq!(
        steady(&outcome.stdout),
        "== 20240102030406 AddEmail: reverting =========================================\n\
         -- remove_column(:users, :email, :string, {:null=>true})\n   -> 0.0000s\n\
         == 20240102030406 AddEmail: reverted (0.0000s) ================================\n\n"
    );
    assert_eq!(app.sqlite(&["migrate", "--quiet"]).exits(0).stdout, "");
    assert_eq!(app.sqlite(&["migrate"]).exits(0).stdout, "");
}

#[test]
fn json_is_one_object_a_line() {
    let app = shop();
    app.migration(20_240_102_030_407, "broken", "execute 'SELECT missing'");
    let outcome = app.sqlite(&["migrate", "--format", "json"]);
    outcome.exits(1);
    let events: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 4, "{}", outcome.stdout);
    assert_eq!(events[0]["event"], "migrated");
    assert_eq!(events[0]["version"], "20240102030405");
    assert_eq!(events[0]["name"], "CreateUsers");
    assert_eq!(events[0]["file"], "db/migrate/20240102030405_create_users.rb");
    assert_eq!(events[0]["direction"], "up");
    assert_eq!(events[0]["engine"], "native");
    assert!(events[0]["milliseconds"].is_f64());
    assert!(events[0]["output"].as_str().unwrap().contains("CreateUsers: migrated"));
    let sql: Vec<_> = events[0]["statements"].as_array().unwrap().iter().map(|s| s["sql"].as_str().unwrap()).collect();
    assert_eq!(
        sql,
        [
            "BEGIN immediate TRANSACTION",
            "CREATE TABLE \"users\" (\"id\" integer PRIMARY KEY AUTOINCREMENT NOT NULL, \"name\" varchar)",
            "INSERT INTO \"schema_migrations\" (\"version\") VALUES ('20240102030405') RETURNING \"version\"",
            "COMMIT TRANSACTION",
        ]
    );
    assert_eq!(events[2]["event"], "failed");
    assert_eq!(events[2]["error"]["class"], "ActiveRecord::StatementInvalid");
    assert!(
        events[2]["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("SQLite3::SQLException: no such column: missing:\nSELECT missing\n       ^")
    );
    assert_eq!((&events[3]["event"], &events[3]["status"]), (&"finished".into(), &"failed".into()));
    assert_eq!((&events[3]["migrated"], &events[3]["pending"]), (&2.into(), &1.into()));
    assert_eq!(events[3]["took_effect"][1]["version"], "20240102030406");
    let backtrace = events[2]["error"]["backtrace"][0].as_str().unwrap();
    assert!(backtrace.starts_with("db/migrate/20240102030407_broken.rb:3:in "), "{backtrace}");
}

#[test]
fn json_ends_with_finished() {
    let app = shop();
    let outcome = app.sqlite(&["migrate", "--format", "json", "--to", "20240102030405"]);
    let last: Value = serde_json::from_str(outcome.exits(0).stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "finished");
    assert_eq!(last["migrated"], 1);
    assert_eq!(last["pending"], 1);
}

#[test]
fn status_version_pending() {
    let app = shop();
    app.sqlite(&["status"]).exits(1).complains("Schema migrations table does not exist yet.");
    app.sqlite(&["pending"])
        .exits(1)
        .says("You have 2 pending migrations:\n  20240102030405 CreateUsers\n  20240102030406 AddEmail\n");
    app.sqlite(&["up", "20240102030405"]).exits(0);
    app.query("INSERT INTO schema_migrations VALUES ('5')");
    let status = app.sqlite(&["status"]);
    status.exits(0);
    let expected = format!(
        "\ndatabase: {}\n\n Status   Migration ID    Migration Name\n{}\n   up     005             ********** NO FILE **********\n   \
         up     20240102030405  Create users\n  down    20240102030406  Add email\n\n",
        app.path().join("test.sqlite3").display(),
        "-".repeat(50)
    );
    assert_eq!(status.stdout, expected);
    app.sqlite(&["version"]).exits(0).says("Current version: 20240102030405\n");
    app.sqlite(&["migrate"]).exits(0);
    assert_eq!(app.sqlite(&["pending"]).exits(0).stdout, "");
    app.sqlite(&["redo", "--steps", "2"]).exits(0).says("AddEmail: reverted").says("CreateUsers: migrated");
    app.sqlite(&["down", "20240102030405"]).exits(0).says("CreateUsers: reverted");
    app.sqlite(&["db:version"]).exits(0).says("Current version: 20240102030406\n");
}

#[test]
fn check_tells_each_file() {
    let app = shop();
    app.migration(20_240_102_030_407, "touch", "User.find_each(&:touch)");
    let outcome = app.run(&["check"]);
    outcome
        .exits(3)
        .says("native   db/migrate/20240102030405_create_users.rb\n")
        .says("refused  db/migrate/20240102030407_touch.rb\n")
        .says("2 of 3 native\n")
        .complains("refused: uninitialized constant User\n --> db/migrate/20240102030407_touch.rb:3:5\n3 |     User.find_each(&:touch)\n  |     ^^^^\n");
    app.run(&["check", "nowhere"]).exits(2).complains("there is no folder nowhere");
}

#[test]
fn github_folds_and_annotates() {
    let app = shop();
    app.migration(20_240_102_030_407, "broken", "create_table(:items)\n    execute 'SELECT a, b:c'");
    let outcome = app.sqlite(&["migrate", "--format", "github"]);
    let lines: Vec<_> = steady(&outcome.exits(1).stdout).lines().map(str::to_owned).collect();
    assert_eq!(
        lines[..5],
        [
            "::group::20240102030405 CreateUsers: migrating",
            "-- create_table(:users)",
            "   -> 0.0000s",
            "::endgroup::",
            "== 20240102030405 CreateUsers: migrated (0.0000s) =============================",
        ]
    );
    let end = lines.iter().rposition(|line| line == "::endgroup::").unwrap();
    let broken = "::error file=db/migrate/20240102030407_broken.rb,line=4,title=ActiveRecord%3A%3AStatementInvalid::";
    let annotation = lines.iter().position(|line| line.starts_with(broken)).unwrap();
    assert!(lines[annotation].ends_with("%0Aits transaction was rolled back"), "{}", lines[annotation]);
    assert!(end > lines.iter().position(|line| line.starts_with("::group::20240102030407")).unwrap());
    outcome.complains("maglev aborted!");
    // From the checkout's root, where the app is a folder of it.
    let mut command = app.command(&["check", "--format", "github"]);
    app.migration(20_240_102_030_408, "touch", "User.find_each(&:touch)");
    let root = app.path().canonicalize().unwrap();
    command.env("GITHUB_WORKSPACE", root.parent().unwrap());
    let folder = root.file_name().unwrap().to_str().unwrap();
    crate::app::finished(command).exits(3).says("native   db/migrate/20240102030405_create_users.rb\n").says(&format!(
        "::error file={folder}/db/migrate/20240102030408_touch.rb,line=3,title=refused::uninitialized constant User\n"
    ));
    app.sqlite(&["migrate", "--format", "github"])
        .exits(3)
        .says("::error file=db/migrate/20240102030408_touch.rb,line=3,");
    app.run(&["migrate", "--format", "github", "--database", "nothing://here"])
        .exits(2)
        .says("::error title=ActiveRecord%3A%3AAdapterNotFound::");
}

#[test]
fn wrong_usage_exits_2() {
    let app = App::new();
    app.run(&["migrat"]).exits(2);
    app.run(&["migrate", "--steps", "2"]).exits(2);
    app.run(&["up"]).exits(2);
    app.run(&["db:dropp"]).exits(2).complains("Unrecognized command \"db:dropp\"");
    app.run(&["--version"]).exits(0).says("maglev 0.1.0");
}
