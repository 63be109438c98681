//! Types as objects: active_model/type.rb and type/*.rb, active_record/type.rb and type/*.rb. The built-in ones are native; a
//! class that inherits from one of them may override what it likes, and what it inherits sends to it what Rails' sends.

use std::cell::RefCell;
use std::rc::Rc;

use adapters::postgresql::oid;
use adapters::{Arg, Dialect, types};
use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Eval, Interpreter, NativeData, NativeMethod, RClass, RHash, Symbol, Value, method, variadic};

use crate::ground::arguments::{self, string, to_arg};
use crate::ground::errors::OrRaise;
use crate::ground::state::{adapter_name, dialect, state, with_adapter};
use crate::models::attribute_set::{AttributeType, Kind};

/// Each built-in class with the one it inherits from and the name of its type, parents first.
const CLASSES: &[(&str, &str, &str)] = &[
    ("ActiveModel::Type::Value", "Object", "value"),
    ("ActiveModel::Type::Integer", "ActiveModel::Type::Value", "integer"),
    ("ActiveModel::Type::BigInteger", "ActiveModel::Type::Integer", "big_integer"),
    ("ActiveModel::Type::Binary", "ActiveModel::Type::Value", "binary"),
    ("ActiveModel::Type::Boolean", "ActiveModel::Type::Value", "boolean"),
    ("ActiveModel::Type::Date", "ActiveModel::Type::Value", "date"),
    ("ActiveModel::Type::DateTime", "ActiveModel::Type::Value", "datetime"),
    ("ActiveModel::Type::Decimal", "ActiveModel::Type::Value", "decimal"),
    ("ActiveModel::Type::Float", "ActiveModel::Type::Value", "float"),
    ("ActiveModel::Type::ImmutableString", "ActiveModel::Type::Value", "immutable_string"),
    ("ActiveModel::Type::String", "ActiveModel::Type::ImmutableString", "string"),
    ("ActiveModel::Type::Time", "ActiveModel::Type::Value", "time"),
    ("ActiveRecord::Type::Date", "ActiveModel::Type::Date", "date"),
    ("ActiveRecord::Type::DateTime", "ActiveModel::Type::DateTime", "datetime"),
    ("ActiveRecord::Type::DecimalWithoutScale", "ActiveModel::Type::BigInteger", "decimal_without_scale"),
    ("ActiveRecord::Type::Json", "ActiveModel::Type::Value", "json"),
    ("ActiveRecord::Type::Text", "ActiveModel::Type::String", "text"),
    ("ActiveRecord::Type::Time", "ActiveModel::Type::Time", "time"),
    ("ActiveRecord::Type::UnsignedInteger", "ActiveModel::Type::Integer", "unsigned_integer"),
];

const NORMALIZED: &str = "ActiveModel::Attributes::Normalization::NormalizedValueType";

/// Those of Active Model that Active Record has under its own name.
const SHARED: &[&str] =
    &["BigInteger", "Binary", "Boolean", "Decimal", "Float", "Integer", "ImmutableString", "String", "Value"];

const METHODS: &[NativeMethod] = &[
    variadic("initialize", initialize, 0).with_keywords(),
    method("type", type_name, 0..=0),
    method("limit", |i, this, _| number(i, this, "limit"), 0..=0),
    method("precision", |i, this, _| number(i, this, "precision"), 0..=0),
    method("scale", |i, this, _| number(i, this, "scale"), 0..=0),
    method("cast", cast, 1..=1),
    method("serialize", serialize, 1..=1),
    method("deserialize", deserialize, 1..=1),
    method("serializable?", is_serializable, 1..=1),
    method("changed?", is_changed, 3..=3),
    method("changed_in_place?", is_changed_in_place, 2..=2),
    method("assert_valid_value", |_, _, _| Ok(Value::Nil), 1..=1),
    method("force_equality?", |i, this, args| Ok(own(i, this)?.force_equality(&args.first()).into()), 1..=1),
    method("mutable?", |i, this, _| Ok(own(i, this)?.cast_type.is_mutable().into()), 0..=0),
    method("binary?", |i, this, _| Ok((own(i, this)?.cast_type.type_name() == Some("binary")).into()), 0..=0),
    method("serialized?", |_, _, _| Ok(false.into()), 0..=0),
    method("map", |_, _, args| Ok(args.first()), 1..=1),
    method("type_cast_for_schema", |i, _, args| Ok(i.inspect(&args.first())?.into()), 1..=1),
    method("==", equal, 1..=1),
    method("eql?", equal, 1..=1),
    method("store_kind", store_kind, 0..=0),
];

const CAST_VALUE: NativeMethod = method("cast_value", cast_value, 1..=1);

const REGISTRY: &[NativeMethod] =
    &[variadic("register", register, 1).with_keywords(), variadic("lookup", lookup, 1).with_keywords()];

/// `Helpers::Mutable`, for classes of types that are written in Ruby.
const MUTABLE: &[NativeMethod] = &[
    method("cast", through_database, 1..=1),
    method("changed_in_place?", differs_when_serialized, 2..=2),
    method("mutable?", |_, _, _| Ok(true.into()), 0..=0),
];

const IMMUTABLE: &[NativeMethod] = &[method("mutable?", |_, _, _| Ok(false.into()), 0..=0)];

/// The native side of a type's object.
struct TypeObject {
    own: RefCell<AttributeType>,
    /// No class written in Ruby stands between: nothing is overridden.
    is_builtin: bool,
    /// `precision:`, `limit:` and `scale:`, as given.
    options: RefCell<Rc<RHash>>,
}

impl NativeData for TypeObject {}

impl TypeObject {
    fn new(own: AttributeType, is_builtin: bool) -> Self {
        Self { own: RefCell::new(own), is_builtin, options: RefCell::default() }
    }
}

/// A type whose object is asked by messages.
pub(crate) struct CustomType(Value);

/// `ActiveRecord::Type::Registration`
struct Registration {
    name: String,
    made_by: MadeBy,
    adapter: Option<String>,
    overrides: Option<bool>,
}

/// What `ActiveRecord::Type.register` was given.
#[derive(Default)]
struct Registered(RefCell<Vec<Rc<Registration>>>);

enum MadeBy {
    Rails,
    Class(Value),
    Block(Value),
}

/// What the connection answers with a type.
pub(crate) const CONNECTION_METHODS: &[NativeMethod] = &[method("lookup_cast_type", lookup_cast_type, 1..=1)];

pub(crate) fn define(interpreter: &mut Interpreter) {
    for (index, (name, superclass, _)) in CLASSES.iter().enumerate() {
        let superclass = interpreter.class_at(superclass);
        let class = interpreter.define_class(name, &superclass);
        class.allocator.set(Some(allocate));
        if index == 0 {
            class.define(METHODS);
            class.set_method(Symbol::new("cast_value"), MethodBody::Native(CAST_VALUE), Visibility::Private);
        }
    }
    let value = interpreter.class_at("ActiveModel::Type::Value");
    interpreter.define_class(NORMALIZED, &value);
    let record_types = interpreter.define_module("ActiveRecord::Type");
    for name in SHARED {
        let class = interpreter.class_at(&format!("ActiveModel::Type::{name}"));
        record_types.set_constant(name, Value::Class(class));
    }
    interpreter.define_singleton(&record_types, REGISTRY);
    let model_types = interpreter.define_module("ActiveModel::Type");
    interpreter.define_singleton(&model_types, REGISTRY);
    interpreter.define_module("ActiveModel::Type::Helpers::Mutable").define(MUTABLE);
    interpreter.define_module("ActiveModel::Type::Helpers::Immutable").define(IMMUTABLE);
}

/// The type of `attribute :name, type`, when it is no symbol.
pub(crate) fn of_object(interpreter: &mut Interpreter, object: &Value) -> Eval<AttributeType> {
    let Some(found) = object.data::<TypeObject>() else {
        let shown = interpreter.inspect(object)?;
        return Err(interpreter.unsupported(format!("`{shown}` as a type, which is no instance of a type's class")));
    };
    let own = found.own.borrow().clone();
    if found.is_builtin {
        return Ok(own);
    }
    if own.cast_type.type_name() == Some("binary") {
        return Err(interpreter.unsupported("a type that inherits from `ActiveModel::Type::Binary`"));
    }
    Ok(AttributeType { cast_type: own.cast_type, kind: Kind::Custom(Rc::new(CustomType(object.clone()))) })
}

/// The object that stands for a type.
pub(crate) fn object(interpreter: &mut Interpreter, own: AttributeType) -> Value {
    if let Kind::Custom(custom) = &own.kind {
        return custom.0.clone();
    }
    if let Kind::Normalized(_) = &own.kind {
        let class = interpreter.class_at(NORMALIZED);
        return Value::native(&class, TypeObject::new(own, true));
    }
    let name = own.cast_type.type_name().unwrap_or("value");
    let found = CLASSES.iter().rev().find(|(_, _, of)| *of == name && !own.cast_type.is_array());
    let class = interpreter.class_at(found.map_or("ActiveModel::Type::Value", |(class, _, _)| class));
    Value::native(&class, TypeObject::new(own, true))
}

impl CustomType {
    /// `cast`: from what a user gave.
    pub(crate) fn cast(&self, interpreter: &mut Interpreter, value: &Value) -> Eval {
        interpreter.call_public(&self.0, "cast", Args::one(value.clone()))
    }

    /// `deserialize`: from what the database answered.
    pub(crate) fn deserialize(&self, interpreter: &mut Interpreter, value: &Arg) -> Eval {
        let value = arguments::to_value(interpreter, value);
        interpreter.call_public(&self.0, "deserialize", Args::one(value))
    }

    /// `serialize`: to what a statement is given.
    pub(crate) fn serialize(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<Arg> {
        let value = interpreter.call_public(&self.0, "serialize", Args::one(value.clone()))?;
        to_arg(interpreter, &value)
    }

    /// `serializable?`: whether the database could hold it at all.
    pub(crate) fn is_serializable(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<bool> {
        Ok(interpreter.call_public(&self.0, "serializable?", Args::one(value.clone()))?.truthy())
    }

    /// `changed?`, where another value was assigned.
    pub(crate) fn is_changed(&self, interpreter: &mut Interpreter, old: Value, new: Value, given: Value) -> Eval<bool> {
        Ok(interpreter.call_public(&self.0, "changed?", Args::new(vec![old, new, given]))?.truthy())
    }

    /// `changed_in_place?`, where the value itself may have been changed.
    pub(crate) fn is_changed_in_place(&self, interpreter: &mut Interpreter, old: &Arg, new: Value) -> Eval<bool> {
        let old = arguments::to_value(interpreter, old);
        Ok(interpreter.call_public(&self.0, "changed_in_place?", Args::new(vec![old, new]))?.truthy())
    }

    /// `assert_valid_value`: an ArgumentError where the type refuses it.
    pub(crate) fn assert_valid_value(&self, interpreter: &mut Interpreter, value: &Value) -> Eval<()> {
        interpreter.call_public(&self.0, "assert_valid_value", Args::one(value.clone())).map(drop)
    }
}

// Making them

fn allocate(interpreter: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let own = builtin(interpreter, builtin_name(class), &RHash::new())?;
    let is_builtin = class.allocator.get().is_some();
    Ok(Value::native(class, TypeObject::new(own, is_builtin)))
}

/// Which built-in type a class is or inherits from.
fn builtin_name(class: &Rc<RClass>) -> &'static str {
    let mut next = Some(Rc::clone(class));
    while let Some(current) = next {
        let name = current.name();
        if let Some((_, _, of)) = CLASSES.iter().find(|(class, _, _)| *class == name) {
            return of;
        }
        next = current.superclass();
    }
    "value"
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let class = interpreter.class_of(this);
    let name = builtin_name(&class);
    if matches!(name, "immutable_string" | "string" | "text") && (has(&args, "true") || has(&args, "false")) {
        return Err(interpreter.unsupported("`true:` and `false:` of a type of strings"));
    }
    arguments::check_keywords(interpreter, &args, &["precision", "limit", "scale"])?;
    let options = args.keywords.clone().unwrap_or_default();
    let own = builtin(interpreter, name, &options)?;
    if let Some(object) = this.data::<TypeObject>() {
        *object.own.borrow_mut() = own;
        *object.options.borrow_mut() = options;
    }
    Ok(Value::Nil)
}

fn has(args: &Args, keyword: &str) -> bool {
    args.keyword(keyword).is_some()
}

fn builtin(interpreter: &mut Interpreter, name: &str, options: &RHash) -> Eval<AttributeType> {
    match named(interpreter, name, options)? {
        Some(found) => Ok(found),
        None => Err(interpreter.unsupported(format!("the type `{name}`"))),
    }
}

/// A type that Rails itself registers, by its name.
fn named(interpreter: &mut Interpreter, name: &str, options: &RHash) -> Eval<Option<AttributeType>> {
    let number = |option: &str| match options.get_symbol(option) {
        Some(Value::Int(number)) => Some(number),
        _ => None,
    };
    let is_sqlite = dialect(interpreter)? == Dialect::Sqlite;
    let kind: types::Type = match name {
        "integer" => Rc::new(types::Integer::new(number("limit"))),
        "big_integer" => Rc::new(types::Integer::big()),
        "unsigned_integer" => Rc::new(types::Integer::unsigned(number("limit"))),
        "decimal_without_scale" => Rc::new(types::Integer::decimal_without_scale(number("precision"))),
        "string" | "immutable_string" => Rc::new(types::Text::string(number("limit"))),
        "text" => Rc::new(types::Text::text(number("limit"))),
        "boolean" => Rc::new(types::Boolean::default()),
        "float" => Rc::new(types::Float::default()),
        "decimal" => Rc::new(types::Decimal { precision: number("precision"), scale: number("scale") }),
        "date" => Rc::new(types::Date),
        "datetime" => Rc::new(types::DateTime::new(number("precision"))),
        "time" => Rc::new(types::Time { precision: number("precision"), dated: is_sqlite }),
        "json" => Rc::new(types::Json { type_name: "json" }),
        "binary" => Rc::new(types::Binary::default()),
        "value" => return Ok(Some(AttributeType::value())),
        name => return of_adapter(interpreter, name),
    };
    Ok(Some(AttributeType::plain(kind)))
}

/// PostgreSQL's own types, with the names of their columns' types where those differ.
const OF_POSTGRESQL: &[(&str, &str)] = &[
    ("bit", "bit"),
    ("bit_varying", "varbit"),
    ("cidr", "cidr"),
    ("hstore", "hstore"),
    ("inet", "inet"),
    ("interval", "interval"),
    ("jsonb", "jsonb"),
    ("money", "money"),
    ("point", "point"),
    ("uuid", "uuid"),
    ("xml", "xml"),
];

fn of_adapter(interpreter: &mut Interpreter, name: &str) -> Eval<Option<AttributeType>> {
    let is_postgresql = dialect(interpreter)? == Dialect::PostgreSql;
    match name {
        "enum" if is_postgresql => return Ok(Some(AttributeType::plain(Rc::new(oid::Named("enum"))))),
        "legacy_point" if is_postgresql => return Ok(Some(AttributeType::plain(Rc::new(oid::LegacyPoint)))),
        _ => {}
    }
    let found = OF_POSTGRESQL.iter().find(|(own, _)| *own == name);
    let Some((_, sql_type)) = found.filter(|_| is_postgresql) else {
        return Ok(None);
    };
    let cast_type = with_adapter(interpreter, |adapter| adapter.lookup_cast_type(sql_type))?;
    Ok(Some(AttributeType::plain(cast_type)))
}

// The registry

/// `ActiveRecord::Type.register(:name, Class, override: true)`
fn register(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if matches!(this, Value::Class(module) if module.is_named("ActiveModel::Type")) {
        return Err(interpreter.unsupported("`ActiveModel::Type.register`: models ask `ActiveRecord::Type`"));
    }
    arguments::check_keywords(interpreter, &args, &["adapter", "override"])?;
    let name = interpreter.to_s(&args.first())?;
    let adapter = args.keyword("adapter").and_then(|adapter| adapter.as_name());
    let overrides = args.keyword("override").filter(|value| !value.is_nil()).map(|value| value.truthy());
    let made_by = match args.block {
        Some(block) => MadeBy::Block(Value::Proc(block)),
        None => MadeBy::Class(args.get(1)),
    };
    state(interpreter)?.kept::<Registered>().0.borrow_mut().push(Rc::new(Registration {
        name,
        made_by,
        adapter,
        overrides,
    }));
    Ok(Value::Nil)
}

fn lookup(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let Some(name) = args.first().as_name() else {
        let shown = interpreter.inspect(&args.first())?;
        return Err(interpreter.argument_error(format!("Unknown type {shown}")));
    };
    let options = args.keywords.clone().unwrap_or_default();
    find(interpreter, &name, &options)
}

/// The object that `ActiveRecord::Type.lookup` answers.
pub(crate) fn find(interpreter: &mut Interpreter, name: &str, options: &Rc<RHash>) -> Eval {
    let options = Rc::new(RHash::from_pairs(options.pairs()));
    arguments::delete_option(&options, "adapter");
    if let Some(decorated) = decorated(interpreter, name, &options)? {
        return Ok(decorated);
    }
    let registered = state(interpreter)?.kept::<Registered>().0.borrow().iter().any(|one| one.name == name);
    if registered {
        let found = registration(interpreter, name)?;
        let arguments = Args::none().with_keywords(Some(Rc::clone(&options)));
        match &found.made_by {
            MadeBy::Class(class) => return interpreter.call_public(class, "new", arguments),
            MadeBy::Block(block) => {
                let arguments = Args::one(Value::symbol(name)).with_keywords(Some(options));
                return interpreter.call_public(block, "call", arguments);
            }
            MadeBy::Rails => {}
        }
    }
    for (key, _) in options.pairs() {
        if !key.as_name().is_some_and(|key| ["limit", "precision", "scale"].contains(&key.as_str())) {
            let key = interpreter.inspect(&key)?;
            return Err(interpreter.unsupported(format!("the option {key} of the type `{name}`")));
        }
    }
    let number = match options.get_symbol("limit") {
        Some(Value::Int(number)) => Some(number),
        _ => None,
    };
    let own: Option<types::Type> = match (dialect(interpreter)?, name) {
        (Dialect::Sqlite, "integer") => Some(Rc::new(types::Integer::with_default_limit(number, 8))),
        (Dialect::MySql, "string" | "immutable_string") => {
            Some(Rc::new(types::Text::string(number).booleans("1", "0")))
        }
        _ => None,
    };
    if let Some(own) = own {
        return Ok(object(interpreter, AttributeType::plain(own)));
    }
    match named(interpreter, name, &options)?.filter(|_| !matches!(name, "value" | "decimal_without_scale")) {
        Some(found) => Ok(object(interpreter, found)),
        None => {
            let shown = interpreter.inspect(&Value::symbol(name))?;
            Err(interpreter.argument_error(format!("Unknown type {shown}")))
        }
    }
}

/// What `add_modifier` registered for PostgreSQL: `array: true`, `range: true`.
fn decorated(interpreter: &mut Interpreter, name: &str, options: &Rc<RHash>) -> Eval<Option<Value>> {
    let modifier = ["array", "range"].into_iter().find(|option| match options.get_symbol(option) {
        Some(Value::Bool(given)) => given,
        _ => false,
    });
    let Some(modifier) = modifier.filter(|_| dialect(interpreter).is_ok_and(|dialect| dialect == Dialect::PostgreSql))
    else {
        return Ok(None);
    };
    let rest = Rc::new(RHash::from_pairs(options.pairs()));
    arguments::delete_option(&rest, modifier);
    let subtype = interpreter.nested(|interpreter| find(interpreter, name, &rest))?;
    let subtype = of_object(interpreter, &subtype)?;
    if !matches!(subtype.kind, Kind::Plain) {
        return Err(interpreter.unsupported(format!("`{modifier}: true` of a type that is written in Ruby")));
    }
    let own: types::Type = match modifier {
        "array" => Rc::new(oid::Array::new(subtype.cast_type, ',')),
        _ => Rc::new(oid::Range::new(subtype.cast_type, "range".to_owned())),
    };
    Ok(Some(object(interpreter, AttributeType::plain(own))))
}

/// `find_registration`: of those that match, the one of the highest priority; of several, the first.
fn registration(interpreter: &mut Interpreter, name: &str) -> Eval<Rc<Registration>> {
    let adapter = match adapter_name(interpreter)? {
        "PostgreSQL" => "postgresql",
        "SQLite" => "sqlite3",
        "Trilogy" => "trilogy",
        _ => "mysql2",
    };
    let mut all = by_rails(interpreter, name, adapter)?;
    let state = state(interpreter)?;
    all.extend(state.kept::<Registered>().0.borrow().iter().filter(|one| one.name == name).cloned());
    all.retain(|one| one.adapter.as_deref().is_none_or(|other| other == adapter));
    let mut best: Option<Rc<Registration>> = None;
    for next in all {
        best = Some(match best {
            None => next,
            Some(best) => {
                if best.conflicts_with(&next) {
                    let shadowed = next.adapter.as_deref().unwrap_or_default();
                    let message = format!(
                        "Type {name} was registered for all adapters, but shadows a native type with the same name for \
                         {shadowed}"
                    );
                    return Err(interpreter.error("ActiveRecord::TypeConflictError", message.trim_end()));
                }
                if next.priority() > best.priority() { next } else { best }
            }
        });
    }
    match best {
        Some(best) => Ok(best),
        None => {
            let shown = interpreter.inspect(&Value::symbol(name))?;
            Err(interpreter.argument_error(format!("Unknown type {shown}")))
        }
    }
}

/// What Rails registered before: for all adapters, and for this one.
fn by_rails(interpreter: &mut Interpreter, name: &str, adapter: &str) -> Eval<Vec<Rc<Registration>>> {
    const FOR_ALL: &[&str] = &[
        "big_integer",
        "binary",
        "boolean",
        "date",
        "datetime",
        "decimal",
        "float",
        "integer",
        "immutable_string",
        "json",
        "string",
        "text",
        "time",
    ];
    let own: &[&str] = match adapter {
        "postgresql" => &["binary", "date", "datetime", "decimal", "enum", "legacy_point", "vector"],
        "sqlite3" => &["integer"],
        _ => &["immutable_string", "string", "unsigned_integer"],
    };
    let make = |adapter: Option<&str>, overrides| {
        let adapter = adapter.map(str::to_owned);
        Rc::new(Registration { name: name.to_owned(), made_by: MadeBy::Rails, adapter, overrides })
    };
    let mut all = Vec::new();
    if FOR_ALL.contains(&name) {
        all.push(make(None, Some(false)));
    }
    if own.contains(&name) || of_adapter(interpreter, name)?.is_some() {
        all.push(make(Some(adapter), None));
    }
    Ok(all)
}

impl Registration {
    fn priority(&self) -> u8 {
        u8::from(self.adapter.is_some()) | (u8::from(self.overrides == Some(true)) << 1)
    }

    fn conflicts_with(&self, other: &Self) -> bool {
        let same = self.priority() & !1 == other.priority() & !1;
        same && (self.overrides.is_none() && other.adapter.is_some()
            || self.adapter.is_some() && other.overrides.is_none())
    }
}

// What they answer

fn object_of(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<TypeObject>> {
    this.data::<TypeObject>().ok_or_else(|| interpreter.type_error("not a type"))
}

fn own(interpreter: &mut Interpreter, this: &Value) -> Eval<AttributeType> {
    Ok(object_of(interpreter, this)?.own.borrow().clone())
}

fn type_name(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = own(interpreter, this)?;
    match own.custom() {
        Some(custom) => interpreter.call(&custom.0, "type", Args::none()),
        None => {
            let name = own.cast_type.type_name();
            Ok(name.map(|name| if name == oid::LegacyPoint::NAME { "point" } else { name }).map(Value::symbol).into())
        }
    }
}

fn number(interpreter: &mut Interpreter, this: &Value, name: &str) -> Eval {
    let object = object_of(interpreter, this)?;
    let own = object.own.borrow().clone();
    if let Some(custom) = own.custom() {
        return interpreter.call(&custom.0, name, Args::none());
    }
    let found = match name {
        "limit" => own.cast_type.limit(),
        "precision" => own.cast_type.precision(),
        _ => own.cast_type.scale(),
    };
    let given = object.options.borrow().get_symbol(name).unwrap_or_default();
    Ok(found.map_or(given, Value::Int))
}

fn cast(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let object = object_of(interpreter, this)?;
    let own = object.own.borrow().clone();
    let value = args.first();
    if object.is_builtin {
        return own.cast(interpreter, &value);
    }
    if own.is_json() {
        return through_database(interpreter, this, args);
    }
    let value = match &value {
        Value::Bool(flag) if own.is_numeric() => Value::Int(i64::from(*flag)),
        value if own.is_numeric() && crate::models::attribute_methods::is_blank(value) => Value::Nil,
        value => value.clone(),
    };
    if value.is_nil() {
        return Ok(Value::Nil);
    }
    interpreter.call(this, "cast_value", Args::one(value))
}

/// `Helpers::Mutable#cast`
fn through_database(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let raw = interpreter.call(this, "serialize", args)?;
    interpreter.call(this, "deserialize", Args::one(raw))
}

/// `Helpers::Mutable#changed_in_place?`
fn differs_when_serialized(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let now = interpreter.call(this, "serialize", Args::one(args.get(1)))?;
    Ok((!interpreter.equal(&args.first(), &now)?).into())
}

fn cast_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    own(interpreter, this)?.cast(interpreter, &args.first())
}

fn deserialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let object = object_of(interpreter, this)?;
    let own = object.own.borrow().clone();
    let value = args.first();
    let casts = !own.is_json() && !own.is_integer();
    if casts && !object.is_builtin {
        return interpreter.call(this, "cast", Args::one(value));
    }
    if own.cast_type.type_name().is_none() || (own.is_json() && !matches!(value, Value::Str(_))) {
        return Ok(value);
    }
    let arg = to_arg(interpreter, &value)?;
    own.deserialize(interpreter, &arg)
}

fn serialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let object = object_of(interpreter, this)?;
    let own = object.own.borrow().clone();
    let mut value = args.first();
    let name = own.cast_type.type_name();
    let is_plain_object =
        |value: &Value| !matches!(value, Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Symbol(_));
    if name.is_none()
        || (matches!(name, Some("string" | "text")) && is_plain_object(&value) && !is_number(interpreter, &value))
    {
        return Ok(value);
    }
    let is_given = own.is_integer() && matches!(value, Value::Int(_) | Value::Str(_));
    if !object.is_builtin && (own.is_numeric() || name == Some("boolean")) && !is_given {
        value = interpreter.call(this, "cast", Args::one(value))?;
        if !own.is_integer() {
            return Ok(value);
        }
    }
    let arg = own.serialize(interpreter, &value)?;
    Ok(arguments::to_value(interpreter, &arg))
}

fn is_number(interpreter: &Interpreter, value: &Value) -> bool {
    let class = interpreter.class_of(value).name();
    interpreter.is_a(value, &interpreter.classes.numeric) || class == "ActiveSupport::Duration"
}

/// Whether a number is within the column's reach.
fn is_serializable(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let object = object_of(interpreter, this)?;
    let own = object.own.borrow().clone();
    if !own.is_integer() {
        return Ok(true.into());
    }
    let value = interpreter.call(this, "cast", args)?;
    let arg = to_arg(interpreter, &value)?;
    match own.cast_type.serialize(&arg) {
        Err(error) if error.is_a(adapters::ErrorClass::ActiveModelRangeError) => Ok(false.into()),
        outcome => outcome.or_raise(interpreter).map(|_| true.into()),
    }
}

fn is_changed(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = own(interpreter, this)?;
    let (old, new, given) = (args.first(), args.get(1), args.get(2));
    if !interpreter.equal(&old, &new)? {
        return Ok(true.into());
    }
    Ok((own.is_numeric() && !old.is_nil() && crate::models::attribute_set::is_not_numeric(&given)).into())
}

fn is_changed_in_place(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = own(interpreter, this)?;
    let (old, new) = (args.first(), args.get(1));
    match own.cast_type.type_name() {
        Some("string" | "text") => Ok((matches!(new, Value::Str(_)) && !interpreter.equal(&old, &new)?).into()),
        Some("json" | "jsonb" | "binary") => {
            let old = interpreter.call(this, "deserialize", Args::one(old))?;
            Ok((!interpreter.equal(&old, &new)?).into())
        }
        _ => Ok(false.into()),
    }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(other) = args.first().data::<TypeObject>() else { return Ok(false.into()) };
    let (own, other) = (own(interpreter, this)?.cast_type, other.own.borrow().cast_type.clone());
    let same_class = Rc::ptr_eq(&interpreter.class_of(this), &interpreter.class_of(&args.first()));
    let same = own.precision() == other.precision() && own.scale() == other.scale() && own.limit() == other.limit();
    Ok((same_class && same).into())
}

/// Which of store.rb's accessors the type has: `accessor`.
fn store_kind(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let own = own(interpreter, this)?;
    Ok(match (&own.kind, own.cast_type.type_name()) {
        (Kind::Serialized(_), _) => Value::symbol("indifferent"),
        (_, Some("json" | "jsonb" | "hstore")) => Value::symbol("string_keyed"),
        _ => Value::Nil,
    })
}

fn lookup_cast_type(interpreter: &mut Interpreter, _: &Value, args: Args) -> Eval {
    let sql_type = string(interpreter, &args, 0)?;
    let found = with_adapter(interpreter, |adapter| adapter.lookup_cast_type(&sql_type))?;
    Ok(object(interpreter, AttributeType::plain(found)))
}
