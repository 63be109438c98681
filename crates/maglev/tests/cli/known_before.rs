//! What is certain to fail is said before the first statement: SQL that SQLite's authorizer would deny, and commands of a
//! `change` that cannot be turned round.

use crate::app::App;

/// Refused in a migration behind one that is good, before anything ran.
#[track_caller]
fn check_sql(call: &str, message: Option<&str>) {
    let app = App::new();
    app.migration(1, "good", "create_table :goods").migration(2, "other", call);
    match message {
        Some(message) => {
            app.sqlite(&["migrate"]).exits(3).complains(message);
            assert_eq!(app.tables(), "", "{call}");
            app.run(&["check"]).exits(0);
            let of = |environment| format!("{environment}:\n  adapter: sqlite3\n  database: x.sqlite3\n");
            app.file("config/database.yml", &["development", "production"].map(of).concat());
            let outcome = app.run(&["check"]);
            assert!(outcome.stdout.contains("1 of 2 native"), "check says native of {call}: {}", outcome.stdout);
        }
        None => drop(app.sqlite(&["migrate"]).exits(0)),
    }
}

#[test]
fn statements_that_reach_another_file() {
    check_sql("execute \"ATTACH DATABASE 'other.sqlite3' AS other\"", Some("ATTACH and VACUUM INTO are not supported"));
    check_sql("execute <<~SQL.squish\n  attach 'other.sqlite3'\n  as other\nSQL\n", Some("(`other.sqlite3`)"));
    check_sql("connection.execute(\"VACUUM INTO 'copy.sqlite3'\")", Some("VACUUM INTO"));
    check_sql("ActiveRecord::Base.connection.exec_query('VACUUM main INTO \"copy\"')", Some("VACUUM INTO"));
    check_sql("select_value(\"SELECT load_extension('x')\")", Some("`load_extension` reaches code"));
    check_sql("if false\n  execute 'PRAGMA writable_schema = 1'\nend", Some("`PRAGMA writable_schema`"));
    check_sql("say \"ATTACH 'other.sqlite3' AS other\"", None);
    check_sql("execute \"ATTACH ':memory:' AS other\"", None);
    check_sql("execute \"INSERT INTO goods (id) VALUES (length('vacuum into'))\"", None);
}

/// Two migrations, the earlier with this `change`: a way back over both is refused before the later one's first statement.
#[track_caller]
fn check_back(change: &str, message: Option<&str>) {
    let app = App::new();
    let code = format!(
        "class First < ActiveRecord::Migration[8.1]\n  def change\n    {change}\n  end\n\n  private\n\n  def own = execute(\"SELECT 1\")\nend\n"
    );
    app.file(
        "db/migrate/1_base.rb",
        "class Base < ActiveRecord::Migration[8.1]\n  def change\n    create_table(:goods) { |t| t.string :name; t.string :size; t.index :size }\n  end\nend\n",
    );
    app.file("db/migrate/2_first.rb", &code);
    app.migration(3, "later", "create_table :laters");
    app.sqlite(&["migrate"]).exits(0);
    let before = app.tables();
    match message {
        Some(message) => {
            for command in [&["rollback", "--steps", "2"][..], &["redo", "--steps", "2"], &["down", "2"]] {
                app.sqlite(command).exits(3).complains(message);
                assert_eq!(app.tables(), before, "{change}");
            }
            // As Rails: it stops there.
            let outcome = app.sqlite(&["rollback", "--no-check", "--steps", "2"]);
            outcome.exits(1).complains("ActiveRecord::IrreversibleMigration");
            assert!(!app.tables().contains("laters"), "{change}");
        }
        None => drop(app.sqlite(&["rollback", "--steps", "2"]).exits(0)),
    }
}

#[test]
fn commands_that_cannot_be_turned_round() {
    check_back("remove_column :goods, :name", Some("remove_column is only reversible if given a type."));
    check_back("own", Some("This migration uses execute, which is not automatically reversible."));
    check_back("change_column :goods, :name, :text", Some("This migration uses change_column"));
    check_back("change_column_default :goods, :name, 'x'", Some("is only reversible if given a :from and :to option."));
    check_back("remove_columns :goods, :name, :size", Some("remove_columns is only reversible if given a type."));
    check_back("remove_index :goods, name: :index_goods_on_size", Some("remove_index is only reversible if given"));
    check_back("transaction { drop_table :goods }", Some("drop_table is only reversible if given options or a block"));
    check_back(
        "change_table(:goods) { |t| t.remove :name }",
        Some("remove_columns is only reversible if given a type."),
    );
}

#[test]
fn commands_that_can() {
    check_back("remove_column :goods, :name, :string", None);
    check_back("reversible { |dir| dir.up { execute 'SELECT 1' } }", None);
    check_back("reversible do |dir|\n dir.up { execute 'SELECT 1' }\n dir.down { execute 'SELECT 2' }\n end", None);
    check_back("up_only { execute 'SELECT 1' }", None);
    check_back("execute('SELECT 1') unless reverting?", None);
    check_back("change_column_default :goods, :name, from: nil, to: 'x'", None);
    check_back("remove_index :goods, :size", None);
    check_back("remove_columns :goods, :name, :size, type: :string", None);
    check_back("drop_table(:goods) { |t| t.string :name; t.string :size; t.index :size }", None);
    check_back("change_table(:goods) { |t| t.remove :name, type: :string }", None);
}
