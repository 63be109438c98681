//! `AbstractAdapter::Version`, which compares by numbers with what strings say: connection_adapters/abstract_adapter.rb.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use adapters::Dialect;
use adapters::abstract_adapter::Version;
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method};

use crate::ground::arguments::{optional_string, string};
use crate::ground::state::with_adapter;

const NAME: &str = "ActiveRecord::ConnectionAdapters::AbstractAdapter::Version";

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=2),
    method("<=>", compare, 1..=1),
    method("to_s", to_s, 0..=0),
    method("full_version_string", full_version_string, 0..=0),
];

#[derive(Default)]
struct DatabaseVersion(RefCell<Version>);

impl NativeData for DatabaseVersion {}

pub(super) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let comparable = Rc::clone(&interpreter.classes.comparable);
    let class = interpreter.define_class(NAME, &object);
    class.include(&comparable);
    class.define(METHODS);
    class.allocator.set(Some(|_, class| Ok(Value::native(class, DatabaseVersion::default()))));
}

/// PostgreSQL's is a number, the others' one of this class.
pub(super) fn database_version(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    let (version, is_number) = with_adapter(interpreter, |adapter| {
        adapter.connect()?;
        Ok((adapter.database_version(), adapter.dialect() == Dialect::PostgreSql))
    })?;
    if is_number {
        return Ok(Value::Int(version.number().cast_signed()));
    }
    let class = interpreter.class_at(NAME);
    Ok(Value::native(&class, DatabaseVersion(RefCell::new(version))))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = string(interpreter, &args, 0)?;
    let full = optional_string(interpreter, &args, 1)?;
    if let Some(own) = this.data::<DatabaseVersion>() {
        own.0.replace(Version::new(&text, full.as_deref()));
    }
    Ok(Value::Nil)
}

/// What is no string is asked to split as one, so that it fails as it does there.
fn compare(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = args.first();
    let Value::Str(text) = &other else {
        return interpreter.call_public(&other, "split", Args::one(Value::str(".")));
    };
    let order = this.data::<DatabaseVersion>().map_or(Ordering::Equal, |own| own.0.borrow().compare(&text.to_string()));
    Ok(Value::Int(order as i64))
}

fn to_s(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::str(this.data::<DatabaseVersion>().map(|own| own.0.borrow().to_string()).unwrap_or_default()))
}

fn full_version_string(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let full = this.data::<DatabaseVersion>().and_then(|own| own.0.borrow().full_version_string().map(Value::str));
    Ok(full.unwrap_or_default())
}
