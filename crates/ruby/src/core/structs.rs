//! Struct and Data: classes made of a list of members. Values stand in the instance's native data.

use std::cell::RefCell;
use std::rc::Rc;

use super::array::{dig_on, guard_recursion};
use super::convert::{self, absolute, block_or_enumerator, pair};
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{MethodBody, NativeMethod, Visibility, method, variadic};
use crate::runtime::value::{ClassKind, NativeData, RClass, RHash, RObject, RProc, Value};
use crate::syntax::symbol::Symbol;
use crate::{Args, Flow};

const STRUCT_METHODS: &[NativeMethod] = &[
    variadic("initialize", initialize_struct, 0).with_keywords(),
    method("[]", index, 1..=1),
    method("[]=", assign, 2..=2),
    method("to_a", to_a, 0..=0),
    method("deconstruct", to_a, 0..=0),
    method("values", to_a, 0..=0),
    method("each", each, 0..=0),
    method("each_pair", each_pair, 0..=0),
    method("size", size, 0..=0),
    method("length", size, 0..=0),
    variadic("values_at", values_at, 0),
    variadic("dig", dig, 1),
    method("members", members_method, 0..=0),
    method("to_h", to_h, 0..=0),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", hash, 0..=0),
    method("dup", dup, 0..=0),
    method("inspect", inspect_struct, 0..=0),
    method("to_s", inspect_struct, 0..=0),
];

const DATA_METHODS: &[NativeMethod] = &[
    variadic("initialize", initialize_data, 0).with_keywords(),
    method("members", members_method, 0..=0),
    method("to_h", to_h, 0..=0),
    variadic("with", with, 0).with_keywords(),
    method("deconstruct_keys", deconstruct_keys, 1..=1),
    method("==", equal, 1..=1),
    method("eql?", is_eql, 1..=1),
    method("hash", hash, 0..=0),
    method("inspect", inspect_data, 0..=0),
    method("to_s", inspect_data, 0..=0),
];

const STRUCT_SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("new", new_struct, 0).with_keywords(),
    variadic("[]", new_struct, 0).with_keywords(),
    method("members", class_members, 0..=0),
    method("keyword_init?", is_keyword_init, 0..=0),
    method("inspect", inspect_class, 0..=0),
];

const DATA_SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("define", define_data, 0),
    variadic("new", new_data, 0).with_keywords(),
    variadic("[]", new_data, 0).with_keywords(),
    method("members", class_members, 0..=0),
];

/// What a Struct or Data class knows about its instances.
struct Members {
    names: Vec<Symbol>,
    keyword_init: Option<bool>,
}

impl NativeData for Members {}

struct StructData {
    names: Vec<Symbol>,
    values: RefCell<Vec<Value>>,
}

impl NativeData for StructData {}

pub fn define(interpreter: &mut Interpreter) {
    let object = Rc::clone(&interpreter.classes.object);
    let enumerable = Rc::clone(&interpreter.classes.enumerable);
    let class = interpreter.define_class("Struct", &object);
    class.include(&enumerable);
    class.define(STRUCT_METHODS);
    interpreter.define_singleton(&class, STRUCT_SINGLETON_METHODS);
    let class = interpreter.define_class("Data", &object);
    class.define(DATA_METHODS);
    interpreter.define_singleton(&class, DATA_SINGLETON_METHODS);
}

/// The members of a class, from the class that was made with them.
fn members_of(class: &Rc<RClass>) -> Option<Rc<Members>> {
    let mut class = Some(Rc::clone(class));
    while let Some(current) = class {
        if let Some(members) = current.data::<Members>() {
            return Some(members);
        }
        class = current.superclass();
    }
    None
}

fn is_root(class: &Rc<RClass>, name: &str) -> bool {
    members_of(class).is_none() && class.name() == name
}

/// A class with these members under `Struct` or `Data`, readers (and writers) defined.
fn make_class(interpreter: &mut Interpreter, parent: &Rc<RClass>, members: Members, writers: bool) -> Rc<RClass> {
    let class = RClass::new(ClassKind::Class, None, Some(Rc::clone(parent)));
    for (at, name) in members.names.iter().enumerate() {
        let reader = RProc::native(move |interpreter, args| {
            let data = data(interpreter, &args.first())?;
            let value = data.values.borrow().get(at).cloned();
            Ok(value.unwrap_or_default())
        });
        define_proc(&class, *name, reader);
        if writers {
            let writer = RProc::native(move |interpreter, args| {
                interpreter.check_frozen(&args.first())?;
                let data = data(interpreter, &args.first())?;
                if let Some(slot) = data.values.borrow_mut().get_mut(at) {
                    *slot = args.get(1);
                }
                Ok(args.get(1))
            });
            define_proc(&class, Symbol::new(&format!("{name}=")), writer);
        }
    }
    *class.data.borrow_mut() = Some(Rc::new(members));
    class.allocator.set(Some(allocate));
    interpreter.singleton_class(&class);
    class
}

fn define_proc(class: &Rc<RClass>, name: Symbol, body: Value) {
    if let Value::Proc(body) = body {
        class.set_method(name, MethodBody::Proc(body), Visibility::Public);
    }
}

fn allocate(_: &mut Interpreter, class: &Rc<RClass>) -> Eval {
    let names = members_of(class).map(|members| members.names.clone()).unwrap_or_default();
    let values = RefCell::new(vec![Value::Nil; names.len()]);
    Ok(Value::Object(Rc::new(RObject::with_data(class, Rc::new(StructData { names, values })))))
}

fn data(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<StructData>> {
    this.data::<StructData>().ok_or_else(|| interpreter.type_error("uninitialized struct"))
}

fn member_names(interpreter: &mut Interpreter, names: &[Value]) -> Eval<Vec<Symbol>> {
    let mut out: Vec<Symbol> = Vec::new();
    for name in names {
        let name = Symbol::new(&convert::name(interpreter, name)?);
        if out.contains(&name) {
            return Err(interpreter.argument_error(format!("duplicate member: {name}")));
        }
        out.push(name);
    }
    Ok(out)
}

/// `Struct.new(:a, :b)` makes a class; `new` of such a class makes an instance.
fn new_struct(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    if !is_root(class, "Struct") {
        return instantiate(interpreter, class, args);
    }
    let unknown = args.keywords.iter().flat_map(|keywords| keywords.pairs());
    if let Some((key, _)) = unknown.into_iter().find(|(key, _)| key.as_name().as_deref() != Some("keyword_init")) {
        let shown = interpreter.inspect(&key)?;
        return Err(interpreter.argument_error(format!("unknown keyword: {shown}")));
    }
    let keyword_init = args.keyword("keyword_init").filter(|value| !value.is_nil()).map(|value| value.truthy());
    let constant = match args.positional.first() {
        Some(Value::Str(name)) => Some(name.to_string()),
        _ => None,
    };
    if constant.is_some() {
        args.positional.remove(0);
    }
    let names = member_names(interpreter, &args.positional)?;
    let made = make_class(interpreter, class, Members { names, keyword_init }, true);
    if let Some(name) = constant {
        if !name.starts_with(|c: char| c.is_uppercase()) {
            return Err(interpreter.error("NameError", format!("identifier {name} needs to be constant")));
        }
        made.set_name(&format!("Struct::{name}"));
        class.set_constant(&name, Value::Class(Rc::clone(&made)));
    }
    finish_class(interpreter, made, args)
}

fn finish_class(interpreter: &mut Interpreter, made: Rc<RClass>, args: Args) -> Eval {
    let made = Value::Class(made);
    if let Some(block) = &args.block {
        interpreter.call(&made, "class_exec", Args::one(made.clone()).with_block(Some(Rc::clone(block))))?;
    }
    Ok(made)
}

fn instantiate(interpreter: &mut Interpreter, class: &Rc<RClass>, args: Args) -> Eval {
    let instance = allocate(interpreter, class)?;
    interpreter.call(&instance, "initialize", args)?;
    Ok(instance)
}

fn define_data(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let names = member_names(interpreter, &args.positional)?;
    let made = make_class(interpreter, class, Members { names, keyword_init: None }, false);
    finish_class(interpreter, made, args)
}

/// `new` of a Data class: positional values become keywords before `initialize` sees them.
fn new_data(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let Some(members) = members_of(class) else {
        return Err(interpreter.error("NoMethodError", format!("undefined method `new' for class {}", class.name())));
    };
    if !args.positional.is_empty() {
        let values = std::mem::take(&mut args.positional);
        if values.len() > members.names.len() {
            return Err(wrong_number(interpreter, values.len(), members.names.len()));
        }
        let pairs = members.names.iter().map(|name| Value::Symbol(*name)).zip(values);
        args.keywords = Some(Rc::new(RHash::from_pairs(pairs)));
    }
    instantiate(interpreter, class, args)
}

fn wrong_number(interpreter: &mut Interpreter, given: usize, most: usize) -> Box<Flow> {
    let expected = if most == 0 { "0".to_owned() } else { format!("0..{most}") };
    interpreter.argument_error(format!("wrong number of arguments (given {given}, expected {expected})"))
}

fn initialize_data(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let keywords = args.keywords.clone().unwrap_or_default();
    let missing: Vec<String> = data
        .names
        .iter()
        .filter(|name| {
            keywords.get(&Value::Symbol(**name)).is_none() && keywords.get(&Value::str(&*name.to_str())).is_none()
        })
        .map(|name| format!(":{name}"))
        .collect();
    if !missing.is_empty() && keywords.len() < data.names.len() {
        let plural = if missing.len() == 1 { "" } else { "s" };
        return Err(interpreter.argument_error(format!("missing keyword{plural}: {}", missing.join(", "))));
    }
    let mut unknown = Vec::new();
    for (key, value) in keywords.pairs() {
        let name = key.as_name().map(|name| Symbol::new(&name));
        match data.names.iter().position(|member| Some(*member) == name) {
            Some(at) => data.values.borrow_mut()[at] = value,
            None => unknown.push(interpreter.inspect(&key)?),
        }
    }
    if !unknown.is_empty() {
        let plural = if unknown.len() == 1 { "" } else { "s" };
        return Err(interpreter.argument_error(format!("unknown keyword{plural}: {}", unknown.join(", "))));
    }
    if let Value::Object(object) = this {
        object.freeze();
    }
    Ok(Value::Nil)
}

fn initialize_struct(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let Value::Object(object) = this else { return Ok(Value::Nil) };
    let keyword_init = members_of(&object.class()).and_then(|members| members.keyword_init);
    let by_keywords = match (keyword_init, args.positional.as_slice(), &args.keywords) {
        (Some(false), ..) => None,
        (Some(true), [Value::Hash(keywords)], None) | (_, [], Some(keywords)) => Some(Rc::clone(keywords)),
        _ => None,
    };
    if let Some(keywords) = by_keywords {
        let mut unknown = Vec::new();
        for (key, value) in keywords.pairs() {
            let name = key.as_name().map(|name| Symbol::new(&name));
            match data.names.iter().position(|member| Some(*member) == name) {
                Some(at) => data.values.borrow_mut()[at] = value,
                None => unknown.push(interpreter.to_s(&key)?),
            }
        }
        if !unknown.is_empty() {
            return Err(interpreter.argument_error(format!("unknown keywords: {}", unknown.join(", "))));
        }
        return Ok(Value::Nil);
    }
    if keyword_init == Some(true) && !args.is_empty() {
        let message = format!("wrong number of arguments (given {}, expected 0)", args.len());
        return Err(interpreter.argument_error(message));
    }
    let args = args.flatten_keywords();
    if args.len() > data.names.len() {
        return Err(interpreter.argument_error("struct size differs"));
    }
    for (at, value) in args.positional.into_iter().enumerate() {
        data.values.borrow_mut()[at] = value;
    }
    Ok(Value::Nil)
}

/// The place of a member named by a String, Symbol or number.
fn place(interpreter: &mut Interpreter, data: &StructData, member: &Value) -> Eval<usize> {
    if let Some(name) = member.as_name() {
        let symbol = Symbol::new(&name);
        return match data.names.iter().position(|member| *member == symbol) {
            Some(at) => Ok(at),
            None => Err(interpreter.error("NameError", format!("no member '{name}' in struct"))),
        };
    }
    let number = convert::int(interpreter, member)?;
    let size = data.names.len();
    match absolute(number, size) {
        Some(at) if at < size => Ok(at),
        _ => {
            let what = if number < 0 { "small" } else { "large" };
            let message = format!("offset {number} too {what} for struct(size:{size})");
            Err(interpreter.error("IndexError", message))
        }
    }
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let data = data(interpreter, this)?;
    let at = place(interpreter, &data, &args.positional[0])?;
    let value = data.values.borrow()[at].clone();
    Ok(value)
}

fn assign(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    interpreter.check_frozen(this)?;
    let data = data(interpreter, this)?;
    let at = place(interpreter, &data, &args.positional[0])?;
    data.values.borrow_mut()[at] = args.get(1);
    Ok(args.get(1))
}

fn values(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<Value>> {
    Ok(data(interpreter, this)?.values.borrow().clone())
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    values(interpreter, this).map(Value::array)
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    for value in values(interpreter, this)? {
        interpreter.yield_value(&block, value)?;
    }
    Ok(this.clone())
}

fn pairs(interpreter: &mut Interpreter, this: &Value) -> Eval<Vec<(Value, Value)>> {
    let data = data(interpreter, this)?;
    let values = data.values.borrow().clone();
    Ok(data.names.iter().map(|name| Value::Symbol(*name)).zip(values).collect())
}

fn each_pair(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each_pair");
    for (name, value) in pairs(interpreter, this)? {
        interpreter.yield_value(&block, pair(name, value))?;
    }
    Ok(this.clone())
}

fn size(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(data(interpreter, this)?.names.len().into())
}

fn values_at(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let items = to_a(interpreter, this, Args::none())?;
    interpreter.call(&items, "values_at", args)
}

fn dig(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = index(interpreter, this, Args::one(args.first()))?;
    dig_on(interpreter, found, &args.positional[1..])
}

fn members_method(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::array(data(interpreter, this)?.names.iter().map(|name| Value::Symbol(*name)).collect()))
}

fn class_members(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let names = members_of(class).map(|members| members.names.clone()).unwrap_or_default();
    Ok(Value::array(names.into_iter().map(Value::Symbol).collect()))
}

fn is_keyword_init(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    Ok(members_of(class).and_then(|members| members.keyword_init).map(Value::Bool).unwrap_or_default())
}

fn inspect_class(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let Value::Class(class) = this else { return Ok(Value::Nil) };
    let by_keywords = members_of(class).is_some_and(|members| members.keyword_init == Some(true));
    Ok(Value::str(if by_keywords { format!("{}(keyword_init: true)", class.name()) } else { class.name() }))
}

fn to_h(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = Value::hash(RHash::from_pairs(pairs(interpreter, this)?));
    if args.block.is_none() { Ok(hash) } else { interpreter.call(&hash, "to_h", args) }
}

fn deconstruct_keys(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = Value::hash(RHash::from_pairs(pairs(interpreter, this)?));
    match args.first() {
        Value::Array(keys) => interpreter.call(&hash, "slice", Args::new(keys.to_vec())),
        _ => Ok(hash),
    }
}

fn with(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if !args.is_empty() {
        let message = format!("wrong number of arguments (given {}, expected 0)", args.len());
        return Err(interpreter.argument_error(message));
    }
    let Some(changes) = args.keywords else { return Ok(this.clone()) };
    let keywords = RHash::from_pairs(pairs(interpreter, this)?);
    for (key, value) in changes.pairs() {
        keywords.insert(key, value);
    }
    let class = interpreter.class_of(this);
    instantiate(interpreter, &class, Args::none().with_keywords(Some(Rc::new(keywords))))
}

/// The other side's values, if it is of the same class.
fn same_class(interpreter: &mut Interpreter, this: &Value, other: &Value) -> Eval<Option<Vec<Value>>> {
    let same = Rc::ptr_eq(&interpreter.class_of(this), &interpreter.class_of(other));
    if same { values(interpreter, other).map(Some) } else { Ok(None) }
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(others) = same_class(interpreter, this, &args.first())? else { return Ok(Value::Bool(false)) };
    for (a, b) in values(interpreter, this)?.iter().zip(&others) {
        if !interpreter.equal(a, b)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn is_eql(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let Some(others) = same_class(interpreter, this, &args.first())? else { return Ok(Value::Bool(false)) };
    for (a, b) in values(interpreter, this)?.iter().zip(&others) {
        if interpreter.hash_key(a)? != interpreter.hash_key(b)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn hash(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let mut total = 17_i64;
    for value in values(interpreter, this)? {
        total = total.wrapping_mul(31).wrapping_add(super::array::hash_number(interpreter, &value)?);
    }
    Ok(Value::Int(total >> 2))
}

fn dup(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let class = interpreter.class_of(this);
    let copy = allocate(interpreter, &class)?;
    *data(interpreter, &copy)?.values.borrow_mut() = values(interpreter, this)?;
    Ok(copy)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, kind: &str) -> Eval {
    let class = interpreter.class_of(this);
    let head = if class.has_name() { format!("{kind} {}", class.name()) } else { kind.to_owned() };
    guard_recursion(interpreter, this, &format!("#<{head}:...>"), |interpreter| {
        let mut shown = Vec::new();
        for (name, value) in pairs(interpreter, this)? {
            shown.push(format!("{}={}", name.as_name().unwrap_or_default(), interpreter.inspect(&value)?));
        }
        let shown = shown.join(", ");
        let space = if shown.is_empty() && class.has_name() { "" } else { " " };
        Ok(format!("#<{head}{space}{shown}>"))
    })
    .map(Value::str)
}

fn inspect_struct(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    inspect(interpreter, this, "struct")
}

fn inspect_data(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    inspect(interpreter, this, "data")
}
