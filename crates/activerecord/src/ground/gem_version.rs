//! RubyGems' version, for those who ask whether Rails is new enough.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Value, method};

use crate::ground::arguments::string;

/// `ActiveRecord::VERSION::STRING`
pub(crate) const VERSION: &str = "8.1.3.1";

const VERSION_METHODS: &[NativeMethod] = &[
    method("initialize", initialize_version, 1..=1),
    method("<=>", compare_versions, 1..=1),
    method("==", |i, this, args| Ok((compare_versions(i, this, args)?.is_identical(&Value::Int(0))).into()), 1..=1),
    method("to_s", |_, this, _| Ok(Value::str(version_text(this))), 0..=0),
    method("version", |_, this, _| Ok(Value::str(version_text(this))), 0..=0),
    method("segments", segments, 0..=0),
    method("inspect", |_, this, _| Ok(Value::str(format!("Gem::Version.new({:?})", version_text(this)))), 0..=0),
];

/// The data of a `Gem::Version`.
#[derive(Default)]
struct GemVersion(RefCell<String>);

impl NativeData for GemVersion {
    fn eql_key(&self) -> Option<String> {
        Some(self.0.borrow().clone())
    }
}

pub(crate) fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let version = interpreter.define_class("Gem::Version", &object);
    let comparable = Rc::clone(&interpreter.classes.comparable);
    version.include(&comparable);
    version.define(VERSION_METHODS);
    version.allocator.set(Some(|_, class| Ok(Value::native(class, GemVersion::default()))));
}

/// `Rails.gem_version`
pub(crate) fn rails(interpreter: &mut Interpreter) -> Eval {
    let class = interpreter.class_at("Gem::Version");
    Ok(Value::native(&class, GemVersion(RefCell::new(VERSION.to_owned()))))
}

fn initialize_version(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let text = string(interpreter, &args, 0)?;
    if let Some(version) = this.data::<GemVersion>() {
        text.trim().clone_into(&mut version.0.borrow_mut());
    }
    Ok(Value::Nil)
}

fn version_text(this: &Value) -> String {
    this.data::<GemVersion>().map_or_else(String::new, |version| version.0.borrow().clone())
}

/// Numbers, and words for a prerelease.
fn version_segments(text: &str) -> Vec<Result<u64, String>> {
    text.split('.').map(|segment| segment.parse().map_err(|_| segment.to_owned())).collect()
}

fn segments(_: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let segments = version_segments(&version_text(this)).into_iter();
    Ok(Value::array(segments.map(|segment| segment.map_or_else(Value::str, |n| Value::Int(n.cast_signed()))).collect()))
}

fn compare_versions(_: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let other = match args.first() {
        Value::Str(text) => text.to_string(),
        other if other.data::<GemVersion>().is_some() => version_text(&other),
        _ => return Ok(Value::Nil),
    };
    let (one, other) = (version_segments(&version_text(this)), version_segments(&other));
    let length = one.len().max(other.len());
    let order = (0..length)
        .map(|index| {
            let segment = |segments: &[Result<u64, String>]| segments.get(index).cloned().unwrap_or(Ok(0));
            match (segment(&one), segment(&other)) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Err(a), Err(b)) => a.cmp(&b),
                // A word makes a prerelease, which comes before.
                (Ok(_), Err(_)) => Ordering::Greater,
                (Err(_), Ok(_)) => Ordering::Less,
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal);
    Ok(Value::Int(order as i64))
}
