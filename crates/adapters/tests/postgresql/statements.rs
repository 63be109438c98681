//! What a migration's calls send: tables, columns, indexes, constraints, enums and schemas.

use adapters::prelude::*;
use adapters::{Arg, Options};

use super::{CS, Session, bulk, symbol, symbols};

#[test]
fn indexes() {
    let mut session = Session::new(&["CREATE EXTENSION btree_gist", "CREATE TABLE \"as\" (id bigserial primary key)"]);
    session.check("create_table :bs ...", |adapter| {
        let options = options! { "comment" => "tbl" };
        let mut t = adapter.prepare_create_table("bs", &options)?;
        let foreign_key = options! { "on_delete" => symbol("cascade"), "deferrable" => symbol("deferred") };
        t.references(adapter, &[symbol("a")], options! { "foreign_key" => foreign_key })?;
        t.column(adapter, "name", &symbol("string"), Options::new())?;
        t.column(adapter, "x", &symbol("integer"), Options::new())?;
        t.column(adapter, "y", &symbol("integer"), Options::new())?;
        t.timestamps(adapter, Options::new())?;
        let order = options! { "x" => symbol("desc") };
        let index = options! { "unique" => true, "where" => "x > 1", "comment" => "ix", "order" => order };
        t.index(&symbols(["name", "x"]), index);
        t.check_constraint(adapter, "x > 0", &options! { "name" => "xpos" })?;
        let unique = options! { "nulls_not_distinct" => true, "deferrable" => symbol("immediate") };
        t.unique_constraint(&symbols(["x", "y"]), &unique)?;
        t.exclusion_constraint("x WITH =", &options! { "using" => symbol("gist"), "where" => "y > 0" })?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check("add_index :bs, [:name, :y] ...", |adapter| {
        let options = options! {
            "include" => symbols(["x"]),
            "nulls_not_distinct" => true,
            "unique" => true,
            "opclass" => options! { "name" => symbol("varchar_pattern_ops") },
            "order" => options! { "y" => "DESC NULLS LAST" },
        };
        adapter.add_index("bs", &symbols(["name", "y"]), options)
    });
    session.check(r#"add_index :bs, "lower(name), x DESC", name: "lowx""#, |adapter| {
        adapter.add_index("bs", &"lower(name), x DESC".into(), options! { "name" => "lowx" })
    });
    session.check(r"add_index :bs, :y, bogus: 1", |adapter| {
        adapter.add_index("bs", &symbol("y"), options! { "bogus" => 1 })
    });
    session.check(r#"add_index :bs, :y, name: "x" * 64"#, |adapter| {
        adapter.add_index("bs", &symbol("y"), options! { "name" => "x".repeat(64) })
    });
    session.check(r"add_index :bs, :y, algorithm: :nope", |adapter| {
        adapter.add_index("bs", &symbol("y"), options! { "algorithm" => symbol("nope") })
    });
    session.check(r#"remove_index :bs, name: "lowx", algorithm: :concurrently"#, |adapter| {
        adapter.remove_index("bs", &Arg::Nil, options! { "name" => "lowx", "algorithm" => symbol("concurrently") })
    });
    session.check(r"remove_index :bs, column: [:name, :y]", |adapter| {
        adapter.remove_index("bs", &Arg::Nil, options! { "column" => symbols(["name", "y"]) })
    });
    session.check(r"remove_index :bs", |adapter| adapter.remove_index("bs", &Arg::Nil, Options::new()));
    session.check(r#"remove_index "public.bs", name: "other.x""#, |adapter| {
        adapter.remove_index("public.bs", &Arg::Nil, options! { "name" => "other.x" })
    });
    session.check(r"rename_column :bs, :y, :z", |adapter| adapter.rename_column("bs", "y", "z"));
    session.check(r#"rename_table "bs", "cs""#, |adapter| adapter.rename_table("bs", "cs", &Options::new()));
}

#[test]
fn columns() {
    let mut session = Session::new(&[CS, "ALTER TABLE cs DROP COLUMN q"]);
    session.check(r"add_column :cs, :q, :string ...", |adapter| {
        adapter.add_column(
            "cs",
            "q",
            &symbol("string"),
            options! { "limit" => 5, "default" => "x", "null" => false, "comment" => "hey" },
        )
    });
    session.check(r"add_column :cs, :q, :string, if_not_exists: true", |adapter| {
        adapter.add_column("cs", "q", &symbol("string"), options! { "if_not_exists" => true })
    });
    session.check(r"add_column :cs, :dt, :datetime", |adapter| {
        adapter.add_column("cs", "dt", &symbol("datetime"), Options::new())
    });
    session.check(r#"add_column :cs, :vv, :virtual, type: :string, as: "upper(q)""#, |adapter| {
        adapter.add_column("cs", "vv", &symbol("virtual"), options! { "type" => symbol("string"), "as" => "upper(q)" })
    });
    session.check(r"add_column :cs, :i9, :integer, limit: 9", |adapter| {
        adapter.add_column("cs", "i9", &symbol("integer"), options! { "limit" => 9 })
    });
    session.check(r"add_column :cs, :en, :enum", |adapter| {
        adapter.add_column("cs", "en", &symbol("enum"), Options::new())
    });
    session.check(r"add_column :cs, :dd, :decimal, scale: 2", |adapter| {
        adapter.add_column("cs", "dd", &symbol("decimal"), options! { "scale" => 2 })
    });
    session.check(r"add_column :cs, :tt, :datetime, precision: 7", |adapter| {
        adapter.add_column("cs", "tt", &symbol("datetime"), options! { "precision" => 7 })
    });
    session.check(r"add_column :cs, :zz, :nonsense", |adapter| {
        adapter.add_column("cs", "zz", &symbol("nonsense"), Options::new())
    });
    session.check(r"add_column :cs, :zz, :string, bogus: 2", |adapter| {
        adapter.add_column("cs", "zz", &symbol("string"), options! { "bogus" => 2 })
    });
    session.check(r"change_column :cs, :q, :text ...", |adapter| {
        adapter.change_column(
            "cs",
            "q",
            &symbol("text"),
            options! { "default" => "y", "null" => true, "comment" => "c2", "collation" => "C" },
        )
    });
    session.check(r#"change_column :cs, :q, :integer, using: "length(q)""#, |adapter| {
        adapter.change_column("cs", "q", &symbol("integer"), options! { "using" => "length(q)" })
    });
    session.check(r"change_column :cs, :q, :integer, default: nil, cast_as: :integer", |adapter| {
        adapter.change_column(
            "cs",
            "q",
            &symbol("integer"),
            options! { "default" => Arg::Nil, "cast_as" => symbol("integer") },
        )
    });
    session.check(r"change_column :cs, :dt, :datetime, precision: nil", |adapter| {
        adapter.change_column("cs", "dt", &symbol("datetime"), options! { "precision" => Arg::Nil })
    });
    session
        .check(r"change_column_default :cs, :q, 12", |adapter| adapter.change_column_default("cs", "q", &Arg::Int(12)));
    session.check(r"change_column_default :cs, :q, from: 12, to: nil", |adapter| {
        adapter.change_column_default("cs", "q", &Arg::from(options! { "from" => 12, "to" => Arg::Nil }))
    });
    session.check(r#"change_column_default :cs, :created_at, -> { "CURRENT_TIMESTAMP" }"#, |adapter| {
        adapter.change_column_default("cs", "created_at", &Arg::Function("CURRENT_TIMESTAMP".into()))
    });
    session.check(r"change_column_default :cs, :nope, 1", |adapter| {
        adapter.change_column_default("cs", "nope", &Arg::Int(1))
    });
    session.check(r"change_column_null :cs, :q, false, 7", |adapter| {
        adapter.change_column_null("cs", "q", &Arg::Bool(false), &Arg::Int(7))
    });
    session.check(r"change_column_null :cs, :q, true", |adapter| {
        adapter.change_column_null("cs", "q", &Arg::Bool(true), &Arg::Nil)
    });
    session.check(r#"change_column_null :cs, :q, "x""#, |adapter| {
        adapter.change_column_null("cs", "q", &"x".into(), &Arg::Nil)
    });
    session.check(r#"change_column_comment :cs, :q, from: "a", to: "b""#, |adapter| {
        adapter.change_column_comment("cs", "q", &Arg::from(options! { "from" => "a", "to" => "b" }))
    });
    session.check(r"change_table_comment :cs, nil", |adapter| adapter.change_table_comment("cs", &Arg::Nil));
}

#[test]
fn constraints() {
    let mut session =
        Session::new(&["CREATE EXTENSION btree_gist", "CREATE TABLE \"as\" (id bigserial primary key)", CS]);
    session.check(r"add_foreign_key :cs, :as, column: :x, validate: false, on_update: :restrict", |adapter| {
        adapter.add_foreign_key(
            "cs",
            "as",
            options! { "column" => symbol("x"), "validate" => false, "on_update" => symbol("restrict") },
        )
    });
    session.check(r"change_column :cs, :x, :bigint", |adapter| {
        adapter.change_column("cs", "x", &symbol("bigint"), Options::new())
    });
    session.check(r"add_foreign_key :cs, :as, column: :x, validate: false, on_update: :restrict again", |adapter| {
        adapter.add_foreign_key(
            "cs",
            "as",
            options! { "column" => symbol("x"), "validate" => false, "on_update" => symbol("restrict") },
        )
    });
    session.check(r"validate_foreign_key :cs, column: :x", |adapter| {
        adapter.validate_foreign_key("cs", None, options! { "column" => symbol("x") })
    });
    session.check(r"add_foreign_key :cs, :as, column: :x, deferrable: true", |adapter| {
        adapter.add_foreign_key("cs", "as", options! { "column" => symbol("x"), "deferrable" => true })
    });
    session.check(r"add_foreign_key :cs, :as, column: :x, if_not_exists: true", |adapter| {
        adapter.add_foreign_key("cs", "as", options! { "column" => symbol("x"), "if_not_exists" => true })
    });
    session.check(r"remove_foreign_key :cs, :as, column: :x", |adapter| {
        adapter.remove_foreign_key("cs", Some("as"), options! { "column" => symbol("x") })
    });
    session.check(r"remove_foreign_key :cs, :nope", |adapter| {
        adapter.remove_foreign_key("cs", Some("nope"), Options::new())
    });
    session.check(r#"add_check_constraint :cs, "x > 5", validate: false"#, |adapter| {
        adapter.add_check_constraint("cs", "x > 5", options! { "validate" => false })
    });
    session.check(r#"validate_check_constraint :cs, expression: "x > 5""#, |adapter| {
        adapter.validate_check_constraint("cs", options! { "expression" => "x > 5" })
    });
    session.check(r#"remove_check_constraint :cs, "x > 5""#, |adapter| {
        adapter.remove_check_constraint("cs", &"x > 5".into(), Options::new())
    });
    session.check(r#"remove_check_constraint :cs, name: "nope""#, |adapter| {
        adapter.remove_check_constraint("cs", &Arg::Nil, options! { "name" => "nope" })
    });
    session.check(r#"add_unique_constraint :cs, :name, name: "un""#, |adapter| {
        adapter.add_unique_constraint("cs", &symbol("name"), options! { "name" => "un" })
    });
    session.check(r#"add_unique_constraint :cs, :name, using_index: "un""#, |adapter| {
        adapter.add_unique_constraint("cs", &symbol("name"), options! { "using_index" => "un" })
    });
    session.check(r"remove_unique_constraint :cs, [:name]", |adapter| {
        adapter.remove_unique_constraint("cs", &symbols(["name"]), Options::new())
    });
    session.check(r#"remove_unique_constraint :cs, name: "un""#, |adapter| {
        adapter.remove_unique_constraint("cs", &Arg::Nil, options! { "name" => "un" })
    });
    session.check(r#"add_exclusion_constraint :cs, "x WITH =, name WITH =" ..."#, |adapter| {
        adapter.add_exclusion_constraint(
            "cs",
            "x WITH =, name WITH =",
            options! { "deferrable" => symbol("deferred"), "using" => symbol("gist") },
        )
    });
    session.check(r#"remove_exclusion_constraint :cs, "x WITH =, name WITH =""#, |adapter| {
        adapter.remove_exclusion_constraint("cs", &"x WITH =, name WITH =".into(), Options::new())
    });
    session.check(r#"remove_exclusion_constraint :cs, "x WITH =, name WITH =" again"#, |adapter| {
        adapter.remove_exclusion_constraint("cs", &"x WITH =, name WITH =".into(), Options::new())
    });
}

#[test]
fn enums_and_schemas() {
    let mut session = Session::new(&[CS]);
    session.check(r#"create_enum "mood", ["sad", "it's"]"#, |adapter| {
        adapter.create_enum("mood", &["sad".into(), "it's".into()], &Options::new())
    });
    session.check(r#"create_enum "public.mood2", ["sad"]"#, |adapter| {
        adapter.create_enum("public.mood2", &["sad".into()], &Options::new())
    });
    session.check(r#"add_column :cs, :m, :enum, enum_type: "mood", default: "sad", array: true"#, |adapter| {
        adapter.add_column(
            "cs",
            "m",
            &symbol("enum"),
            options! { "enum_type" => "mood", "default" => "sad", "array" => true },
        )
    });
    session.check(r#"add_column :cs, :m, :enum, enum_type: "mood", default: "sad""#, |adapter| {
        adapter.add_column("cs", "m", &symbol("enum"), options! { "enum_type" => "mood", "default" => "sad" })
    });
    session.check(r#"add_enum_value :mood, "glad", before: "sad", if_not_exists: true"#, |adapter| {
        adapter.add_enum_value("mood", "glad", &options! { "before" => "sad", "if_not_exists" => true })
    });
    session.check(r#"rename_enum_value :mood, from: "glad", to: "happy""#, |adapter| {
        adapter.rename_enum_value("mood", &options! { "from" => "glad", "to" => "happy" })
    });
    session.check(r"rename_enum :mood2, to: :mood3", |adapter| {
        adapter.rename_enum("mood2", &Arg::Nil, &options! { "to" => symbol("mood3") })
    });
    session.check(r"drop_enum :mood3, if_exists: true", |adapter| {
        adapter.drop_enum("mood3", &Arg::Nil, &options! { "if_exists" => true })
    });
    session.check(r#"create_schema "app""#, |adapter| adapter.create_schema("app", &Options::new()));
    session.check(r#"create_schema "app", if_not_exists: true"#, |adapter| {
        adapter.create_schema("app", &options! { "if_not_exists" => true })
    });
    session.check(r#"create_schema "app", force: true"#, |adapter| {
        adapter.create_schema("app", &options! { "force" => true })
    });
    session.check(r#"create_table("app.users" ..."#, |adapter| {
        let options = options! { "id" => symbol("uuid")};
        let mut t = adapter.prepare_create_table("app.users", &options)?;
        t.references(adapter, &[symbol("owner")], options! { "index" => true })?;
        t.column(
            adapter,
            "email",
            &symbol("string"),
            options! { "index" => Arg::from(options! { "unique" => true }) },
        )?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r#"create_table("app.posts" ..."#, |adapter| {
        let options = Options::new();
        let mut t = adapter.prepare_create_table("app.posts", &options)?;
        t.references(
            adapter,
            &[symbol("user")],
            options! { "type" => symbol("uuid"), "foreign_key" => Arg::from(options! { "to_table" => "app.users" }) },
        )?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r#"rename_table "app.posts", "articles""#, |adapter| {
        adapter.rename_table("app.posts", "articles", &Options::new())
    });
    session.check(r#"drop_table "app.users", force: :cascade, if_exists: true"#, |adapter| {
        adapter.drop_table(&["app.users"], &options! { "force" => symbol("cascade"), "if_exists" => true })
    });
}

#[test]
fn tables() {
    let mut session = Session::new(&[CS]);
    session.check(r"drop_table :nope", |adapter| adapter.drop_table(&["nope"], &Options::new()));
    session.check(r"create_table(:parted ...", |adapter| {
        let options = options! { "id" => false, "options" => "PARTITION BY RANGE (at)"};
        let mut t = adapter.prepare_create_table("parted", &options)?;
        t.column(adapter, "at", &symbol("date"), Options::new())?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r#"create_table(:kids, options: "INHERITS (cs)", id: false)"#, |adapter| {
        let options = options! { "options" => "INHERITS (cs)", "id" => false};
        let t = adapter.prepare_create_table("kids", &options)?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r"create_table(:ser, id: :serial)", |adapter| {
        let options = options! { "id" => symbol("serial")};
        let t = adapter.prepare_create_table("ser", &options)?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r"create_table(:ser2, id: :integer)", |adapter| {
        let options = options! { "id" => symbol("integer")};
        let t = adapter.prepare_create_table("ser2", &options)?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r#"create_table(:ser3, id: :bigint, primary_key: "pk")"#, |adapter| {
        let options = options! { "id" => symbol("bigint"), "primary_key" => "pk"};
        let t = adapter.prepare_create_table("ser3", &options)?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r"create_table(:comp ...", |adapter| {
        let options = options! { "primary_key" => symbols(["a", "b"])};
        let mut t = adapter.prepare_create_table("comp", &options)?;
        t.column(adapter, "a", &symbol("integer"), Options::new())?;
        t.column(adapter, "b", &symbol("string"), Options::new())?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
    session.check(r"create_table(:tmp, temporary: true, if_not_exists: true)", |adapter| {
        let options = options! { "temporary" => true, "if_not_exists" => true};
        let t = adapter.prepare_create_table("tmp", &options)?;
        adapter.create_table_from_definition(t, &options).map(drop)
    });
}

#[test]
fn alterations_together() {
    let mut session = Session::new(&[CS]);
    session.check(r"change_table(:cs ...", |adapter| {
        adapter.bulk_change_table(
            "cs",
            vec![
                bulk("add_column", vec!["b1".into(), symbol("string")], options! { "comment" => "cc" }),
                bulk("change_column", vec!["x".into(), symbol("integer")], Options::new()),
                bulk("change_column_null", vec!["b1".into(), Arg::Bool(false)], Options::new()),
                bulk("change_column_null", vec!["x".into(), Arg::Bool(false), Arg::Int(3)], Options::new()),
                bulk("rename_column", vec!["b1".into(), "b2".into()], Options::new()),
                bulk("remove_columns", vec!["b2".into()], Options::new()),
                bulk("change_column_default", vec!["x".into(), Arg::Int(5)], Options::new()),
                bulk("add_index", vec![symbol("x")], Options::new()),
                bulk("remove_timestamps", vec![], Options::new()),
                bulk("add_timestamps", vec![], Options::new()),
            ],
        )
    });
    session.check(r"remove_columns :cs, :name, :q", |adapter| {
        adapter.remove_columns("cs", &["name".into(), "q".into()], &Options::new())
    });
    session
        .check(r"remove_column :cs, :nope", |adapter| adapter.remove_column("cs", "nope", &Arg::Nil, &Options::new()));
    session.check(r#"set_constraints(:deferred, "a", "b")"#, |adapter| {
        adapter.set_constraints(&symbol("deferred"), &["a".into(), "b".into()])
    });
}
