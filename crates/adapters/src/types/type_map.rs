//! From a column's `sql_type` to its type: active_record/type/type_map.rb, and the map that abstract_adapter.rb begins with.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::rc::Rc;

use super::{Binary, Boolean, Date, DateTime, Decimal, Float, Integer, Json, Text, Time, Type, Value};

type Matcher = Box<dyn Fn(&str) -> bool>;
type Builder = Box<dyn Fn(&TypeMap, &str) -> Type>;

/// `Type::TypeMap`: from a column's `sql_type` to its type; the latest registration that matches wins.
pub struct TypeMap {
    mapping: Vec<(Matcher, Builder)>,
    cache: RefCell<HashMap<String, Type>>,
    /// `Type.default_value`
    default_value: Type,
}

impl Default for TypeMap {
    fn default() -> Self {
        Self { mapping: Vec::new(), cache: RefCell::default(), default_value: Rc::new(Value) }
    }
}

impl Debug for TypeMap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TypeMap").field("mapping", &self.mapping.len()).finish_non_exhaustive()
    }
}

impl TypeMap {
    /// `AbstractAdapter.initialize_type_map`. `dated_times`: SQLite's times keep the first day of 2000.
    pub fn abstract_types(dated_times: bool) -> Self {
        let mut map = Self::default();
        map.register_with_limit("boolean", |limit| Rc::new(Boolean { limit }));
        map.register_with_limit("char", |limit| Rc::new(Text::string(limit)));
        map.register_with_limit("binary", |limit| Rc::new(Binary { limit }));
        map.register_with_limit("text", |limit| Rc::new(Text::text(limit)));
        map.register_with_precision("date", |_| Rc::new(Date));
        map.register_with_precision("time", move |precision| Rc::new(Time { precision, dated: dated_times }));
        map.register_with_precision("datetime", |precision| Rc::new(DateTime::new(precision)));
        map.register_with_limit("float", |limit| Rc::new(Float { limit }));
        map.register_with_limit("int", |limit| Rc::new(Integer::new(limit)));
        for (name, target) in [
            ("blob", "binary"),
            ("clob", "text"),
            ("timestamp", "datetime"),
            ("numeric", "decimal"),
            ("number", "decimal"),
            ("double", "float"),
        ] {
            map.alias(containing(name), target);
        }
        map.register_fixed(starting("json"), Rc::new(Json { type_name: "json" }));
        map.register(containing("decimal"), |_, sql_type| {
            let precision = extract_precision(sql_type);
            match extract_scale(sql_type) {
                Some(0) => Rc::new(Integer::decimal_without_scale(precision)),
                scale => Rc::new(Decimal { precision, scale }),
            }
        });
        map
    }

    /// What is registered later is asked first. `builder` is given the whole type, with what stands in parentheses.
    pub fn register(
        &mut self,
        matcher: impl Fn(&str) -> bool + 'static,
        builder: impl Fn(&Self, &str) -> Type + 'static,
    ) {
        self.mapping.push((Box::new(matcher), Box::new(builder)));
        self.cache.borrow_mut().clear();
    }

    /// One type for all that match: `register_type` with a value.
    pub fn register_fixed(&mut self, matcher: impl Fn(&str) -> bool + 'static, cast_type: Type) {
        self.register(matcher, move |_, _| Type::clone(&cast_type));
    }

    /// `register_class_with_limit`, for a name anywhere in the type.
    pub fn register_with_limit(&mut self, name: &'static str, builder: impl Fn(Option<i64>) -> Type + 'static) {
        self.register(containing(name), move |_, sql_type| builder(extract_limit(sql_type)));
    }

    /// `register_class_with_precision`
    pub fn register_with_precision(&mut self, name: &'static str, builder: impl Fn(Option<i64>) -> Type + 'static) {
        self.register(containing(name), move |_, sql_type| builder(extract_precision(sql_type)));
    }

    /// `alias_type`: looks the target up with what stands in parentheses.
    pub fn alias(&mut self, matcher: impl Fn(&str) -> bool + 'static, target: &'static str) {
        self.register(matcher, move |map, sql_type| {
            let metadata = match (sql_type.find('('), sql_type.rfind(')')) {
                (Some(open), Some(close)) if open < close => &sql_type[open..=close],
                _ => "",
            };
            map.lookup(&format!("{target}{metadata}"))
        });
    }

    /// The type of a column of this SQL type; a plain `Value` where none was registered for it.
    pub fn lookup(&self, sql_type: &str) -> Type {
        if let Some(found) = self.cache.borrow().get(sql_type) {
            return found.clone();
        }
        let found = match self.mapping.iter().rev().find(|(matcher, _)| matcher(sql_type)) {
            Some((_, builder)) => builder(self, sql_type),
            None => Type::clone(&self.default_value),
        };
        self.cache.borrow_mut().insert(sql_type.to_owned(), found.clone());
        found
    }
}

/// `/name/i`
pub fn containing(name: &'static str) -> impl Fn(&str) -> bool {
    move |sql_type| sql_type.to_ascii_lowercase().contains(name)
}

/// `/^name/i`
pub fn starting(name: &'static str) -> impl Fn(&str) -> bool {
    move |sql_type| sql_type.to_ascii_lowercase().starts_with(name)
}

/// `$1.to_i if sql_type =~ /\((.*)\)/`
pub fn extract_limit(sql_type: &str) -> Option<i64> {
    let (open, close) = (sql_type.find('(')?, sql_type.rfind(')')?);
    if open < close { Some(leading_integer(&sql_type[open + 1..close])) } else { None }
}

/// `$1.to_i if sql_type =~ /\((\d+)(,\d+)?\)/`
pub fn extract_precision(sql_type: &str) -> Option<i64> {
    precision_and_scale(sql_type).map(|(precision, _)| precision)
}

/// 0 for `(8)`, the second number of `(8,2)`.
pub fn extract_scale(sql_type: &str) -> Option<i64> {
    precision_and_scale(sql_type).map(|(_, scale)| scale.unwrap_or(0))
}

fn precision_and_scale(sql_type: &str) -> Option<(i64, Option<i64>)> {
    let mut rest = sql_type;
    while let Some(open) = rest.find('(') {
        rest = &rest[open + 1..];
        let inside = &rest[..rest.find(')')?];
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match inside.split_once(',') {
            None if digits(inside) => return Some((inside.parse().ok()?, None)),
            Some((precision, scale)) if digits(precision) && digits(scale) => {
                return Some((precision.parse().ok()?, Some(scale.parse().ok()?)));
            }
            _ => {}
        }
    }
    None
}

/// `String#to_i`, for what fits.
fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = digits[..length].parse().unwrap_or(0);
    if text.starts_with('-') { -number } else { number }
}
