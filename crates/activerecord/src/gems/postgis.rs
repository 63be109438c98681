//! activerecord-postgis-adapter 11.1.1 (postgis/column_methods.rb, postgis_adapter.rb): the methods of `t`. What becomes of
//! the types is the `adapters` crate's; its methods that read spatial values are absent.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use crate::migration::extensions::{Extension, Lacking};

/// The adapter of spatial columns.
pub(super) const GEM: Extension = Extension {
    name: "activerecord-postgis-adapter",
    adapters: &["postgis"],
    connection: &[method("adapter_name", |_, _, _| Ok(Value::str("PostGIS")), 0..=0)],
    table: TABLE_METHODS,
    lacking: Lacking { column_hint, ..Lacking::NOTHING },
    ..Extension::NOTHING
};

macro_rules! types {
    ($($name:literal),*) => {
        &[
            method("spatial", spatial, 1..=2),
            $(method($name, |interpreter, t, args| column(interpreter, t, $name, &args), 1..=2)),*
        ]
    };
}

const TABLE_METHODS: &[NativeMethod] = types!(
    "geography",
    "geometry",
    "geometry_collection",
    "line_string",
    "multi_line_string",
    "multi_point",
    "multi_polygon",
    "st_point",
    "st_polygon"
);

/// The methods of `t` are there with the gem's own adapter alone.
fn column_hint(name: &str) -> Option<String> {
    let is_own = TABLE_METHODS.iter().any(|method| method.name == name);
    is_own.then(|| format!("`{name}` is PostGIS': name the adapter `postgis` (`postgis://...`)"))
}

/// One column: a second argument is the options, keywords or not.
fn column(interpreter: &mut Interpreter, t: &Value, r#type: &str, args: &Args) -> Eval {
    let options = options(interpreter, args)?;
    add(interpreter, t, args.first(), Value::symbol(r#type), &options)
}

fn spatial(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    let options = options(interpreter, &args)?;
    match options.get_symbol("type") {
        Some(r#type) if r#type.truthy() => add(interpreter, t, args.first(), r#type, &options),
        _ => Err(interpreter.error("RuntimeError", "You must set a type. For example: 't.spatial type: :st_point'")),
    }
}

fn options(interpreter: &mut Interpreter, args: &Args) -> Eval<RHash> {
    match args.get(1) {
        Value::Hash(options) => Ok(RHash::from_pairs(options.pairs())),
        Value::Nil => Ok(RHash::new()),
        other => {
            let class = interpreter.class_of(&other).name();
            Err(interpreter.type_error(format!("no implicit conversion of {class} into Hash")))
        }
    }
}

fn add(interpreter: &mut Interpreter, t: &Value, name: Value, r#type: Value, options: &RHash) -> Eval {
    let args = Args::new(vec![name, r#type]);
    interpreter.call(t, "column", args.with_keywords(Some(RHash::from_pairs(options.pairs()).into())))
}
