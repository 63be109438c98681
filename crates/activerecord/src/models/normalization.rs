//! `normalizes`: what an attribute is given goes through a proc first, here and in conditions. What is changed in place is seen
//! to before a validation.

use ruby::{Args, Eval, Interpreter, NativeMethod, RArray, Symbol, Value, method, variadic};

use crate::ground::arguments::check_keywords;
use crate::models::attributes::normalize;
use crate::models::generated::{inherited, own};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("normalizes", normalizes, 0).with_keywords(),
    method("normalized_attributes", |i, this, _| Ok(Value::array(names(&class(i, this)?))), 0..=0),
    method("normalize_value_for", normalize_value, 2..=2),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("normalize_attribute", normalize_attribute, 1..=1),
    method("normalize_changed_in_place_attributes", normalize_changed_in_place, 0..=0),
];

const DECLARED: &str = "@_normalized_attributes";

fn normalizes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_keywords(interpreter, &args, &["with", "apply_to_nil"])?;
    let Some(with) = args.keyword("with") else {
        return Err(interpreter.argument_error("missing keyword: :with"));
    };
    let to_nil = args.keyword("apply_to_nil").unwrap_or_default();
    normalize(interpreter, this, Args::new(vec![Value::array(args.positional.clone()), with, to_nil]))?;
    let before = Args::one(Value::symbol("normalize_changed_in_place_attributes"));
    interpreter.call(this, "before_validation", before)?;
    if let Value::Array(declared) = own(&*class(interpreter, this)?, DECLARED, || Value::array(Vec::new())) {
        add_names(interpreter, &declared, &args.positional)?;
    }
    Ok(Value::Nil)
}

fn add_names(interpreter: &mut Interpreter, declared: &RArray, names: &[Value]) -> Eval<()> {
    for name in names {
        let name = interpreter.call(name, "to_sym", Args::none())?;
        declared.borrow_mut().push(name);
    }
    Ok(())
}

fn names(class: &std::rc::Rc<ruby::RClass>) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for of_class in inherited(class, DECLARED) {
        let Value::Array(of_class) = of_class else { continue };
        for name in of_class.to_vec() {
            if !all.iter().any(|one| one.is_identical(&name)) {
                all.push(name);
            }
        }
    }
    all
}

/// A value as the attribute would have it.
fn normalize_value(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let kind = interpreter.call(this, "type_for_attribute", Args::one(args.first()))?;
    interpreter.call(&kind, "cast", Args::one(args.get(1)))
}

/// What it has, assigned once more.
fn normalize_attribute(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = args.first().as_name().unwrap_or_default();
    let value = interpreter.call(this, name.as_str(), Args::none())?;
    interpreter.call(this, Symbol::new(&format!("{name}=")), Args::one(value))
}

fn normalize_changed_in_place(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    for name in names(&interpreter.class_of(this)) {
        let text = Value::str(name.as_name().unwrap_or_default());
        if interpreter.call(this, "attribute_changed_in_place?", Args::one(text))?.truthy() {
            normalize_attribute(interpreter, this, Args::one(name))?;
        }
    }
    Ok(Value::Nil)
}
