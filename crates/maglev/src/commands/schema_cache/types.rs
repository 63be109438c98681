//! The types of columns as a schema's cache has them: the class that Rails gives a column's type, its variables, and which columns
//! share one object (Active Model's and Active Record's type/, `initialize_type_map` of the adapters).

use std::rc::Rc;

use adapters::Dialect;
use adapters::column::{Column, SqlTypeMetadata};
use adapters::types::{CastType, Type};

use super::MODULE;
use super::tree::Tree;

/// `sql_type_metadata`
pub(super) fn metadata(dialect: Dialect, column: &Column) -> Tree {
    let metadata = &column.metadata;
    let shared = SqlTypeMetadata { extra: None, oid: None, fmod: None, ..metadata.clone() };
    let pairs = vec![
        ("sql_type", Tree::text(&metadata.sql_type)),
        ("type", Tree::symbol_or_nil(metadata.r#type.as_deref())),
        ("limit", Tree::number_or_nil(metadata.limit)),
        ("precision", Tree::number_or_nil(metadata.precision)),
        ("scale", Tree::number_or_nil(metadata.scale)),
    ];
    let plain = Tree::variables(&format!("{MODULE}::SqlTypeMetadata"), Some(format!("{shared:?}")), pairs);
    let (class, own) = match dialect {
        Dialect::Sqlite => return plain,
        Dialect::MySql => ("MySQL", vec![("extra", Tree::text(metadata.extra.as_deref().unwrap_or_default()))]),
        Dialect::PostgreSql => {
            let fmod = metadata.fmod.map(i64::from);
            let oid = metadata.oid.map(i64::from);
            ("PostgreSQL", vec![("oid", Tree::number_or_nil(oid)), ("fmod", Tree::number_or_nil(fmod))])
        }
    };
    let pairs = [("delegate_dc_obj", plain)].into_iter().chain(own).collect();
    Tree::variables(&format!("{MODULE}::{class}::TypeMetadata"), Some(format!("{metadata:?}")), pairs)
}

/// `cast_type`. Err: it is not known how Rails writes it.
pub(super) fn cast_type(dialect: Dialect, column: &Column) -> Result<Tree, String> {
    let Some(cast_type) = &column.cast_type else { return Err("the type".to_owned()) };
    if dialect == Dialect::PostgreSql {
        return OfPostgreSql { column, sql_type: &column.metadata.sql_type, is_element: false }.tree(cast_type);
    }
    // The maps keep a type for each SQL type, or one for all that match, as Rails' do.
    let identity = format!("{:p}", Rc::as_ptr(cast_type));
    let of_mysql = dialect == Dialect::MySql;
    let sql_type = column.metadata.sql_type.to_ascii_lowercase();
    let is_unsigned = of_mysql && column.is_unsigned();
    let (class, range): (&str, _) = match cast_type.type_name() {
        Some("integer") if is_unsigned => ("ActiveRecord::Type::UnsignedInteger", Some(unsigned_range(&**cast_type))),
        Some("integer") if of_mysql => ("ActiveModel::Type::Integer", Some(range(&**cast_type, 4))),
        Some("integer") => {
            let class = "ActiveRecord::ConnectionAdapters::SQLite3Adapter::SQLite3Integer";
            (class, Some(range(&**cast_type, 8)))
        }
        Some("string" | "text") => {
            // What is registered before the adapters say how they write booleans into text.
            let is_early = ["enum", "set"].iter().any(|start| sql_type.starts_with(start));
            let is_text = cast_type.type_name() == Some("text");
            let (yes, no) = if of_mysql && !is_early && !is_text { ("1", "0") } else { ("t", "f") };
            let class = if is_text { "ActiveRecord::Type::Text" } else { "ActiveModel::Type::String" };
            return Ok(text(class, identity, &**cast_type, &[], (yes, no)));
        }
        name => shared_class(name, &**cast_type)?,
    };
    Ok(value(class, identity, &**cast_type, range))
}

/// The classes that do not differ between adapters, by the type's symbol.
fn shared_class<'a>(name: Option<&str>, cast_type: &dyn CastType) -> Result<(&'a str, Option<Range>), String> {
    Ok(match name {
        None => ("ActiveModel::Type::Value", None),
        Some("decimal") if cast_type.is_integer() => ("ActiveRecord::Type::DecimalWithoutScale", Some(infinite())),
        Some("decimal") => ("ActiveModel::Type::Decimal", None),
        Some("float") => ("ActiveModel::Type::Float", None),
        Some("boolean") => ("ActiveModel::Type::Boolean", None),
        Some("binary") => ("ActiveModel::Type::Binary", None),
        Some("date") => ("ActiveRecord::Type::Date", None),
        Some("datetime") => ("ActiveRecord::Type::DateTime", None),
        Some("time") => ("ActiveRecord::Type::Time", None),
        Some("json") => ("ActiveRecord::Type::Json", None),
        Some(name) => return Err(format!("the type {name}")),
    })
}

/// `max` and `min` of an integer type.
type Range = (String, String);

fn range(cast_type: &dyn CastType, default_limit: i64) -> Range {
    let maximum = 1_i128 << (cast_type.limit().unwrap_or(default_limit) * 8 - 1);
    (maximum.to_string(), (-maximum).to_string())
}

fn unsigned_range(cast_type: &dyn CastType) -> Range {
    ((1_i128 << (cast_type.limit().unwrap_or(4) * 8)).to_string(), "0".to_owned())
}

fn infinite() -> Range {
    (".inf".to_owned(), "-.inf".to_owned())
}

/// The variables of every type.
fn of_value(cast_type: &dyn CastType) -> Vec<(&'static str, Tree)> {
    // The class knows the scale of these by itself.
    let knows_scale = cast_type.type_name() == Some("money") || cast_type.is_integer();
    let scale = if knows_scale { None } else { cast_type.scale() };
    vec![
        ("precision", Tree::number_or_nil(cast_type.precision())),
        ("scale", Tree::number_or_nil(scale)),
        ("limit", Tree::number_or_nil(cast_type.limit())),
    ]
}

fn value(class: &str, identity: String, cast_type: &dyn CastType, range: Option<Range>) -> Tree {
    let mut pairs = of_value(cast_type);
    if let Some((maximum, minimum)) = range {
        pairs.extend([("max", Tree::plain(maximum)), ("min", Tree::plain(minimum))]);
    }
    let is_moment = ["::Date", "::DateTime", "::Time", "::Timestamp", "::TimestampWithTimeZone"];
    if is_moment.iter().any(|end| class.ends_with(end)) {
        pairs.push(("timezone", Tree::nil()));
    }
    Tree::variables(class, Some(identity), pairs)
}

/// A type of texts: with what it makes of booleans.
fn text(
    class: &str,
    identity: String,
    cast_type: &dyn CastType,
    first: &[(&'static str, &str)],
    (yes, no): (&str, &str),
) -> Tree {
    let first = first.iter().map(|(name, symbol)| (*name, Tree::symbol_or_nil(Some(symbol))));
    let booleans = [("true", Tree::text(yes)), ("false", Tree::text(no))];
    Tree::variables(class, Some(identity), first.chain(booleans).chain(of_value(cast_type)).collect())
}

/// The first number that a type of the database's own may have.
const FIRST_OWN_OID: u32 = 16_384;

/// PostgreSQL's types stand in a map by their numbers, modifiers and names.
struct OfPostgreSql<'a> {
    column: &'a Column,
    /// As the map is asked with, also of what an array or a range is of.
    sql_type: &'a str,
    /// It is what an array or a range is of.
    is_element: bool,
}

impl OfPostgreSql<'_> {
    fn tree(&self, cast_type: &Type) -> Result<Tree, String> {
        if cast_type.is_array() {
            let subtype = cast_type.subtype().ok_or("the type")?;
            return self.array(&subtype);
        }
        let name = cast_type.type_name();
        if let Some(range) = name.filter(|name| name.ends_with("range")) {
            return self.range(range);
        }
        if name.is_none() && ["int2vector", "oidvector"].contains(&self.sql_type) {
            return Err(format!("the type {}", self.sql_type));
        }
        self.simple(name, &**cast_type)
    }

    fn simple(&self, name: Option<&str>, cast_type: &dyn CastType) -> Result<Tree, String> {
        const OIDS: &str = "ActiveRecord::ConnectionAdapters::PostgreSQL::OID";
        let of_adapter = |name: &str| format!("{OIDS}::{name}");
        let is_zoned = self.sql_type.contains("with time zone");
        let range = match name {
            Some("integer") => Some(range(cast_type, 4)),
            Some("oid") => Some(unsigned_range(cast_type)),
            Some("decimal") if cast_type.is_integer() => Some(infinite()),
            _ => None,
        };
        let booleans = ("t", "f");
        let own = match name {
            Some("string" | "text" | "xml" | "macaddr") => {
                let class = match name {
                    Some("string") => "ActiveModel::Type::String".to_owned(),
                    Some("text") => "ActiveRecord::Type::Text".to_owned(),
                    Some("xml") => of_adapter("Xml"),
                    _ => of_adapter("Macaddr"),
                };
                return Ok(text(&class, self.identity(name, cast_type)?, cast_type, &[], booleans));
            }
            Some(
                name @ ("tsvector" | "citext" | "ltree" | "line" | "lseg" | "box" | "path" | "polygon" | "circle"),
            ) => {
                let identity = self.identity(Some(name), cast_type)?;
                return Ok(text(&of_adapter("SpecializedString"), identity, cast_type, &[("type", name)], booleans));
            }
            Some("integer") => "ActiveModel::Type::Integer".to_owned(),
            Some("decimal") if !cast_type.is_integer() => of_adapter("Decimal"),
            Some("date") => of_adapter("Date"),
            Some("datetime" | "timestamp" | "timestamptz") if is_zoned => of_adapter("TimestampWithTimeZone"),
            Some("datetime" | "timestamp" | "timestamptz") => of_adapter("Timestamp"),
            Some("binary") => of_adapter("Bytea"),
            Some("bit_varying") => of_adapter("BitVarying"),
            Some(
                name @ ("oid" | "bit" | "money" | "point" | "hstore" | "jsonb" | "cidr" | "inet" | "uuid" | "interval"
                | "enum"),
            ) => of_adapter(&[name[..1].to_uppercase().as_str(), &name[1..]].concat()),
            name => shared_class(name, cast_type)?.0.to_owned(),
        };
        Ok(value(&own, self.identity(name, cast_type)?, cast_type, range))
    }

    /// Most types are one object each; those that are made of what stands in parentheses are one for each modifier and name.
    fn identity(&self, name: Option<&str>, cast_type: &dyn CastType) -> Result<String, String> {
        let own = format!("{name:?} {:?} {:?}", cast_type.limit(), cast_type.precision());
        let oid = self.column.metadata.oid.unwrap_or_default();
        let is_made = matches!(
            name,
            Some(
                "string"
                    | "bit"
                    | "bit_varying"
                    | "decimal"
                    | "interval"
                    | "time"
                    | "datetime"
                    | "timestamp"
                    | "timestamptz"
            )
        );
        Ok(match name {
            Some("enum") => format!("enum {}", self.sql_type.trim_end_matches("[]")),
            // A domain is what its base is without a modifier.
            _ if is_made && oid >= FIRST_OWN_OID && !self.is_element => {
                if matches!(name, Some("datetime" | "timestamp" | "timestamptz" | "time")) {
                    return Err("the domain".to_owned());
                }
                own
            }
            _ if is_made => format!("{own} {:?} {}", self.column.metadata.fmod, self.column.metadata.sql_type),
            _ => own,
        })
    }

    fn array(&self, subtype: &Type) -> Result<Tree, String> {
        let SqlTypeMetadata { oid, fmod, sql_type, .. } = &self.column.metadata;
        let element = self.sql_type.trim_end_matches("[]");
        let of = OfPostgreSql { column: self.column, sql_type: element, is_element: true };
        let coder = |kind: &str| {
            let name = Tree::text(&format!("{}[]", subtype.type_name().unwrap_or_default()));
            Tree::variables(
                &format!("PG::Text{kind}::Array"),
                None,
                vec![("name", name), ("elements_type", Tree::nil())],
            )
        };
        let pairs = vec![
            ("subtype", of.tree(subtype)?),
            ("delimiter", Tree::text(if element == "box" { ";" } else { "," })),
            ("pg_encoder", coder("Encoder")),
            ("pg_decoder", coder("Decoder")),
        ];
        let class = format!("{MODULE}::PostgreSQL::OID::Array");
        Ok(Tree::variables(&class, Some(format!("{oid:?} {fmod:?} {sql_type}")), pairs))
    }

    fn range(&self, name: &str) -> Result<Tree, String> {
        let SqlTypeMetadata { oid, fmod, sql_type, .. } = &self.column.metadata;
        let (subtype, limit) = match name {
            "int4range" => ("integer", Some(4)),
            "int8range" => ("integer", Some(8)),
            "numrange" => ("decimal", None),
            "daterange" => ("date", None),
            "tsrange" => ("timestamp", None),
            "tstzrange" => ("timestamptz", None),
            name => return Err(format!("the type {name}")),
        };
        // Its own name is what the map is asked with, of which the zone does not show.
        let asked = if name == "tstzrange" { "with time zone" } else { "range" };
        let of = OfPostgreSql { column: self.column, sql_type: asked, is_element: true };
        let pairs = vec![
            ("subtype", of.simple(Some(subtype), &Bare { name: subtype, limit })?),
            ("type", Tree::symbol_or_nil(Some(name))),
        ];
        let class = format!("{MODULE}::PostgreSQL::OID::Range");
        Ok(Tree::variables(&class, Some(format!("{oid:?} {fmod:?} {sql_type}")), pairs))
    }
}

/// What a range is of.
#[derive(Debug)]
struct Bare {
    name: &'static str,
    limit: Option<i64>,
}

impl CastType for Bare {
    fn type_name(&self) -> Option<&str> {
        Some(self.name)
    }

    fn limit(&self) -> Option<i64> {
        self.limit
    }
}
