//! The PostgreSQL adapter against a real server: what each call sends, and what it answers when it fails. Expectations are
//! in postgresql.recorded: after `> ` a call of Ruby's, then what Active Record 8.1.3.1 did, its `sql.active_record`
//! notifications as `name | sql` (`-` is no name), an error as `!! class: message`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::cell::RefCell;
use std::rc::Rc;

use adapters::postgresql_adapter::PostgreSQLAdapter;
use adapters::prelude::*;
use adapters::schema_statements::BulkCommand;
use adapters::transaction::{TransactionOptions, transaction};
use adapters::{Arg, DatabaseConfig, Error, ErrorClass, Inflector, Options, Result, Statement, StatementObserver};

macro_rules! options {
    ($($key:expr => $value:expr),* $(,)?) => {
        Vec::<(String, Arg)>::from([$(($key.to_owned(), Arg::from($value))),*]).into_iter().collect::<Options>()
    };
}

struct Plurals;

impl Inflector for Plurals {
    fn pluralize(&self, word: &str) -> String {
        format!("{word}s")
    }
    fn singularize(&self, word: &str) -> String {
        word.strip_suffix('s').unwrap_or(word).to_owned()
    }
}

#[derive(Default)]
struct Log(RefCell<String>);

impl StatementObserver for Log {
    fn observe(&self, statement: &Statement) {
        if !statement.is_schema() {
            let name = statement.name.as_deref().unwrap_or("-");
            self.0.borrow_mut().push_str(&format!("{name} | {}\n", statement.sql));
        }
    }
}

struct Session {
    // Dropped before the database is.
    adapter: PostgreSQLAdapter,
    log: Rc<Log>,
    _database: test_servers::Database<'static>,
}

impl Session {
    fn new(preparation: &[&str]) -> Self {
        let database = test_servers::postgresql().database();
        let server = database.server();
        let config = options! {
            "adapter" => "postgresql",
            "host" => "127.0.0.1",
            "port" => i64::from(server.port()),
            "username" => server.username(),
            "database" => database.name(),
        };
        let mut adapter = PostgreSQLAdapter::new(DatabaseConfig::new(config), Rc::new(Plurals));
        for sql in preparation {
            adapter.execute(sql, None).unwrap();
        }
        let log = Rc::new(Log::default());
        adapter.base_mut().observer = Some(log.clone());
        Self { adapter, log, _database: database }
    }

    /// `ruby` names the recorded call that `call` is.
    fn check(&mut self, ruby: &str, call: impl FnOnce(&mut PostgreSQLAdapter) -> Result<()>) {
        let outcome = call(&mut self.adapter);
        let mut sent = self.log.0.take();
        if let Err(error) = outcome {
            sent.push_str(&format!("!! {}: {}", error.class().name(), error.message()));
        }
        assert_eq!(sent.trim_end(), recorded(ruby), "{ruby}");
    }
}

fn recorded(ruby: &str) -> &'static str {
    let recording = include_str!("postgresql.recorded");
    let found = recording.split("\n> ").find_map(|case| case.strip_prefix(ruby)?.strip_prefix('\n'));
    found.unwrap_or_else(|| panic!("not recorded: {ruby}")).trim_end()
}

/// The table that most cases alter.
const CS: &str = "CREATE TABLE cs (id bigserial primary key, name varchar, x integer, z integer, q integer, \
                  created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)";

fn symbol(name: &str) -> Arg {
    Arg::symbol(name)
}

fn symbols<const N: usize>(names: [&str; N]) -> Arg {
    Arg::Array(names.map(symbol).to_vec())
}

fn bulk(method: &str, args: Vec<Arg>, options: Options) -> BulkCommand {
    BulkCommand { method: method.to_owned(), args, options }
}

fn date(text: &str) -> Arg {
    Arg::Date(text.parse().unwrap())
}

fn time(text: &str) -> Arg {
    Arg::DateTime(text.parse().unwrap())
}

fn range(begin: Arg, end: Option<Arg>, exclusive: bool) -> Arg {
    Arg::Range { begin: Some(Box::new(begin)), end: end.map(Box::new), exclusive }
}

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
fn defaults() {
    let mut session = Session::new(&["CREATE TABLE ts ()"]);
    session.check("enable_extension :hstore", |adapter| adapter.enable_extension("hstore", &Options::new()));
    session.check("enable_extension :citext", |adapter| adapter.enable_extension("citext", &Options::new()));
    let columns = [
        ("add_column :ts, :n, :uuid", "n", "uuid", Options::new()),
        (
            r#"add_column :ts, :n2, :uuid, default: "gen_random_uuid()""#,
            "n2",
            "uuid",
            options! { "default" => "gen_random_uuid()" },
        ),
        (r#"add_column :ts, :b, :bit, default: "1""#, "b", "bit", options! { "default" => "1" }),
        (r#"add_column :ts, :x, :xml, default: "<a/>""#, "x", "xml", options! { "default" => "<a/>" }),
        (
            "add_column :ts, :d, :datetime, default: Time.at(0)",
            "d",
            "datetime",
            options! { "default" => time("1970-01-01T00:00:00") },
        ),
        (
            r#"add_column :ts, :tags, :string, array: true, default: ["a b", "c", "d,\"e", nil, "", "NULL", "é\\"]"#,
            "tags",
            "string",
            options! {
                "array" => true,
                "default" => vec![Some("a b"), Some("c"), Some("d,\"e"), None, Some(""), Some("NULL"), Some("é\\")],
            },
        ),
        (
            "add_column :ts, :dr, :daterange, default: (Date.new(2020,1,1)..Date.new(2021,1,1))",
            "dr",
            "daterange",
            options! { "default" => range(date("2020-01-01"), Some(date("2021-01-01")), false) },
        ),
        (
            "add_column :ts, :ir, :int4range, default: (1...5)",
            "ir",
            "int4range",
            options! { "default" => range(Arg::Int(1), Some(Arg::Int(5)), true) },
        ),
        (
            "add_column :ts, :tr, :tsrange, default: (Time.utc(2020)..)",
            "tr",
            "tsrange",
            options! { "default" => range(time("2020-01-01T00:00:00"), None, false) },
        ),
        (
            r#"add_column :ts, :bi, :binary, default: "\x00abc".b"#,
            "bi",
            "binary",
            options! { "default" => Arg::Bytes(b"\x00abc".to_vec()) },
        ),
        (
            r#"add_column :ts, :j, :jsonb, default: {a: 1, b: [nil, 1.5, "x'<"]}"#,
            "j",
            "jsonb",
            options! { "default" => Arg::from(options! { "a" => 1, "b" => Arg::Array(vec![Arg::Nil,Arg::Float(1.5), "x'<".into()])}) },
        ),
        (r#"add_column :ts, :j3, :json, default: "{}""#, "j3", "json", options! { "default" => "{}" }),
        (
            r#"add_column :ts, :h, :hstore, default: {"a"=>1, "b\""=>nil, "c"=>""}"#,
            "h",
            "hstore",
            options! { "default" => Arg::from(options! { "a" => 1, "b\"" => Arg::Nil, "c" => ""}) },
        ),
        (r#"add_column :ts, :iv, :interval, default: "1 day""#, "iv", "interval", options! { "default" => "1 day" }),
        ("add_column :ts, :iv3, :interval, default: 3600", "iv3", "interval", options! { "default" => 3600 }),
        (r#"add_column :ts, :ip, :inet, default: "1.2.3.4""#, "ip", "inet", options! { "default" => "1.2.3.4" }),
        (
            r#"add_column :ts, :fn, :string, default: Arel.sql("now()")"#,
            "fn",
            "string",
            options! { "default" => Arg::Sql("now()".into()) },
        ),
        (
            "add_column :ts, :ar, :integer, array: true, default: [1,nil]",
            "ar",
            "integer",
            options! { "array" => true, "default" => Arg::Array(vec![Arg::Int(1),Arg::Nil]) },
        ),
        (
            r#"add_column :ts, :ar2, :integer, array: true, default: "{}""#,
            "ar2",
            "integer",
            options! { "array" => true, "default" => "{}" },
        ),
        (r#"add_column :ts, :dd, :date, default: "2020-02-03""#, "dd", "date", options! { "default" => "2020-02-03" }),
        (
            r#"add_column :ts, :de2, :decimal, default: "2.50", precision: 5, scale: 1"#,
            "de2",
            "decimal",
            options! { "default" => "2.50", "precision" => 5, "scale" => 1 },
        ),
        (r#"add_column :ts, :bo, :boolean, default: "t""#, "bo", "boolean", options! { "default" => "t" }),
        ("add_column :ts, :p, :point, default: [1,2]", "p", "point", options! { "default" => Arg::from(vec![1,2]) }),
        (r#"add_column :ts, :mo, :money, default: "1.50""#, "mo", "money", options! { "default" => "1.50" }),
        ("add_column :ts, :mo2, :money, default: 2", "mo2", "money", options! { "default" => 2 }),
        (
            r#"add_column :ts, :i, :integer, default: "12abc", limit: 2"#,
            "i",
            "integer",
            options! { "default" => "12abc", "limit" => 2 },
        ),
        ("add_column :ts, :i2, :bigint, default: 3.7", "i2", "bigint", options! { "default" => 3.7 }),
        ("add_column :ts, :f2, :float, default: 1", "f2", "float", options! { "default" => 1 }),
        (
            "add_column :ts, :s2, :string, default: true, limit: 20",
            "s2",
            "string",
            options! { "default" => true, "limit" => 20 },
        ),
        (
            r#"add_column :ts, :tx, :text, default: "it's \\ x", comment: "a 'comment'""#,
            "tx",
            "text",
            options! { "default" => "it's \\ x", "comment" => "a 'comment'" },
        ),
        (
            r#"add_column :ts, :ti, :time, default: "12:34:56.789""#,
            "ti",
            "time",
            options! { "default" => "12:34:56.789" },
        ),
        (
            r#"add_column :ts, :dt3, :datetime, default: -> { "now()" }"#,
            "dt3",
            "datetime",
            options! { "default" => Arg::Function("now()".into()) },
        ),
        (
            r#"add_column :ts, :tz, :timestamptz, default: "2020-01-02 03:04:05 +02:00""#,
            "tz",
            "timestamptz",
            options! { "default" => "2020-01-02 03:04:05 +02:00" },
        ),
        ("add_column :ts, :tz0, :timestamp, precision: 3", "tz0", "timestamp", options! { "precision" => 3 }),
        (r#"add_column :ts, :cx, :citext, default: "a""#, "cx", "citext", options! { "default" => "a" }),
        ("add_column :ts, :oi, :oid, default: 3", "oi", "oid", options! { "default" => 3 }),
        (
            r#"add_column :ts, :nul2, :string, default: nil, null: false, collation: "C""#,
            "nul2",
            "string",
            options! { "default" => Arg::Nil, "null" => false, "collation" => "C" },
        ),
        (r#"add_column :ts, :e2, :datetime, default: """#, "e2", "datetime", options! { "default" => "" }),
        (
            "add_column :ts, :arr2, :string, array: true, default: [[1,2],[3,4]]",
            "arr2",
            "string",
            options! { "array" => true, "default" => Arg::Array(vec![Arg::from(vec![1,2]),Arg::from(vec![3,4])]) },
        ),
        (
            "add_column :ts, :nr, :numrange, default: (1.5..2)",
            "nr",
            "numrange",
            options! { "default" => range(Arg::Float(1.5), Some(Arg::Int(2)), false) },
        ),
    ];
    for (ruby, name, type_name, options) in columns {
        session.check(ruby, |adapter| adapter.add_column("ts", name, &symbol(type_name), options));
    }
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
fn errors() {
    let mut session = Session::new(&[
        "CREATE TABLE ser3 (pk bigserial primary key)",
        "INSERT INTO ser3 VALUES (11)",
        "CREATE TABLE comp (n integer, b varchar, PRIMARY KEY (n, b))",
    ]);
    session.check(r#"execute("INSERT INTO ser3 VALUES (11)")"#, |adapter| {
        adapter.execute("INSERT INTO ser3 VALUES (11)", None).map(drop)
    });
    session.check(r#"execute("INSERT INTO comp VALUES (1, NULL)")"#, |adapter| {
        adapter.execute("INSERT INTO comp VALUES (1, NULL)", None).map(drop)
    });
    session.check(r#"execute("SELECT * ..."#, |adapter| {
        adapter
            .execute(
                "SELECT * FROM missing_table WHERE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                None,
            )
            .map(drop)
    });
    session.check("execute of a line too long on the right", |adapter| {
        let name = "a".repeat(63);
        let wide = format!("SELECT 1 AS {name} FROM\n\n missing_table WHERE 日本語 = {}", "b".repeat(50));
        adapter.execute(&wide, None).map(drop)
    });
    session.check("execute of a line too long on both sides", |adapter| {
        let name = "a".repeat(67);
        let sql = format!("SELECT {name}, 1 + nope, {} FROM (SELECT 1 AS {name}) x", "b".repeat(55));
        adapter.execute(&sql, None).map(drop)
    });
}

#[test]
fn transactions() {
    let mut session = Session::new(&["CREATE TABLE ser (id integer)"]);
    session
        .check(r"transaction { }", |adapter| transaction(adapter, TransactionOptions::default(), |_| Ok(())).map(drop));
    session.check(r"transaction { table_exists?(:ser) }", |adapter| {
        transaction(adapter, TransactionOptions::default(), |adapter| adapter.catalogue().table_exists("ser")).map(drop)
    });
    session.check(r"transaction { foreign_keys(:ser) }", |adapter| {
        transaction(adapter, TransactionOptions::default(), |adapter| adapter.catalogue().foreign_keys("ser")).map(drop)
    });
    let nested = || TransactionOptions { requires_new: true, ..TransactionOptions::default() };
    session.check("a savepoint fails", |adapter| {
        let block = |adapter: &mut PostgreSQLAdapter| {
            adapter.execute("SELECT 1", None)?;
            let failed = transaction(adapter, nested(), |adapter| adapter.execute("SELECT nope", None));
            assert!(failed.is_err());
            adapter.execute("SELECT 2", None)
        };
        transaction(adapter, TransactionOptions::default(), block).map(drop)
    });
    session.check("a savepoint in which nothing came before is rolled back", |adapter| {
        let inner = |adapter: &mut PostgreSQLAdapter| {
            adapter.execute("SELECT 1", None)?;
            Err::<(), _>(Error::new(ErrorClass::Rollback, ""))
        };
        let outer = |adapter: &mut PostgreSQLAdapter| transaction(adapter, nested(), inner).map(drop);
        transaction(adapter, TransactionOptions::default(), outer).map(drop)
    });
    session.check(r#"transaction(isolation: :serializable) { execute("SELECT 1") }"#, |adapter| {
        transaction(
            adapter,
            TransactionOptions { isolation: Some("serializable".into()), ..TransactionOptions::default() },
            |adapter| adapter.execute("SELECT 1", None),
        )
        .map(drop)
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
