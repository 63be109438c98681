//! `has_secure_password` and `authenticate_by`, and the declarations of `generates_token_for`. A token is signed with the
//! application's secret: making and finding one is refused.

use std::rc::Rc;

use ruby::active_support::object::is_blank;
use ruby::value::ClassKind;
use ruby::{Args, Eval, Interpreter, NativeMethod, RClass, RHash, RProc, Symbol, Value, method};

use crate::ground::arguments::check_keywords;
use crate::models::generated::define;
use crate::models::library::{Library, require};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    method("has_secure_password", has_secure_password, 0..=1).with_keywords(),
    method("authenticate_by", authenticate_by, 1..=1),
    method("generates_token_for", |_, _, _| Ok(Value::Nil), 1..=1).with_keywords(),
    method("find_by_token_for", |i, _, _| Err(refuse(i, "find_by_token_for")), 2..=2),
    method("find_by_token_for!", |i, _, _| Err(refuse(i, "find_by_token_for!")), 2..=2),
];

pub(crate) const METHODS: &[NativeMethod] =
    &[method("generate_token_for", |i, _, _| Err(refuse(i, "generate_token_for")), 1..=1)];

fn refuse(interpreter: &mut Interpreter, name: &str) -> Box<ruby::Flow> {
    interpreter.unsupported(format!("`{name}`, which needs the application's secret, is not supported yet"))
}

fn has_secure_password(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["validations", "reset_token"])?;
    require(interpreter, Library::Validations)?;
    let class = class(interpreter, this)?;
    let name = args.first().as_name().unwrap_or_else(|| "password".to_owned());
    let reset = args.keyword("reset_token").unwrap_or_else(|| true.into());
    // The class' own methods come before these, and reach them by `super`.
    let module = RClass::new(ClassKind::Module, None, None);
    let password = Password(Rc::from(name.as_str()));
    password.define_entries(&module);
    password.define_answers(&module);
    if reset.truthy() {
        let token = format!("{name}_reset_token");
        define(&module, &token, 0..=0, |interpreter, _, _| Err(refuse(interpreter, "generate_token_for")));
    }
    class.include(&module);
    if args.keyword("validations").is_none_or(|validates| validates.truthy()) {
        password.validate(interpreter, this)?;
    }
    if reset.truthy() {
        define_reset(interpreter, &class, &name, &reset)?;
    }
    Ok(Value::Nil)
}

/// How long a token would be good for, and what would find by it.
fn define_reset(interpreter: &mut Interpreter, class: &Rc<RClass>, name: &str, reset: &Value) -> Eval<()> {
    let expires_in = match reset {
        Value::Hash(options) => options.get_symbol("expires_in").unwrap_or_default(),
        _ => interpreter.call(&Value::Int(15), "minutes", Args::none())?,
    };
    define(class, &format!("{name}_reset_token_expires_in"), 0..=0, move |_, _, _| Ok(expires_in.clone()));
    let singleton = interpreter.singleton_class(class);
    for mark in ["", "!"] {
        let finder = format!("find_by_{name}_reset_token{mark}");
        define(&singleton, &finder, 1..=1, |interpreter, _, _| Err(refuse(interpreter, "find_by_token_for")));
    }
    Ok(())
}

type Check = fn(&Password, &mut Interpreter, &Value) -> Eval<()>;

/// The attribute that is never stored.
#[derive(Clone)]
struct Password(Rc<str>);

impl Password {
    fn entry(&self, suffix: &str) -> Symbol {
        Symbol::new(&format!("@{}{suffix}", self.0))
    }

    /// What a user enters: the password, once more, and the one that there was.
    fn define_entries(&self, module: &RClass) {
        for suffix in ["", "_confirmation", "_challenge"] {
            let entry = self.entry(suffix);
            define(module, &format!("{}{suffix}", self.0), 0..=0, move |interpreter, record, _| {
                Ok(interpreter.instance_variable(record, entry))
            });
            if !suffix.is_empty() {
                define(module, &format!("{}{suffix}=", self.0), 1..=1, move |interpreter, record, args| {
                    interpreter.set_instance_variable(record, entry, args.first())?;
                    Ok(args.first())
                });
            }
        }
        let own = self.clone();
        define(module, &format!("{}=", self.0), 1..=1, move |interpreter, record, args| {
            own.assign(interpreter, record, args.first())?;
            Ok(args.first())
        });
    }

    /// Nothing takes the digest away; an empty text changes nothing.
    fn assign(&self, interpreter: &mut Interpreter, record: &Value, secret: Value) -> Eval<()> {
        let digest = if secret.is_nil() {
            Value::Nil
        } else if interpreter.call(&secret, "empty?", Args::none())?.truthy() {
            return Ok(());
        } else {
            digest(interpreter, &secret)?
        };
        interpreter.set_instance_variable(record, self.entry(""), secret)?;
        interpreter.call_public(record, format!("{}_digest=", self.0).as_str(), Args::one(digest)).map(drop)
    }

    fn define_answers(&self, module: &RClass) {
        let authenticate = format!("authenticate_{}", self.0);
        let usual = (&*self.0 == "password").then_some("authenticate".to_owned());
        for name in [authenticate].into_iter().chain(usual) {
            let own = self.clone();
            define(module, &name, 1..=1, move |interpreter, record, args| {
                let digest = own.kept(interpreter, record, "_digest")?;
                let knows = is_password(interpreter, &digest, &args.first())?;
                Ok(if knows { record.clone() } else { false.into() })
            });
        }
        let own = self.clone();
        define(module, &format!("{}_salt", self.0), 0..=0, move |interpreter, record, _| {
            let digest = own.kept(interpreter, record, "_digest")?;
            match hashed(interpreter, &digest)? {
                Value::Nil => Ok(Value::Nil),
                hashed => interpreter.call(&hashed, "salt", Args::none()),
            }
        });
    }

    fn kept(&self, interpreter: &mut Interpreter, record: &Value, suffix: &str) -> Eval {
        interpreter.call_public(record, format!("{}{suffix}", self.0).as_str(), Args::none())
    }

    fn validate(&self, interpreter: &mut Interpreter, this: &Value) -> Eval<()> {
        for check in [Self::check_presence as Check, Self::check_challenge, Self::check_length] {
            let own = self.clone();
            let check = RProc::native(move |interpreter, args| {
                check(&own, interpreter, &args.first())?;
                Ok(Value::Nil)
            });
            interpreter.call(this, "validate", Args::one(check))?;
        }
        let options = RHash::from_pairs([(Value::symbol("allow_nil"), true.into())]);
        let confirmation = Args::one(Value::symbol(&self.0)).with_keywords(Some(Rc::new(options)));
        interpreter.call(this, "validates_confirmation_of", confirmation).map(drop)
    }

    fn fault(&self, interpreter: &mut Interpreter, record: &Value, suffix: &str, kind: &str) -> Eval<()> {
        let errors = interpreter.call_public(record, "errors", Args::none())?;
        let attribute = Value::symbol(&format!("{}{suffix}", self.0));
        interpreter.call_public(&errors, "add", Args::new(vec![attribute, Value::symbol(kind)])).map(drop)
    }

    fn check_presence(&self, interpreter: &mut Interpreter, record: &Value) -> Eval<()> {
        let digest = self.kept(interpreter, record, "_digest")?;
        if is_blank(interpreter, &digest)? { self.fault(interpreter, record, "", "blank") } else { Ok(()) }
    }

    /// Who says the password that there was has to know it.
    fn check_challenge(&self, interpreter: &mut Interpreter, record: &Value) -> Eval<()> {
        let challenge = self.kept(interpreter, record, "_challenge")?;
        if !challenge.truthy() {
            return Ok(());
        }
        let before = format!("{}_digest_was", self.0);
        let answers = interpreter.call(record, "respond_to?", Args::one(Value::symbol(&before)))?.truthy();
        let digest = if answers { self.kept(interpreter, record, "_digest_was")? } else { Value::Nil };
        if is_password(interpreter, &digest, &challenge)? {
            return Ok(());
        }
        self.fault(interpreter, record, "_challenge", "invalid")
    }

    /// Bcrypt looks at no more bytes than these.
    fn check_length(&self, interpreter: &mut Interpreter, record: &Value) -> Eval<()> {
        let secret = self.kept(interpreter, record, "")?;
        if is_blank(interpreter, &secret)? {
            return Ok(());
        }
        let length = interpreter.call(&secret, "bytesize", Args::none())?;
        let most = interpreter.class_at("ActiveModel::SecurePassword");
        let most = most.constant(Symbol::new("MAX_PASSWORD_LENGTH_ALLOWED")).unwrap_or_default();
        match (length, most) {
            (Value::Int(length), Value::Int(most)) if length > most => {
                self.fault(interpreter, record, "", "password_too_long")
            }
            _ => Ok(()),
        }
    }
}

fn digest(interpreter: &mut Interpreter, secret: &Value) -> Eval {
    let settings = Value::Class(interpreter.class_at("ActiveModel::SecurePassword"));
    let engine = Value::Class(interpreter.class_at("BCrypt::Engine"));
    let cost = if interpreter.call(&settings, "min_cost", Args::none())?.truthy() {
        interpreter.call(&engine, "const_get", Args::one(Value::symbol("MIN_COST")))?
    } else {
        interpreter.call(&engine, "cost", Args::none())?
    };
    let options = RHash::from_pairs([(Value::symbol("cost"), cost)]);
    let passwords = Value::Class(interpreter.class_at("BCrypt::Password"));
    interpreter.call(&passwords, "create", Args::one(secret.clone()).with_keywords(Some(Rc::new(options))))
}

/// What a digest is of; nil where there is none.
fn hashed(interpreter: &mut Interpreter, digest: &Value) -> Eval {
    if is_blank(interpreter, digest)? {
        return Ok(Value::Nil);
    }
    let passwords = Value::Class(interpreter.class_at("BCrypt::Password"));
    interpreter.call(&passwords, "new", Args::one(digest.clone()))
}

fn is_password(interpreter: &mut Interpreter, digest: &Value, secret: &Value) -> Eval<bool> {
    match hashed(interpreter, digest)? {
        Value::Nil => Ok(false),
        hashed => Ok(interpreter.call(&hashed, "is_password?", Args::one(secret.clone()))?.truthy()),
    }
}

/// The record with these attributes whose passwords these are. Where there is none, as much is worked out as if there were.
fn authenticate_by(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = interpreter.call(&args.first(), "to_h", Args::none())?;
    let Value::Hash(given) = given else { return Ok(Value::Nil) };
    let (passwords, finders) = (RHash::new(), RHash::new());
    for (name, value) in given.pairs() {
        let text = interpreter.to_s(&name)?;
        let has = |interpreter: &mut Interpreter, name: String| {
            interpreter.call(this, "has_attribute?", Args::one(Value::str(name))).map(|has| has.truthy())
        };
        let is_password = !has(interpreter, text.clone())? && has(interpreter, format!("{text}_digest"))?;
        (if is_password { &passwords } else { &finders }).insert(name, value);
    }
    for (arguments, kind) in [(&passwords, "password"), (&finders, "finder")] {
        if arguments.is_empty() {
            return Err(interpreter.argument_error(format!("One or more {kind} arguments are required")));
        }
    }
    for (_, secret) in passwords.pairs() {
        if secret.is_nil() || interpreter.call(&secret, "empty?", Args::none())?.truthy() {
            return Ok(Value::Nil);
        }
    }
    let found = interpreter.call(this, "find_by", Args::one(Value::hash(finders)))?;
    if !found.truthy() {
        interpreter.call(this, "new", Args::one(Value::hash(passwords)))?;
        return Ok(Value::Nil);
    }
    let mut all = true;
    for (name, secret) in passwords.pairs() {
        let name = interpreter.to_s(&name)?;
        let message = format!("authenticate_{name}");
        all &= interpreter.call_public(&found, message.as_str(), Args::one(secret))?.truthy();
    }
    Ok(if all { found } else { Value::Nil })
}
