//! bcrypt 3.1.22: `BCrypt::Password` and the costs of `BCrypt::Engine`, for `has_secure_password` and what migrations hash
//! themselves. A password is an object of its own here, where the gem's inherits from String; it becomes one wherever a string
//! is wanted. `Engine.hash_secret` and `Engine.calibrate` are absent.

use std::cell::RefCell;
use std::rc::Rc;
use std::str::FromStr as _;
use std::time::Duration;

use bcrypt::{HashParts, Version};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, Symbol, Value, method};

use crate::migration::extensions::Extension;

/// The gem of passwords that cannot be read back.
pub(super) const GEM: Extension = Extension { name: "bcrypt", is_library: true, define, ..Extension::NOTHING };

const DEFAULT_COST: i64 = 12;
const MIN_COST: i64 = 4;
const MAX_COST: i64 = 31;

const ENGINE: &[NativeMethod] = &[
    method("cost", |i, _, _| cost(i).map(Value::Int), 0..=0),
    method("cost=", set_cost, 1..=1),
    method("hash_secret", |i, _, _| Err(i.unsupported("`BCrypt::Engine.hash_secret`: use `BCrypt::Password`")), 2..=3)
        .absent(),
    method("generate_salt", |i, _, _| Err(i.unsupported("`BCrypt::Engine.generate_salt`")), 0..=1).absent(),
    method("calibrate", |i, _, _| Err(i.unsupported("`BCrypt::Engine.calibrate`")), 1..=1).absent(),
];

const OF_CLASS: &[NativeMethod] = &[
    method("create", create, 1..=1).with_keywords(),
    method("valid_hash?", |i, _, args| Ok(is_hash(&i.to_s(&args.first())?).into()), 1..=1),
];

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 1..=1),
    method("to_s", |i, this, _| Ok(hash(i, this)?.into()), 0..=0),
    method("to_str", |i, this, _| Ok(hash(i, this)?.into()), 0..=0),
    method("inspect", inspect, 0..=0),
    method("as_json", |i, this, _| Ok(hash(i, this)?.into()), 0..=1),
    method("==", is_password, 1..=1),
    method("is_password?", is_password, 1..=1),
    method("version", |i, this, _| Ok(Value::str(hash(i, this)?.split('$').nth(1).unwrap_or_default())), 0..=0),
    method(
        "cost",
        |i, this, _| {
            Ok(hash(i, this)?.split('$').nth(2).and_then(|cost| cost.parse::<i64>().ok()).map(Value::Int).into())
        },
        0..=0,
    ),
    method("salt", |i, this, _| Ok(Value::str(hash(i, this)?.get(..29).unwrap_or_default())), 0..=0),
    method("checksum", |i, this, _| Ok(Value::str(hash(i, this)?.get(29..).unwrap_or_default())), 0..=0),
];

const COST: &str = "@cost";
const MIN_COST_SETTING: &str = "@min_cost";

/// `ActiveModel::SecurePassword`, whose setting may come before any model.
const SECURE_PASSWORD: &[NativeMethod] = &[
    method(
        "min_cost",
        |i, _, _| Ok(setting(i, "ActiveModel::SecurePassword", MIN_COST_SETTING).unwrap_or(false.into())),
        0..=0,
    ),
    method(
        "min_cost=",
        |i, _, args| {
            i.class_at("ActiveModel::SecurePassword").set_constant(MIN_COST_SETTING, args.first());
            Ok(args.first())
        },
        1..=1,
    ),
];

fn setting(interpreter: &mut Interpreter, module: &str, name: &str) -> Option<Value> {
    interpreter.class_at(module).constant(Symbol::new(name))
}

/// The native side of a `BCrypt::Password`.
#[derive(Default)]
struct Password(RefCell<String>);

impl NativeData for Password {}

fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let standard_error = interpreter.class_at("StandardError");
    interpreter.define_module("BCrypt");
    let error = interpreter.define_class("BCrypt::Error", &standard_error);
    for name in ["InvalidSalt", "InvalidHash", "InvalidCost", "InvalidSecret"] {
        interpreter.define_class(&format!("BCrypt::Errors::{name}"), &error);
    }
    let engine = interpreter.define_class("BCrypt::Engine", &object);
    interpreter.define_singleton(&engine, ENGINE);
    for (name, cost) in [("DEFAULT_COST", DEFAULT_COST), ("MIN_COST", MIN_COST), ("MAX_COST", MAX_COST)] {
        engine.set_constant(name, Value::Int(cost));
    }
    let secure_password = interpreter.define_module("ActiveModel::SecurePassword");
    interpreter.define_singleton(&secure_password, SECURE_PASSWORD);
    secure_password.set_constant("MAX_PASSWORD_LENGTH_ALLOWED", Value::Int(72));
    let password = interpreter.define_class("BCrypt::Password", &object);
    password.allocator.set(Some(|_, class| Ok(Value::native(class, Password::default()))));
    password.define(METHODS);
    interpreter.define_singleton(&password, OF_CLASS);
}

/// The cost that a migration set; it goes with the run.
fn cost(interpreter: &mut Interpreter) -> Eval<i64> {
    Ok(match setting(interpreter, "BCrypt::Engine", COST) {
        Some(Value::Int(cost)) => cost,
        _ => DEFAULT_COST,
    })
}

fn set_cost(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    interpreter.class_at("BCrypt::Engine").set_constant(COST, args.first());
    Ok(args.first())
}

/// `BCrypt::Password.create(secret, cost: 12)`
fn create(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let wanted = match args.keyword("cost") {
        Some(Value::Int(cost)) => cost,
        _ => cost(interpreter)?,
    };
    if wanted > MAX_COST {
        return Err(interpreter.argument_error("ArgumentError"));
    }
    let secret = secret(interpreter, &args.first())?;
    let mut salt = [0; 16];
    interpreter.host.random(&mut salt);
    let wanted = u32::try_from(wanted.max(MIN_COST)).unwrap_or_default();
    charge(interpreter, wanted)?;
    match bcrypt::hash_with_salt(secret, wanted, salt) {
        Ok(parts) => interpreter.call(this, "new", Args::one(Value::str(parts.format_for_version(Version::TwoA)))),
        Err(error) => Err(interpreter.unsupported(format!("this password: {error}"))),
    }
}

/// The least time that one of the `2 ** cost` rounds takes.
const ROUND: Duration = Duration::from_micros(20);

/// The steps that a round counts for.
const ROUND_STEPS: u64 = 16;

/// Before a hash of so great a cost is made: it can't be interrupted.
fn charge(interpreter: &mut Interpreter, cost: u32) -> Eval<()> {
    let rounds = 1_u64.checked_shl(cost).unwrap_or(u64::MAX);
    let time = ROUND.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX));
    let budget = &mut interpreter.budget;
    let charged = budget.steps(rounds.saturating_mul(ROUND_STEPS)).and_then(|()| budget.check_time(time));
    charged.map_err(|kind| interpreter.abort(kind))
}

fn secret(interpreter: &mut Interpreter, value: &Value) -> Eval<Vec<u8>> {
    let secret = match value {
        Value::Str(text) => text.bytes(),
        other => interpreter.to_s(other)?.into_bytes(),
    };
    if secret.contains(&0) {
        return Err(interpreter.unsupported("a password with a null byte"));
    }
    Ok(secret)
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = interpreter.to_s(&args.first())?;
    if !is_hash(&hash) {
        return Err(interpreter.error("BCrypt::Errors::InvalidHash", "invalid hash"));
    }
    if let Some(password) = this.data::<Password>() {
        *password.0.borrow_mut() = hash;
    }
    Ok(Value::Nil)
}

/// `/\A\$[0-9a-z]{2}\$[0-9]{2}\$[A-Za-z0-9\.\/]{53}\z/`
fn is_hash(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 60
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            0 | 3 | 6 => *byte == b'$',
            1 | 2 => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            4 | 5 => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'),
        })
}

fn hash(interpreter: &mut Interpreter, this: &Value) -> Eval<String> {
    match this.data::<Password>() {
        Some(password) => Ok(password.0.borrow().clone()),
        None => Err(interpreter.type_error("not a password")),
    }
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let hash = hash(interpreter, this)?;
    Ok(interpreter.inspect(&Value::str(hash))?.into())
}

fn is_password(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = hash(interpreter, this)?;
    let secret = secret(interpreter, &args.first())?;
    let Ok(parts) = HashParts::from_str(&hash) else {
        return Err(interpreter.unsupported("a password whose salt cannot be read"));
    };
    charge(interpreter, parts.get_cost())?;
    Ok(bcrypt::verify(secret, &hash).unwrap_or(false).into())
}
