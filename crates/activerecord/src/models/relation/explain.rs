//! What `explain` of a relation answers: when it is shown, or asked for a number, the relation's query is sent, and the database
//! is asked about each statement (explain.rb, explain_subscriber.rb). Binds that no column names are refused.

use std::cell::RefCell;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RProc, Value, method, variadic};

use crate::connection::database_statements::explain_options;
use crate::ground::arguments::option;
use crate::ground::state::{connection, with_adapter};
use crate::models::library::{self, Library};

pub(crate) const METHODS: &[NativeMethod] = &[variadic("explain", explain, 0).with_keywords()];

const PROXY_METHODS: &[NativeMethod] = &[
    method("inspect", shown, 0..=0),
    method("average", asked, 1..=1),
    method("count", asked, 0..=1),
    method("first", asked, 0..=1),
    method("last", asked, 0..=1),
    method("maximum", asked, 1..=1),
    method("minimum", asked, 1..=1),
    variadic("pluck", asked, 0),
    method("sum", asked, 0..=1),
];

const CLASS: &str = "ActiveRecord::Relation::ExplainProxy";

/// What is going to be explained.
#[derive(Default)]
struct Explained {
    relation: Value,
    options: Value,
}

impl NativeData for Explained {}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class(CLASS, &object);
    class.allocator.set(Some(|_, class| Ok(Value::native(class, Explained::default()))));
    class.define(PROXY_METHODS);
}

fn explain(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    library::require(interpreter, Library::Explain)?;
    let class = interpreter.class_at(CLASS);
    let options = Value::array(args.flatten_keywords().positional);
    Ok(Value::native(&class, Explained { relation: this.clone(), options }))
}

fn explained(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Explained>> {
    this.data::<Explained>().ok_or_else(|| interpreter.type_error("uninitialized ActiveRecord::Relation::ExplainProxy"))
}

fn shown(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let explained = explained(interpreter, this)?;
    let relation = explained.relation.clone();
    let load = move |interpreter: &mut Interpreter, _| {
        let own = interpreter.call(&relation, "spawn", Args::none())?;
        interpreter.call(&own, "load", Args::none())
    };
    answer(interpreter, &explained.options, &RProc::native(load))
}

/// `count` and its kin, by the name that was called.
fn asked(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let explained = explained(interpreter, this)?;
    let Some(name) = interpreter.called_name() else { return Ok(Value::Nil) };
    let relation = explained.relation.clone();
    let ask = move |interpreter: &mut Interpreter, _| interpreter.call(&relation, name, args.clone());
    answer(interpreter, &explained.options, &RProc::native(ask))
}

struct Sent {
    sql: String,
    binds: Value,
}

fn answer(interpreter: &mut Interpreter, options: &Value, work: &Value) -> Eval {
    let sent = sent_by(interpreter, work)?;
    let given = explain_options(interpreter, options)?;
    let clause = with_adapter(interpreter, |adapter| Ok(adapter.build_explain_clause(&given)))?;
    let connection = connection(interpreter)?;
    let mut parts = Vec::with_capacity(sent.len());
    for Sent { sql, binds } in sent {
        let named = named_binds(interpreter, &sql, &binds)?;
        let args = Args::new(vec![Value::str(sql.as_str()), binds, options.clone()]);
        let plan = interpreter.call(&connection, "explain", args)?;
        parts.push(format!("{clause} {sql}{named}\n{}", interpreter.to_s(&plan)?));
    }
    Ok(Value::str(parts.join("\n")))
}

/// The statements that the work sends and that a database can explain.
fn sent_by(interpreter: &mut Interpreter, work: &Value) -> Eval<Vec<Sent>> {
    let heard: Rc<RefCell<Vec<Sent>>> = Rc::default();
    let kept = Rc::clone(&heard);
    let listener = RProc::native(move |interpreter, args| {
        if let Some(Value::Hash(payload)) = args.positional.last() {
            let sql = interpreter.to_s(&option(payload, "sql"))?;
            let name = option(payload, "name").as_name();
            if !matches!(name.as_deref(), Some("SCHEMA" | "EXPLAIN")) && is_explainable(&sql) {
                kept.borrow_mut().push(Sent { sql, binds: option(payload, "binds") });
            }
        }
        Ok(Value::Nil)
    });
    let notifications = Value::Class(interpreter.class_at("ActiveSupport::Notifications"));
    let block = interpreter.block_of(work)?;
    let args = Args::new(vec![listener, Value::str("sql.active_record")]).with_block(block);
    interpreter.call(&notifications, "subscribed", args)?;
    Ok(heard.take())
}

const EXPLAINABLE: [&str; 5] = ["with", "select", "update", "delete", "insert"];

/// Whether a statement, behind a comment perhaps, is one of rows.
fn is_explainable(sql: &str) -> bool {
    let sql = sql.trim_start();
    let sql = sql.strip_prefix("/*").and_then(|rest| rest.rsplit_once("*/")).map_or(sql, |(_, rest)| rest.trim_start());
    let word = sql.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap_or_default();
    EXPLAINABLE.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// ` [["name", value], ...]`, each bind with the column that it is held against.
fn named_binds(interpreter: &mut Interpreter, sql: &str, binds: &Value) -> Eval<String> {
    let Value::Array(binds) = binds else { return Ok(String::new()) };
    let binds = binds.to_vec();
    if binds.is_empty() {
        return Ok(String::new());
    }
    let names: Option<Vec<_>> = placeholders(sql).into_iter().map(|place| name_before(&sql[..place])).collect();
    let Some(names) = names.filter(|names| names.len() == binds.len()) else {
        return Err(interpreter.unsupported(format!("`explain` of a statement whose binds have no names: {sql}")));
    };
    let pairs = names.into_iter().zip(binds).map(|(name, bind)| Value::array(vec![Value::str(name), bind]));
    let shown = interpreter.inspect(&Value::array(pairs.collect()))?;
    Ok(format!(" {shown}"))
}

/// Where each `?` or `$1` begins.
fn placeholders(sql: &str) -> Vec<usize> {
    let bytes = sql.as_bytes();
    let is_numbered = |at: usize| bytes[at] == b'$' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(|at| bytes[*at] == b'?' || is_numbered(*at)).collect()
}

/// The column, or `LIMIT` and `OFFSET`, before what a placeholder stands for.
fn name_before(sql: &str) -> Option<String> {
    let words = sql.strip_suffix(' ').unwrap_or(sql);
    for word in ["LIMIT", "OFFSET"] {
        if words.len() < sql.len()
            && words.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        {
            return Some(word.to_owned());
        }
    }
    let (column, operator) = words.rsplit_once("\" ")?;
    let (_, column) = column.rsplit_once('"')?;
    (is_operator(operator) && !column.is_empty()).then(|| column.to_owned())
}

const OPERATORS: [&str; 11] = ["=", "!=", "<>", "<=", ">=", "<", ">", "LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE"];

/// A comparison as Arel writes it, or its beginning where what it compares with is a list.
fn is_operator(text: &str) -> bool {
    let is_place =
        |text: &str| text == "?" || text.strip_prefix('$').is_some_and(|number| number.parse::<u32>().is_ok());
    let list = text.strip_prefix("NOT ").unwrap_or(text).strip_prefix("IN (");
    let is_list = list.is_some_and(|list| list.is_empty() || list.trim_end_matches(',').split(", ").all(is_place));
    let range = text.strip_prefix("BETWEEN");
    let is_range = range.is_some_and(|rest| rest.is_empty() || rest.trim().strip_suffix(" AND").is_some_and(is_place));
    OPERATORS.contains(&text) || is_list || is_range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_binds() {
        for (sql, names) in [
            ("SELECT 1 FROM \"a\" WHERE \"a\".\"id\" = ?", vec![Some("id")]),
            ("\"a\".\"x\" IN (?, ?, ?) LIMIT ?", vec![Some("x"), Some("x"), Some("x"), Some("LIMIT")]),
            ("\"a\".\"x\" NOT IN ($1, $12) AND \"y\" ILIKE $3", vec![Some("x"), Some("x"), Some("y")]),
            ("\"a\".\"x\" BETWEEN ? AND ? OFFSET ?", vec![Some("x"), Some("x"), Some("OFFSET")]),
            ("\"a\".\"x\" >= $1 AND lower(x) = $2", vec![Some("x"), None]),
        ] {
            let found: Vec<_> = placeholders(sql).into_iter().map(|place| name_before(&sql[..place])).collect();
            let names: Vec<_> = names.into_iter().map(|name| name.map(str::to_owned)).collect();
            assert_eq!(found, names, "{sql}");
        }
    }

    #[test]
    fn what_is_explained() {
        for sql in ["SELECT 1", " select 1", "/* a */ WITH x AS (SELECT 1) SELECT 1", "Delete from a"] {
            assert!(is_explainable(sql), "{sql}");
        }
        for sql in ["BEGIN", "selected", "", "/* select */", "PRAGMA x"] {
            assert!(!is_explainable(sql), "{sql}");
        }
    }
}
