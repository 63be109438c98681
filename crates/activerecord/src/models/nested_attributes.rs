//! `accepts_nested_attributes_for`: attributes of associated records, which are found, built, changed or marked for removal as a
//! record is assigned to.

use std::rc::Rc;

use ruby::active_support::object::is_blank;
use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, RProc, Value, method, variadic};

use crate::ground::arguments::{to_strings, wrap};
use crate::models::generated::{define, inherited, own};
use crate::models::library::{Library, require};
use crate::models::model_schema::class;

pub(crate) const SINGLETON_METHODS: &[NativeMethod] = &[
    variadic("accepts_nested_attributes_for", accept, 0).with_keywords(),
    method("nested_attributes_options", |i, this, _| Ok(Value::hash(declared(&class(i, this)?))), 0..=0),
];

pub(crate) const METHODS: &[NativeMethod] = &[
    method("nested_attributes_options", |i, this, _| Ok(Value::hash(declared(&i.class_of(this)))), 0..=0),
    method("_destroy", |i, this, _| i.call(this, "marked_for_destruction?", Args::none()), 0..=0),
];

const DECLARED: &str = "@_nested_attributes_options";

/// What is told of a record and is no attribute of it.
const KEY: &str = "id";
const LEAVES: &str = "_destroy";

fn declared(class: &Rc<ruby::RClass>) -> RHash {
    let all = RHash::new();
    for of_class in inherited(class, DECLARED) {
        if let Value::Hash(of_class) = of_class {
            for (name, options) in of_class.pairs() {
                all.insert(name, options);
            }
        }
    }
    all
}

fn accept(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    require(interpreter, Library::Associations)?;
    let options = RHash::from_pairs([
        (Value::symbol("allow_destroy"), false.into()),
        (Value::symbol("update_only"), false.into()),
    ]);
    for (name, value) in args.take_options().iter().flat_map(|given| given.pairs()) {
        options.insert(name, value);
    }
    let known = ["allow_destroy", "reject_if", "limit", "update_only"].map(Value::symbol);
    ruby::active_support::hash::assert_valid_keys_of(interpreter, &options, &known)?;
    if matches!(options.get_symbol("reject_if"), Some(Value::Symbol(name)) if name.is("all_blank")) {
        let are_blank = RProc::native(|interpreter, args| Ok(Attributes(args.first()).are_blank(interpreter)?.into()));
        options.insert_symbol("reject_if", are_blank);
    }
    let options = Rc::new(options);
    for name in &args.positional {
        let reflection = interpreter.call(this, "_reflect_on_association", Args::one(name.clone()))?;
        let name = name.as_name().unwrap_or_default();
        if reflection.is_nil() {
            let message = format!("No association found for name `{name}'. Has it been defined yet?");
            return Err(interpreter.argument_error(message));
        }
        interpreter.call(&reflection, "autosave=", Args::one(true.into()))?;
        interpreter.call(this, "_define_autosave_validation_callbacks", Args::one(reflection.clone()))?;
        if let Value::Hash(declared) = own(&*class(interpreter, this)?, DECLARED, || Value::hash(RHash::new())) {
            declared.insert_symbol(&name, Value::Hash(Rc::clone(&options)));
        }
        define_writer(interpreter, this, &reflection, &name)?;
    }
    Ok(Value::Nil)
}

/// `parts_attributes=`
fn define_writer(interpreter: &mut Interpreter, this: &Value, reflection: &Value, name: &str) -> Eval<()> {
    let is_collection = interpreter.call(reflection, "collection?", Args::none())?.truthy();
    let module = interpreter.call(this, "generated_association_methods", Args::none())?;
    let Value::Class(module) = module else { return Ok(()) };
    let association: Rc<str> = Rc::from(name);
    define(&module, &format!("{name}_attributes="), 1..=1, move |interpreter, record, args| {
        let nested = Nested::of(interpreter, record, &association)?;
        if is_collection {
            nested.assign_all(interpreter, &args.first())?;
        } else {
            nested.assign_one(interpreter, &args.first())?;
        }
        Ok(args.first())
    });
    Ok(())
}

/// An association of a record that is assigned to, and how it was declared.
struct Nested {
    record: Value,
    name: Rc<str>,
    association: Value,
    options: Rc<RHash>,
}

impl Nested {
    fn of(interpreter: &mut Interpreter, record: &Value, name: &Rc<str>) -> Eval<Self> {
        let options = match declared(&interpreter.class_of(record)).get_symbol(name) {
            Some(Value::Hash(options)) => options,
            _ => Rc::default(),
        };
        let association = interpreter.call(record, "association", Args::one(Value::symbol(name)))?;
        Ok(Self { record: record.clone(), name: Rc::clone(name), association, options })
    }

    fn option(&self, name: &str) -> Value {
        self.options.get_symbol(name).unwrap_or_default()
    }

    // One record

    fn assign_one(&self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        if !matches!(given, Value::Hash(_)) {
            return Err(self.not_as_expected(interpreter, "Hash", given));
        }
        let attributes = Attributes::of(interpreter, given)?;
        let there = interpreter.call(&self.record, &*self.name, Args::none())?;
        let id = attributes.get(interpreter, KEY)?;
        let has_id = !is_blank(interpreter, &id)?;
        let update_only = self.option("update_only").truthy();
        if there.truthy() && (update_only || has_id && has_key(interpreter, &there, &id)?) {
            if !self.is_rejected(interpreter, &attributes)? {
                self.change(interpreter, &there, &attributes)?;
            }
            return Ok(());
        }
        if has_id {
            return Err(self.not_found(interpreter, &id));
        }
        if self.is_no_record(interpreter, &attributes)? {
            return Ok(());
        }
        let assignable = attributes.assignable(interpreter)?;
        if there.truthy() && interpreter.call(&there, "new_record?", Args::none())?.truthy() {
            interpreter.call(&there, "assign_attributes", Args::one(assignable))?;
            return interpreter.call(&self.association, "initialize_attributes", Args::one(there)).map(drop);
        }
        let build = format!("build_{}", self.name);
        if interpreter.call(&self.record, "respond_to?", Args::one(Value::symbol(&build)))?.truthy() {
            return interpreter.call(&self.record, build.as_str(), Args::one(assignable)).map(drop);
        }
        let message = format!(
            "Cannot build association `{}'. Are you trying to build a polymorphic one-to-one association?",
            self.name
        );
        Err(interpreter.argument_error(message))
    }

    // Several

    fn assign_all(&self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        if !matches!(given, Value::Hash(_) | Value::Array(_)) {
            return Err(self.not_as_expected(interpreter, "Hash or Array", given));
        }
        self.check_limit(interpreter, given)?;
        let mut all = Vec::new();
        for one in listed(given) {
            all.push(Attributes::of(interpreter, &one)?);
        }
        let known = self.known(interpreter, &all)?;
        let mut records = Vec::with_capacity(all.len());
        for attributes in &all {
            records.push(self.assign_among(interpreter, &known, attributes)?);
        }
        interpreter.call(&self.association, "nested_attributes_target=", Args::one(Value::array(records))).map(drop)
    }

    /// The records that may be meant: what is loaded, else those of the keys that are said.
    fn known(&self, interpreter: &mut Interpreter, all: &[Attributes]) -> Eval<Vec<Value>> {
        if interpreter.call(&self.association, "loaded?", Args::none())?.truthy() {
            return self.target(interpreter);
        }
        let mut ids = Vec::new();
        for attributes in all {
            ids.push(attributes.get(interpreter, KEY)?);
        }
        ids.retain(Value::truthy);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let scope = interpreter.call(&self.association, "scope", Args::none())?;
        let class = interpreter.call(&self.association, "klass", Args::none())?;
        let key = interpreter.call(&class, "primary_key", Args::none())?;
        let condition = RHash::from_pairs([(key, Value::array(ids))]);
        let found = interpreter.call(&scope, "where", Args::one(Value::hash(condition)))?;
        let found = interpreter.call(&found, "to_a", Args::none())?;
        wrap(interpreter, &found)
    }

    fn target(&self, interpreter: &mut Interpreter) -> Eval<Vec<Value>> {
        let target = interpreter.call(&self.association, "target", Args::none())?;
        wrap(interpreter, &target)
    }

    /// The record that attributes are for; nil where they are for none.
    fn assign_among(&self, interpreter: &mut Interpreter, known: &[Value], attributes: &Attributes) -> Eval {
        let id = attributes.get(interpreter, KEY)?;
        if is_blank(interpreter, &id)? {
            if self.is_no_record(interpreter, attributes)? {
                return Ok(Value::Nil);
            }
            let assignable = attributes.assignable(interpreter)?;
            let reader = interpreter.call(&self.association, "reader", Args::none())?;
            return interpreter.call(&reader, "build", Args::one(assignable));
        }
        let Some(found) = find(interpreter, known, &id)? else { return Err(self.not_found(interpreter, &id)) };
        if self.is_rejected(interpreter, attributes)? {
            return Ok(Value::Nil);
        }
        let target = self.target(interpreter)?;
        let record = match find(interpreter, &target, &id)? {
            Some(there) => there,
            None => {
                let silently = RHash::from_pairs([(Value::symbol("skip_callbacks"), true.into())]);
                let arguments = Args::one(found.clone()).with_keywords(Some(Rc::new(silently)));
                interpreter.call(&self.association, "add_to_target", arguments)?;
                found
            }
        };
        self.change(interpreter, &record, attributes)?;
        Ok(record)
    }

    fn check_limit(&self, interpreter: &mut Interpreter, given: &Value) -> Eval<()> {
        let limit = match self.option("limit") {
            Value::Symbol(name) => interpreter.call(&self.record, name, Args::none())?,
            Value::Proc(limit) => interpreter.call_block(&limit, Args::none())?,
            limit => limit,
        };
        let count = match given {
            Value::Hash(hash) => hash.len(),
            Value::Array(list) => list.len(),
            _ => 0,
        };
        let (Value::Int(most), Ok(count)) = (limit, i64::try_from(count)) else { return Ok(()) };
        if count > most {
            let message = format!("Maximum {most} records are allowed. Got {count} records instead.");
            return Err(interpreter.error("ActiveRecord::NestedAttributes::TooManyRecords", message));
        }
        Ok(())
    }

    // What attributes say

    fn change(&self, interpreter: &mut Interpreter, record: &Value, attributes: &Attributes) -> Eval<()> {
        let assignable = attributes.assignable(interpreter)?;
        interpreter.call(record, "assign_attributes", Args::one(assignable))?;
        if self.leaves(interpreter, attributes)? {
            interpreter.call(record, "mark_for_destruction", Args::none())?;
        }
        Ok(())
    }

    /// Whether the record is to go, where that may be said.
    fn leaves(&self, interpreter: &mut Interpreter, attributes: &Attributes) -> Eval<bool> {
        Ok(self.option("allow_destroy").truthy() && attributes.says_to_leave(interpreter)?)
    }

    /// Whether no record is to be made of the attributes.
    fn is_no_record(&self, interpreter: &mut Interpreter, attributes: &Attributes) -> Eval<bool> {
        Ok(self.leaves(interpreter, attributes)? || self.is_rejected(interpreter, attributes)?)
    }

    /// `reject_if:`, which is not asked of what is to go.
    fn is_rejected(&self, interpreter: &mut Interpreter, attributes: &Attributes) -> Eval<bool> {
        if self.leaves(interpreter, attributes)? {
            return Ok(false);
        }
        let given = || Args::one(attributes.0.clone());
        let answer = match self.option("reject_if") {
            Value::Symbol(name) => {
                let method = interpreter.call(&self.record, "method", Args::one(Value::Symbol(name)))?;
                let takes_none = matches!(interpreter.call(&method, "arity", Args::none())?, Value::Int(0));
                interpreter.call(&self.record, name, if takes_none { Args::none() } else { given() })?
            }
            Value::Proc(rejects) => interpreter.call_block(&rejects, given())?,
            _ => Value::Nil,
        };
        Ok(answer.truthy())
    }

    // Errors

    fn not_as_expected(&self, interpreter: &mut Interpreter, what: &str, given: &Value) -> Box<ruby::Flow> {
        let class = interpreter.class_of(given).name();
        interpreter.argument_error(format!("{what} expected for `{}` attributes, got {class}", self.name))
    }

    fn not_found(&self, interpreter: &mut Interpreter, id: &Value) -> Box<ruby::Flow> {
        let described = |interpreter: &mut Interpreter| -> Eval<String> {
            let class = interpreter.call(&self.association, "klass", Args::none())?;
            let own_id = interpreter.call(&self.record, "id", Args::none())?;
            let (class, id, own_id) = (interpreter.to_s(&class)?, interpreter.to_s(id)?, interpreter.to_s(&own_id)?);
            let owner = interpreter.class_of(&self.record).name();
            Ok(format!("Couldn't find {class} with ID={id} for {owner} with ID={own_id}"))
        };
        match described(interpreter) {
            Ok(message) => interpreter.error("ActiveRecord::RecordNotFound", message),
            Err(flow) => flow,
        }
    }
}

/// A list of attributes, of a form's hash of them or of a single record's.
fn listed(given: &Value) -> Vec<Value> {
    match given {
        Value::Hash(hash) => {
            let is_one = hash.pairs().iter().any(|(key, _)| key.as_name().as_deref() == Some(KEY));
            if is_one { vec![given.clone()] } else { hash.pairs().into_iter().map(|(_, value)| value).collect() }
        }
        Value::Array(list) => list.to_vec(),
        _ => Vec::new(),
    }
}

/// Whether a record has this key, as texts.
fn has_key(interpreter: &mut Interpreter, record: &Value, key: &Value) -> Eval<bool> {
    let own = interpreter.call(record, "id", Args::none())?;
    let (own, key) = (wrap(interpreter, &own)?, wrap(interpreter, key)?);
    Ok(to_strings(interpreter, &own)? == to_strings(interpreter, &key)?)
}

fn find(interpreter: &mut Interpreter, records: &[Value], key: &Value) -> Eval<Option<Value>> {
    for record in records {
        if has_key(interpreter, record, key)? {
            return Ok(Some(record.clone()));
        }
    }
    Ok(None)
}

/// A record's attributes, by symbols or by strings.
struct Attributes(Value);

impl Attributes {
    fn of(interpreter: &mut Interpreter, given: &Value) -> Eval<Self> {
        Ok(Self(interpreter.call(given, "with_indifferent_access", Args::none())?))
    }

    fn get(&self, interpreter: &mut Interpreter, name: &str) -> Eval {
        interpreter.call(&self.0, "[]", Args::one(Value::str(name)))
    }

    fn assignable(&self, interpreter: &mut Interpreter) -> Eval {
        interpreter.call(&self.0, "except", Args::new(vec![Value::str(KEY), Value::str(LEAVES)]))
    }

    /// What a boolean column would take for true.
    fn says_to_leave(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        Ok(match self.get(interpreter, LEAVES)? {
            Value::Nil | Value::Bool(false) | Value::Int(0) => false,
            said => match said.as_name() {
                Some(said) => !["", "0", "f", "F", "false", "FALSE", "off", "OFF"].contains(&said.as_str()),
                None => true,
            },
        })
    }

    /// Whether nothing is said but, perhaps, to go.
    fn are_blank(&self, interpreter: &mut Interpreter) -> Eval<bool> {
        let Value::Hash(hash) = &self.0 else { return Ok(true) };
        for (name, value) in hash.pairs() {
            if name.as_name().as_deref() != Some(LEAVES) && !is_blank(interpreter, &value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
