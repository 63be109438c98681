//! ActiveSupport::OrderedOptions and InheritableOptions: a Hash whose keys are symbols and whose entries are methods too.

use std::rc::Rc;

use ruby::core::array::dig_on;
use ruby::core::hash;
use ruby::method::{MethodBody, Visibility};
use ruby::{Args, Autoload, Eval, Interpreter, NativeMethod, RHash, RProc, Symbol, Value, method, variadic};

/// Defined when its constant is first met.
pub(super) const PART: Autoload =
    Autoload { module: "ActiveSupport", constants: &["OrderedOptions", "InheritableOptions"], library: None, define };

const ORDERED: &str = "ActiveSupport::OrderedOptions";
const INHERITABLE: &str = "ActiveSupport::InheritableOptions";

const ORDERED_METHODS: &[NativeMethod] = &[
    method("[]", read, 1..=1),
    method("[]=", write, 2..=2),
    variadic("dig", dig, 1),
    method("respond_to_missing?", |_, _, _| Ok(true.into()), 1..=2),
    method("extractable_options?", |_, _, _| Ok(true.into()), 0..=0),
    method("inspect", inspect, 0..=0),
];

const PRIVATE: &[NativeMethod] = &[variadic("method_missing", missing, 1)];

const INHERITABLE_METHODS: &[NativeMethod] = &[
    method("initialize", initialize, 0..=1),
    method("key?", has_key, 1..=1),
    method("overridden?", is_overridden, 1..=1),
    method("inheritable_copy", inheritable_copy, 0..=0),
    method("to_h", to_h, 0..=0),
    method("to_a", to_a, 0..=0),
    method("each", each, 0..=0),
    method("==", is_equal, 1..=1),
    method("to_s", to_s, 0..=0),
    method("inspect", inspect_all, 0..=0),
];

/// What is looked into where an option is not set.
const PARENT: &str = "@parent";

fn define(interpreter: &mut Interpreter) {
    let hash = Rc::clone(&interpreter.classes.hash);
    let ordered = interpreter.define_class(ORDERED, &hash);
    ordered.define(ORDERED_METHODS);
    for native in PRIVATE {
        ordered.set_method(Symbol::new(native.name), MethodBody::Native(*native), Visibility::Private);
    }
    interpreter.define_class(INHERITABLE, &ordered).define(INHERITABLE_METHODS);
}

/// New options without any.
pub(super) fn empty(interpreter: &mut Interpreter) -> Eval {
    let support = Value::Class(interpreter.class_at("ActiveSupport"));
    let class = interpreter.call(&support, "const_get", Args::one(Value::symbol("OrderedOptions")))?;
    interpreter.call(&class, "new", Args::none())
}

fn name_of(interpreter: &mut Interpreter, option: &Value) -> Eval {
    match option {
        Value::Symbol(_) => Ok(option.clone()),
        other => interpreter.call_public(other, "to_sym", Args::none()),
    }
}

fn get(interpreter: &mut Interpreter, this: &Value, option: &Value) -> Eval {
    let option = name_of(interpreter, option)?;
    hash::get(interpreter, this, &option)
}

fn set(interpreter: &mut Interpreter, this: &Value, option: &Value, setting: Value) -> Eval {
    let option = name_of(interpreter, option)?;
    let entries = hash::change::open(interpreter, this)?;
    hash::store(interpreter, &entries, &option, setting.clone())?;
    Ok(setting)
}

fn read(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    get(interpreter, this, &args.first())
}

fn write(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    set(interpreter, this, &args.first(), args.get(1))
}

fn dig(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let found = get(interpreter, this, &args.first())?;
    dig_on(interpreter, found, &args.positional[1..])
}

/// `option`, `option = setting`, and `option!`, which has to be there.
fn missing(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let asked = args.first().as_name().unwrap_or_default();
    if let Some(option) = asked.strip_suffix('=') {
        return set(interpreter, this, &Value::symbol(option), args.get(1));
    }
    let Some(option) = asked.strip_suffix('!') else { return get(interpreter, this, &args.first()) };
    let found = get(interpreter, this, &Value::symbol(option))?;
    if interpreter.call(&found, "blank?", Args::none())?.truthy() {
        return Err(interpreter.error("KeyError", format!(":{option} is blank")));
    }
    Ok(found)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = interpreter.class_at(ORDERED);
    let shown = interpreter.call_super(this, &class, "inspect", Args::none())?;
    within_class(interpreter, this, &shown)
}

fn within_class(interpreter: &mut Interpreter, this: &Value, shown: &Value) -> Eval {
    let shown = interpreter.to_s(shown)?;
    Ok(Value::str(format!("#<{} {shown}>", interpreter.class_of(this).name())))
}

fn initialize(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let parent = args.first();
    if parent.truthy() {
        let asked = parent.clone();
        let inherited = RProc::native(move |interpreter, args| {
            let option = Args::one(args.get(1));
            interpreter.call(&asked, "[]", option)
        });
        hash::entries(this).set_default_proc(inherited);
    }
    let parent = if parent.truthy() { parent } else { Value::hash(RHash::new()) };
    interpreter.set_instance_variable(this, Symbol::new(PARENT), parent)?;
    Ok(Value::Nil)
}

fn parent(interpreter: &Interpreter, this: &Value) -> Value {
    interpreter.instance_variable(this, Symbol::new(PARENT))
}

/// The parent's entries, and over them its own.
fn all(interpreter: &mut Interpreter, this: &Value) -> Eval {
    let parent = parent(interpreter, this);
    interpreter.call(&parent, "merge", Args::one(this.clone()))
}

fn has_own(interpreter: &mut Interpreter, this: &Value, option: &Value) -> Eval<bool> {
    Ok(hash::lookup(interpreter, &hash::entries(this), option)?.is_some())
}

fn has_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    if has_own(interpreter, this, &args.first())? {
        return Ok(true.into());
    }
    let parent = parent(interpreter, this);
    interpreter.call(&parent, "key?", args)
}

fn is_overridden(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let option = name_of(interpreter, &args.first())?;
    let parent = parent(interpreter, this);
    let inherited = parent.truthy() && interpreter.call(&parent, "key?", args)?.truthy();
    Ok((inherited && has_own(interpreter, this, &option)?).into())
}

fn inheritable_copy(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let class = Value::Class(interpreter.class_of(this));
    interpreter.call(&class, "new", Args::one(this.clone()))
}

fn to_h(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    all(interpreter, this)
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let all = all(interpreter, this)?;
    interpreter.call(&all, "to_a", Args::none())
}

fn each(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let all = all(interpreter, this)?;
    interpreter.call(&all, "each", Args::none().with_block(args.block))?;
    Ok(this.clone())
}

fn is_equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let ours = all(interpreter, this)?;
    let theirs = interpreter.call_public(&args.first(), "to_h", Args::none())?;
    Ok(interpreter.equal(&ours, &theirs)?.into())
}

fn to_s(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let all = all(interpreter, this)?;
    Ok(Value::str(interpreter.to_s(&all)?))
}

fn inspect_all(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let all = all(interpreter, this)?;
    let shown = Value::str(interpreter.inspect(&all)?);
    within_class(interpreter, this, &shown)
}
