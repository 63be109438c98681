//! Wrong files, wrong options, wrong databases: one clear message, the right exit code, the database as it was.

use crate::app::App;

/// Runs an app whose second migration is bad: nothing may have happened.
#[track_caller]
fn check_refused(file: &str, code: &str, message: &str, line: u32) {
    let app = App::new();
    app.migration(1, "good", "create_table :goods").file(&format!("db/migrate/{file}"), code);
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(3).complains(message).complains(&format!("db/migrate/{file}:{line}:"));
    assert_eq!(outcome.stdout, "");
    assert_eq!(app.tables(), "");
}

#[test]
fn a_syntax_error() {
    check_refused(
        "2_bad.rb",
        "class Bad < ActiveRecord::Migration[8.1]\n  def change\n    create_table :x do |t|\n  end\nend\n",
        "syntax error",
        5,
    );
}

#[test]
fn a_missing_constant() {
    let code = "class Bad < ActiveRecord::Migration[8.1]\n  def up\n    User.update_all(x: 1)\n  end\nend\n";
    check_refused("2_bad.rb", code, "uninitialized constant User", 3);
}

#[test]
fn a_method_of_a_gem() {
    let code =
        "class Bad < ActiveRecord::Migration[8.1]\n  def change\n    create_translation_table! :users\n  end\nend\n";
    check_refused("2_bad.rb", code, "undefined method `create_translation_table!`", 3);
}

#[test]
fn an_unknown_option() {
    let code = "class Bad < ActiveRecord::Migration[8.1]\n  def change\n    create_table :x do |t|\n      t.string :a, nulll: false\n    end\n  end\nend\n";
    check_refused("2_bad.rb", code, "Unknown key: :nulll. Valid keys are:", 4);
}

#[test]
fn an_unknown_column_type() {
    let code = "class Bad < ActiveRecord::Migration[8.1]\n  def change\n    create_table :x do |t|\n      t.strin :a\n    end\n  end\nend\n";
    check_refused("2_bad.rb", code, "undefined method `strin`", 4);
}

#[test]
fn without_the_check_it_fails_where_rails_fails() {
    let app = App::new();
    app.migration(1, "good", "create_table :goods").migration(2, "bad", "create_table :x\n    User.first");
    let outcome = app.sqlite(&["migrate", "--no-check"]);
    outcome
        .exits(1)
        .complains(
            "StandardError: An error has occurred, this and all later migrations canceled:\n\nuninitialized constant",
        )
        .complains("db/migrate/2_bad.rb:4");
    assert_eq!(app.tables(), "ar_internal_metadata\ngoods\nschema_migrations");
    assert_eq!(app.query("SELECT version FROM schema_migrations"), "1");
}

#[test]
fn a_wrong_class_name() {
    let app = App::new();
    app.file("db/migrate/1_right.rb", "class Wrong < ActiveRecord::Migration[8.1]\n  def change\n  end\nend\n");
    app.sqlite(&["migrate"]).exits(3).complains("uninitialized constant Right").complains("db/migrate/1_right.rb");
    assert_eq!(app.tables(), "");
}

#[test]
fn two_files_of_one_version() {
    let app = App::new();
    app.migration(1, "one", "").migration(1, "two", "");
    app.sqlite(&["migrate"]).exits(2).complains("Multiple migrations have the version number 1.");
    assert_eq!(app.tables(), "");
}

#[test]
fn two_files_of_one_name() {
    let app = App::new();
    app.migration(1, "one", "").migration(2, "one", "");
    app.sqlite(&["migrate"]).exits(2).complains("Multiple migrations have the name One.");
}

#[test]
fn an_illegal_file_name() {
    let app = App::new();
    app.file("db/migrate/1_Create-Users.rb", "");
    app.sqlite(&["migrate"]).exits(2).complains("Illegal name for migration file: db/migrate/1_Create-Users.rb");
}

#[test]
fn an_unknown_version() {
    let app = App::new();
    app.migration(1, "one", "");
    app.sqlite(&["migrate", "--to", "7"]).exits(2).complains("No migration with version number 7.");
    app.sqlite(&["up", "7"]).exits(2).complains("No migration with version number 7.");
    app.sqlite(&["migrate", "--to", "x7"]).exits(2).complains("Invalid format of target version: `VERSION=x7`");
}

#[test]
fn a_database_that_is_not_there() {
    let app = App::new();
    app.migration(1, "one", "");
    let postgresql = test_servers::postgresql();
    let mariadb = test_servers::mariadb();
    app.run(&["migrate", "--database", &postgresql.url("nowhere")])
        .exits(5)
        .complains("ActiveRecord::NoDatabaseError: Database not found: nowhere.");
    app.run(&["migrate", "--database", &mariadb.url("nowhere")])
        .exits(5)
        .complains("ActiveRecord::NoDatabaseError: Database not found: nowhere.");
    // Rails makes the folders of a SQLite file; here one of them is a file.
    app.file("plain", "");
    app.run(&["migrate", "--database", "sqlite3:plain/test.sqlite3"]).exits(5).complains("ActiveRecord::");
}

#[test]
fn a_server_that_is_not_there() {
    let app = App::new();
    app.migration(1, "one", "");
    for (url, message) in [
        (
            "mysql2://root@127.0.0.1:1/x",
            "ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: 127.0.0.1.",
        ),
        (
            "postgresql://postgres@127.0.0.1:1/x",
            "ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: 127.0.0.1.",
        ),
    ] {
        app.run(&["migrate", "--database", url]).exits(5).complains(message);
    }
}

#[test]
fn a_wrong_password() {
    let app = App::new();
    app.migration(1, "one", "");
    let server = test_servers::mariadb();
    server.execute(None, "CREATE OR REPLACE USER 'locked'@'%' IDENTIFIED BY 'right'").unwrap();
    let url = format!("mysql2://locked:wrong-secret@127.0.0.1:{}/test", server.port());
    let outcome = app.run(&["migrate", "--database", &url]);
    outcome.exits(5).complains("ActiveRecord::DatabaseConnectionError: ");
    assert!(!outcome.stderr.contains("wrong-secret"), "{}", outcome.stderr);
}

#[test]
fn a_read_only_sqlite_file() {
    let app = App::new();
    app.migration(1, "one", "create_table :ones");
    app.sqlite(&["migrate"]).exits(0);
    app.migration(2, "two", "create_table :twos");
    let outcome = app.run(&["migrate", "--database", &format!("{}?readonly=true", app.sqlite_url())]);
    assert_ne!(outcome.code, 0, "{}", outcome.stdout);
    assert_eq!(app.query("SELECT version FROM schema_migrations"), "1");
}

#[test]
fn an_adapter_that_nobody_has() {
    let app = App::new();
    app.run(&["migrate", "--database", "oracle://x/y"]).exits(2).complains("oracle");
}

/// A migration with a model of that body.
fn with_model(body: &str) -> String {
    format!(
        "class Thing < ActiveRecord::Base\n  {body}\nend\n\nclass Bad < ActiveRecord::Migration[8.1]\n  def up\n    \
         Thing.delete_all\n  end\nend\n"
    )
}

#[test]
fn a_macro_of_a_gem() {
    check_refused(
        "2_bad.rb",
        &with_model("acts_as_list scope: :x"),
        "undefined method `acts_as_list` for class Thing",
        2,
    );
    check_refused(
        "2_bad.rb",
        &with_model("has_paper_trail"),
        "undefined local variable or method `has_paper_trail` for class Thing",
        2,
    );
}

#[test]
fn a_callback_that_there_is_not() {
    check_refused("2_bad.rb", &with_model("before_everything :x"), "undefined method `before_everything`", 2);
}

#[test]
fn a_macro_that_is_absent() {
    check_refused("2_bad.rb", &with_model("has_rich_text :body"), "`has_rich_text` in a model is not supported", 2);
}

/// Nothing in the migration sees the end of it, and nothing of it stays.
#[test]
fn a_value_that_would_be_encrypted() {
    let code = "class Secret < ActiveRecord::Base\n  encrypts :text\nend\n\nclass Keep < ActiveRecord::Migration[8.1]\n  \
                def up\n    create_table(:secrets) { |t| t.string :text }\n    Secret.create!(text: nil)\n    begin\n      \
                Secret.create!(text: \"x\")\n    rescue StandardError\n      say \"rescued\"\n    end\n  end\nend\n";
    let app = App::new();
    app.file("db/migrate/1_keep.rb", code);
    let outcome = app.sqlite(&["migrate"]);
    outcome.complains("the attribute `text` is encrypted and cannot be written without the application's keys");
    assert!(!outcome.stdout.contains("rescued"));
    assert!(!app.tables().contains("secrets"));
}

#[test]
fn an_unknown_option_of_an_association() {
    check_refused("2_bad.rb", &with_model("has_many :xs, conditions: {}"), "Unknown key: :conditions", 2);
    check_refused("2_bad.rb", &with_model("belongs_to :x, deprecate: true"), "Unknown key: :deprecate", 2);
}

#[test]
fn forms_that_rails_took_away() {
    check_refused("2_bad.rb", &with_model("enum status: { a: 0 }"), "wrong number of arguments", 2);
    check_refused("2_bad.rb", &with_model("serialize :data, Hash"), "wrong number of arguments", 2);
}

#[test]
fn a_file_that_is_not_utf_8() {
    let app = App::new();
    app.migration(1, "good", "create_table :goods");
    let code = b"# caf\xE9\nclass Bad < ActiveRecord::Migration[8.1]\n  def up = say('caf\xE9')\nend\n";
    std::fs::write(app.path().join("db/migrate/2_bad.rb"), code).unwrap();
    let outcome = app.sqlite(&["migrate"]);
    outcome.exits(3).complains("db/migrate/2_bad.rb:3: invalid multibyte char (UTF-8)");
    assert_eq!(app.tables(), "");
}

#[test]
fn sql_with_bytes_that_are_no_characters() {
    for code in
        ["Thing.where(\"name = 'a\\xFF'\").to_a", "Thing.order(Arel.sql(\"'\\xFF'\")).update_all(\"name = 'a\\xFF'\")"]
    {
        let app = App::new();
        let model = "class Thing < ActiveRecord::Base\nend\n\n";
        let body = format!(
            "create_table(:things) {{ |t| t.string :name }}\n    begin\n      {code}\n    rescue StandardError\n    end"
        );
        let text = format!("{model}class Bad < ActiveRecord::Migration[8.1]\n  def up\n    {body}\n  end\nend\n");
        app.file("db/migrate/1_bad.rb", &text);
        app.sqlite(&["migrate"]).exits(1).complains("SQL that is not text in UTF-8");
        assert!(!app.tables().contains("things"));
    }
}

#[test]
fn a_condition_that_grows_without_end() {
    let app = App::new();
    app.migration(
        1,
        "one",
        "table = Arel::Table.new(:ones)
         grown = table[:id].eq(1)
         1_000_000.times { |index| grown = grown.or(table[:id].eq(index)) }",
    );
    app.run(&["migrate", "--database", &app.sqlite_url()]).exits(1).complains("steps");
}
