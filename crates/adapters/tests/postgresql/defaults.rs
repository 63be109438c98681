//! Defaults of each type, as a column's statement has them.

use adapters::prelude::*;
use adapters::{Arg, Options};

use super::{Session, symbol};

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
#[expect(clippy::too_many_lines, reason = "a table")]
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
