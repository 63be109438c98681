//! From a column's `sql_type` to its type: `initialize_type_map` and `extended_type_map` of abstract_mysql_adapter.rb,
//! with what both gems' adapters register.

use std::rc::Rc;

use super::MysqlAdapter;
use crate::types::{
    Binary, Boolean, DateTime, Float, Integer, Text, Time, Type, TypeMap, containing, extract_limit, extract_precision,
    starting,
};

impl MysqlAdapter {
    /// `lookup_cast_type`: `tinyint(1)` is a boolean where `emulate_booleans` says so.
    pub(crate) fn cast_type(&self, sql_type: &str) -> Type {
        self.type_map.lookup(sql_type)
    }
}

/// The order matters: of the registrations that match, the latest wins.
pub(crate) fn type_map(emulate_booleans: bool) -> TypeMap {
    let mut map = TypeMap::abstract_types(false);
    // Without a precision MySQL's times have none, not an unknown one.
    map.register_with_precision("time", |precision| Rc::new(Time { precision: precision.or(Some(0)), dated: false }));
    map.register(containing("datetime"), |_, sql_type| {
        let precision = extract_precision(sql_type).or_else(|| sql_type.starts_with("datetime").then_some(0));
        Rc::new(DateTime::new(precision))
    });
    map.alias(containing("timestamp"), "datetime");

    // Ruby's hash keeps a key's place when it is given again: `text`, `blob` and `char` stand where the abstract map has them.
    map.register(containing("char"), |_, sql_type| Rc::new(string(extract_limit(sql_type))));
    for (name, limit) in [("", 16), ("tiny", 8), ("medium", 24), ("long", 32)] {
        let limit = Some((1 << limit) - 1);
        map.register_fixed(move |sql_type| contains(sql_type, name, "text"), Rc::new(Text::text(limit)));
        map.register_fixed(move |sql_type| contains(sql_type, name, "blob"), Rc::new(Binary { limit }));
    }
    map.register_fixed(starting("float"), Rc::new(Float { limit: Some(24) }));
    map.register_fixed(starting("double"), Rc::new(Float { limit: Some(53) }));
    for (name, limit) in [("bigint", 8), ("int", 4), ("mediumint", 3), ("smallint", 2), ("tinyint", 1)] {
        map.register(starting(name), move |_, sql_type| {
            let limit = Some(limit);
            Rc::new(if is_unsigned(sql_type) { Integer::unsigned(limit) } else { Integer::new(limit) })
        });
    }
    map.alias(containing("year"), "integer");
    map.alias(containing("bit"), "binary");

    // These are looked up before the adapters register how they write booleans into text.
    map.register_fixed(starting("enum"), Rc::new(Text::string(None)));
    map.register_fixed(starting("set"), Rc::new(Text::string(None)));
    if emulate_booleans {
        map.register_fixed(starting("tinyint(1)"), Rc::new(Boolean { limit: None }));
    }
    map
}

/// Both gems' adapters write booleans into text as digits.
fn string(limit: Option<i64>) -> Text {
    Text::string(limit).booleans("1", "0")
}

fn contains(sql_type: &str, size: &str, name: &str) -> bool {
    sql_type.to_ascii_lowercase().contains(&format!("{size}{name}"))
}

/// `/\bunsigned\b/`
fn is_unsigned(sql_type: &str) -> bool {
    sql_type
        .split(|character: char| !(character == '_' || character.is_ascii_alphanumeric()))
        .any(|word| word == "unsigned")
}
