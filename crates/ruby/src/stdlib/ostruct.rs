//! OpenStruct, as Ruby 3.3 has it: a table of fields, each with a reader and a writer in the object's singleton class, so that
//! a field may have the name of one of Ruby's own methods. YAML's hooks and the `name!` forms of its methods are absent.

use std::rc::Rc;

use crate::core::array::{dig_on, guard_recursion};
use crate::core::{basic_object, define_with, hash};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::library::Autoload;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, NativeData, RClass, RHash, RObject, RProc, Value};
use crate::syntax::symbol::Symbol;

/// Defined when its constant is first met.
pub const PART: Autoload = Autoload { module: "Object", constants: &["OpenStruct"], library: Some("ostruct"), define };

const METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("initialize_copy", initialize_copy, 1..=1),
    method("[]", read, 1..=1),
    method("[]=", write, 2..=2),
    variadic("dig", dig, 1),
    method("delete_field", delete_field, 1..=1),
    method("each_pair", each_pair, 0..=0),
    method("to_h", to_h, 0..=0),
    method("respond_to_missing?", is_field, 1..=2),
    method("==", is_equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", number, 0..=0),
    method("freeze", freeze, 0..=0),
    method("inspect", inspect, 0..=0),
    method("to_s", inspect, 0..=0),
];

const PRIVATE: &[NativeMethod] = &[variadic("method_missing", undefined, 1)];

/// The fields by their names, which are symbols.
#[derive(Default)]
struct Fields(Rc<RHash>);

impl NativeData for Fields {
    fn duplicate(&self) -> Option<Rc<dyn NativeData>> {
        Some(Rc::new(Self(Rc::new(hash::copy(&self.0)))))
    }
}

fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let class = interpreter.define_class("OpenStruct", &object);
    class.allocator.set(Some(|_, class| Ok(Value::native(class, Fields::default()))));
    class.define(METHODS);
    define_with(&class, PRIVATE, Visibility::Private);
}

fn fields(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RHash>> {
    match this.data::<Fields>() {
        Some(fields) => Ok(Rc::clone(&fields.0)),
        None => Err(interpreter.type_error("uninitialized OpenStruct")),
    }
}

/// The fields of an object that may change. A frozen one complains as the Hash that C Ruby keeps them in does.
fn open(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<RHash>> {
    let fields = fields(interpreter, this)?;
    interpreter.check_frozen(&Value::Hash(Rc::clone(&fields)))?;
    Ok(fields)
}

fn field_name(interpreter: &mut Interpreter, name: &Value) -> Eval<Symbol> {
    match interpreter.call_public(name, "to_sym", Args::none())? {
        Value::Symbol(name) => Ok(name),
        other => crate::core::name_argument(interpreter, &other),
    }
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let given = args.first();
    if let Some(pairs) = hash::other_entries(&given) {
        for (name, value) in pairs.pairs() {
            set(interpreter, this, &name, value)?;
        }
    } else if given.truthy() {
        let receiver = this.clone();
        let block = RProc::native(move |interpreter, args| match (&args.first(), args.len()) {
            (Value::Array(pair), 1) => {
                let value = pair.get(1).unwrap_or_default();
                set(interpreter, &receiver, &pair.get(0).unwrap_or_default(), value)
            }
            (name, _) => set(interpreter, &receiver, name, args.get(1)),
        });
        let block = interpreter.block_of(&block)?;
        interpreter.call_public(&given, "each_pair", Args::none().with_block(block))?;
    }
    Ok(Value::Nil)
}

/// A copy's singleton class is its own, and so are the readers and writers in it.
fn initialize_copy(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    for (name, _) in fields(interpreter, this)?.pairs() {
        if let Value::Symbol(name) = name {
            define_accessors(interpreter, this, name)?;
        }
    }
    Ok(this.clone())
}

fn read(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = field_name(interpreter, &args.first())?;
    Ok(fields(interpreter, this)?.get(&Value::Symbol(name)).unwrap_or_default())
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set(interpreter, this, &args.first(), args.get(1))
}

fn set(interpreter: &mut Interpreter, this: &Value, name: &Value, value: Value) -> Eval {
    let name = field_name(interpreter, name)?;
    let fields = open(interpreter, this)?;
    let key = Value::Symbol(name);
    if fields.get(&key).is_none() {
        define_accessors(interpreter, this, name)?;
    }
    interpreter.check_size((fields.len() + 1) * size_of::<Value>())?;
    fields.insert(key, value.clone());
    Ok(value)
}

/// `name` and `name=` of this object alone, unless a subclass has a method of that name.
fn define_accessors(interpreter: &mut Interpreter, this: &Value, name: Symbol) -> Eval<()> {
    if is_protected(interpreter, this, name) {
        return Ok(());
    }
    let reader = RProc::native(move |interpreter, args| {
        expect(interpreter, &args, 0)?;
        Ok(fields(interpreter, &args.first())?.get(&Value::Symbol(name)).unwrap_or_default())
    });
    let writer = RProc::native(move |interpreter, args| {
        expect(interpreter, &args, 1)?;
        set(interpreter, &args.first(), &Value::Symbol(name), args.get(1))
    });
    let class = interpreter.singleton_class_of(this)?;
    for (name, body) in [(name, reader), (writer_of(name), writer)] {
        if let Value::Proc(body) = body {
            interpreter.add_method(&class, name, MethodBody::Proc(body), Visibility::Public)?;
        }
    }
    Ok(())
}

/// The receiver comes before what is counted.
fn expect(interpreter: &mut Interpreter, args: &Args, expected: usize) -> Eval<()> {
    let given = args.len().saturating_sub(1);
    if given == expected { Ok(()) } else { Err(interpreter.wrong_number(given, expected, Some(expected))) }
}

fn writer_of(name: Symbol) -> Symbol {
    Symbol::new(&format!("{name}="))
}

fn is_protected(interpreter: &Interpreter, this: &Value, name: Symbol) -> bool {
    let class = interpreter.dispatch_class(this);
    let Some(found) = interpreter.find(&class, name) else { return false };
    let is_below = |ancestor: &Rc<RClass>| !ancestor.is_named("OpenStruct");
    let own = |ancestor: &Rc<RClass>| ancestor.kind == ClassKind::Singleton;
    name.to_str().ends_with('!')
        || class.ancestors().iter().take_while(|a| is_below(a)).any(|a| !own(a) && Rc::ptr_eq(a, &found.owner))
}

fn dig(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first();
    if !interpreter.responds_to(&name, "to_sym") {
        let shown = interpreter.to_s(&name)?;
        return Err(interpreter.type_error(format!("{shown} is not a symbol nor a string")));
    }
    let found = read(interpreter, this, Args::one(name))?;
    dig_on(interpreter, found, &args.positional[1..])
}

fn delete_field(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = field_name(interpreter, &args.first())?;
    if matches!(this, Value::Object(object) if object.is_frozen()) {
        return Err(interpreter.frozen_error("object", this));
    }
    let fields = open(interpreter, this)?;
    if let Some(value) = fields.remove(&Value::Symbol(name)) {
        let class = interpreter.dispatch_class(this);
        if class.kind == ClassKind::Singleton {
            class.remove_method(name);
            class.remove_method(writer_of(name));
        }
        return Ok(value);
    }
    match &args.block {
        Some(block) => interpreter.call_block(block, Args::none()),
        None => {
            let shown = interpreter.to_s(this)?;
            Err(interpreter.name_error(format!("no field `{name}' in {shown}"), name, this))
        }
    }
}

fn each_pair(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(block) = args.block else { return interpreter.enumerator(this, "each_pair", args) };
    let pairs = fields(interpreter, this)?.pairs();
    for (name, value) in pairs {
        interpreter.yield_value(&block, Value::array(vec![name, value]))?;
    }
    Ok(this.clone())
}

fn to_h(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let fields = fields(interpreter, this)?;
    match args.block {
        Some(block) => interpreter.call(&Value::Hash(fields), "to_h", Args::none().with_block(Some(block))),
        None => Ok(Value::hash(hash::copy(&fields))),
    }
}

fn is_field(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let name = Value::symbol(name.strip_suffix('=').unwrap_or(&name));
    Ok(fields(interpreter, this)?.get(&name).is_some().into())
}

fn is_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    compare(interpreter, this, &args.first(), "==")
}

fn is_eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    compare(interpreter, this, &args.first(), "eql?")
}

fn compare(interpreter: &mut Interpreter, this: &Value, other: &Value, comparison: &str) -> Eval {
    let Some(other) = other.data::<Fields>() else { return Ok(false.into()) };
    let fields = Value::Hash(fields(interpreter, this)?);
    interpreter.call(&fields, comparison, Args::one(Value::Hash(Rc::clone(&other.0))))
}

fn number(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let fields = Value::Hash(fields(interpreter, this)?);
    interpreter.call(&fields, "hash", Args::none())
}

fn freeze(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    fields(interpreter, this)?.freeze();
    if let Value::Object(object) = this {
        RObject::freeze(object);
    }
    Ok(this.clone())
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let fields = fields(interpreter, this)?;
    let class = interpreter.class_of(this).name();
    let shown = guard_recursion(interpreter, this, &format!("#<{class} ...>"), |interpreter| {
        let mut shown = Vec::new();
        for (name, value) in fields.pairs() {
            shown.push(format!(" {}={}", interpreter.to_s(&name)?, interpreter.inspect(&value)?));
        }
        Ok(format!("#<{class}{}>", shown.join(",")))
    })?;
    Ok(Value::str(shown))
}

/// What no field is called is nil, and `name =` makes a field of it.
fn undefined(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let asked = args.first().as_name().unwrap_or_default();
    match (asked.strip_suffix('='), args.len()) {
        (Some(name), _) => {
            expect(interpreter, &args, 1)?;
            set(interpreter, this, &Value::symbol(name), args.get(1))
        }
        (None, 1) => read(interpreter, this, args),
        (None, _) => basic_object::method_missing(interpreter, this, args),
    }
}
