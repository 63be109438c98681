//! `ColumnMethods`, of abstract/schema_definitions.rb and of each adapter's: a method for each type, on `create_table`'s
//! `t` and on `change_table`'s.

use std::rc::Rc;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, Value, variadic};

use crate::ground::arguments;

/// How `t` adds one column.
pub(super) type AddColumn = fn(&mut Interpreter, &Value, &Value, Value, RHash) -> Eval;

macro_rules! types {
    ($add:path; $($name:literal => $type:literal),* $(,)?) => {
        &[$(variadic($name, |interpreter, t, args| columns(interpreter, t, args, ($name, $type), $add), 0).with_keywords()),*]
    };
}

macro_rules! column_methods {
    ($module:ident, $add:path) => {
        pub(super) mod $module {
            use super::*;

            pub(crate) const ABSTRACT: &[NativeMethod] = types!($add;
                "bigint" => "bigint", "binary" => "binary", "boolean" => "boolean", "date" => "date",
                "datetime" => "datetime", "decimal" => "decimal", "float" => "float", "integer" => "integer",
                "json" => "json", "string" => "string", "text" => "text", "time" => "time",
                "timestamp" => "timestamp", "virtual" => "virtual", "blob" => "binary", "numeric" => "decimal",
            );
            pub(crate) const MYSQL: &[NativeMethod] = types!($add;
                "blob" => "blob", "tinyblob" => "tinyblob", "mediumblob" => "mediumblob", "longblob" => "longblob",
                "tinytext" => "tinytext", "mediumtext" => "mediumtext", "longtext" => "longtext",
                "unsigned_integer" => "unsigned_integer", "unsigned_bigint" => "unsigned_bigint",
            );
            pub(crate) const POSTGRESQL: &[NativeMethod] = types!($add;
                "bigserial" => "bigserial", "bit" => "bit", "bit_varying" => "bit_varying", "cidr" => "cidr",
                "citext" => "citext", "daterange" => "daterange", "hstore" => "hstore", "inet" => "inet",
                "interval" => "interval", "int4range" => "int4range", "int8range" => "int8range", "jsonb" => "jsonb",
                "ltree" => "ltree", "macaddr" => "macaddr", "money" => "money", "numrange" => "numrange",
                "oid" => "oid", "point" => "point", "line" => "line", "lseg" => "lseg", "box" => "box",
                "path" => "path", "polygon" => "polygon", "circle" => "circle", "serial" => "serial",
                "tsrange" => "tsrange", "tstzrange" => "tstzrange", "tsvector" => "tsvector", "uuid" => "uuid",
                "xml" => "xml", "timestamptz" => "timestamptz", "enum" => "enum",
            );

            pub(crate) fn define(class: &Rc<RClass>, dialect: Dialect) {
                class.define(ABSTRACT);
                match dialect {
                    Dialect::MySql => class.define(MYSQL),
                    Dialect::PostgreSql => class.define(POSTGRESQL),
                    Dialect::Sqlite => {}
                }
            }
        }
    };
}

column_methods!(of_definition, crate::connection::table_definition::add_column);
column_methods!(of_table, crate::connection::table::add_column);

/// `t.string :a, :b, null: false`
fn columns(interpreter: &mut Interpreter, t: &Value, args: Args, (name, r#type): (&str, &str), add: AddColumn) -> Eval {
    if args.is_empty() {
        // An alias is the method it stands for.
        let name = if name == r#type { name } else { r#type };
        return Err(interpreter.argument_error(format!("Missing column name(s) for {name}")));
    }
    for column in &args.positional {
        add(interpreter, t, column, Value::symbol(r#type), arguments::keywords(&args))?;
    }
    Ok(Value::array(args.positional))
}

/// `ConnectionAdapters::MySQL` and its like.
pub(super) fn module_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => "ActiveRecord::ConnectionAdapters::MySQL",
        Dialect::PostgreSql => "ActiveRecord::ConnectionAdapters::PostgreSQL",
        Dialect::Sqlite => "ActiveRecord::ConnectionAdapters::SQLite3",
    }
}
