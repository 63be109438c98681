//! CSV::Row: fields by header.

use std::cell::RefCell;
use std::rc::Rc;

use super::options::Options;
use super::writer;
use crate::core::convert::{self, block_or_enumerator};
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, method, variadic};
use crate::runtime::value::hash::eql;
use crate::runtime::value::{NativeData, RHash, Value};

pub(super) const METHODS: &[NativeMethod] = &[
    method("<<", push_one, 1..=1),
    method("==", equal, 1..=1),
    method("[]", field, 1..=2),
    method("[]=", set, 2..=2),
    method("delete", delete, 1..=2),
    variadic("dig", dig, 1),
    method("each", each, 0..=0),
    method("each_pair", each, 0..=0),
    method("fetch", fetch, 1..=2),
    method("field", field, 1..=2),
    method("field?", has_field, 1..=1),
    method("field_row?", is_field_row, 0..=0),
    variadic("fields", fields, 0),
    method("has_key?", has_key, 1..=1),
    method("header?", has_key, 1..=1),
    method("header_row?", is_header_row, 0..=0),
    method("headers", headers, 0..=0),
    method("include?", has_key, 1..=1),
    method("index", index, 1..=1),
    method("inspect", inspect, 0..=0),
    method("key?", has_key, 1..=1),
    method("length", size, 0..=0),
    method("member?", has_key, 1..=1),
    variadic("push", push, 0),
    method("size", size, 0..=0),
    method("to_a", to_a, 0..=0),
    method("to_csv", to_csv, 0..=0).taking(super::options::TAKEN).lacking(super::options::LACKING),
    method("to_h", to_h, 0..=0),
    method("to_hash", to_h, 0..=0),
    method("to_s", to_csv, 0..=0).taking(super::options::TAKEN).lacking(super::options::LACKING),
    variadic("values_at", fields, 0),
    variadic("delete_if", refuse, 0),
    variadic("deconstruct", refuse, 0),
    variadic("deconstruct_keys", refuse, 0),
];

pub(super) const SINGLETON_METHODS: &[NativeMethod] = &[method("new", new, 2..=3)];

/// Rows of one table share their headers until one is changed.
pub(super) struct Row {
    headers: RefCell<Rc<Vec<Value>>>,
    fields: RefCell<Vec<Value>>,
    header_row: bool,
}

impl NativeData for Row {}

impl Row {
    /// What the headers have no field for is nil.
    pub(super) fn new(headers: &Rc<Vec<Value>>, mut fields: Vec<Value>, header_row: bool) -> Self {
        let mut headers = Rc::clone(headers);
        if fields.len() > headers.len() {
            let mut longer = headers.to_vec();
            longer.resize(fields.len(), Value::Nil);
            headers = Rc::new(longer);
        }
        fields.resize(headers.len(), Value::Nil);
        Self { headers: RefCell::new(headers), fields: RefCell::new(fields), header_row }
    }

    /// `headers`
    pub(super) fn headers(&self) -> Rc<Vec<Value>> {
        Rc::clone(&self.headers.borrow())
    }

    /// `fields`
    pub(super) fn fields(&self) -> Vec<Value> {
        self.fields.borrow().clone()
    }

    /// `header_row?`
    pub(super) fn is_header_row(&self) -> bool {
        self.header_row
    }

    fn position(&self, name: &Value, from: usize) -> Option<usize> {
        (from..self.headers.borrow().len()).find(|&index| eql(&self.headers.borrow()[index], name))
    }

    /// The first field of this name.
    pub(super) fn get(&self, name: &Value) -> Option<Value> {
        let index = self.position(name, 0)?;
        self.fields.borrow().get(index).cloned()
    }

    /// A field of this name, added where there is none.
    pub(super) fn set(&self, name: &Value, value: Value) {
        match self.position(name, 0) {
            Some(index) => self.fields.borrow_mut()[index] = value,
            None => self.add(name.clone(), value),
        }
    }

    fn add(&self, name: Value, value: Value) {
        let mut headers = self.headers().to_vec();
        headers.push(name);
        *self.headers.borrow_mut() = Rc::new(headers);
        self.fields.borrow_mut().push(value);
    }

    /// All fields of this name; the first of them is answered.
    pub(super) fn remove(&self, name: &Value) -> Option<Value> {
        let index = self.position(name, 0)?;
        let mut headers = self.headers().to_vec();
        headers.remove(index);
        *self.headers.borrow_mut() = Rc::new(headers);
        Some(self.fields.borrow_mut().remove(index))
    }

    fn pairs(&self) -> Vec<(Value, Value)> {
        self.headers().iter().cloned().zip(self.fields()).collect()
    }
}

fn row(interpreter: &mut Interpreter, this: &Value) -> Eval<Rc<Row>> {
    this.data::<Row>().ok_or_else(|| interpreter.type_error("uninitialized CSV::Row"))
}

fn refuse(interpreter: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Err(interpreter.unsupported("this method of CSV::Row"))
}

fn new(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let list = |value: Value| if let Value::Array(items) = value { Some(items.to_vec()) } else { None };
    let (Some(headers), Some(fields), Value::Class(class)) = (list(args.first()), list(args.get(1)), this) else {
        return Err(interpreter.type_error("CSV::Row.new takes two Arrays"));
    };
    Ok(Value::native(class, Row::new(&Rc::new(headers), fields, args.get(2).truthy())))
}

fn field(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    match args.first() {
        Value::Range(_) => interpreter.call(&Value::array(row.fields()), "[]", args),
        Value::Int(index) => {
            let index = if index < 0 { index + row.fields.borrow().len() as i64 } else { index };
            let field = usize::try_from(index).ok().and_then(|index| row.fields.borrow().get(index).cloned());
            Ok(field.unwrap_or_default())
        }
        name => {
            let from =
                if args.get(1).is_nil() { 0 } else { convert::count(interpreter, &args.get(1), "negative offset")? };
            let index = row.position(&name, from);
            Ok(index.and_then(|index| row.fields.borrow().get(index).cloned()).unwrap_or_default())
        }
    }
}

fn set(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    match args.first() {
        Value::Int(index) => {
            let index = if index < 0 { index + row.fields.borrow().len() as i64 } else { index };
            let index = usize::try_from(index).unwrap_or_default();
            while row.fields.borrow().len() <= index && index < 10_000 {
                row.add(Value::Nil, Value::Nil);
            }
            if let Some(field) = row.fields.borrow_mut().get_mut(index) {
                *field = args.get(1);
            }
        }
        name => row.set(&name, args.get(1)),
    }
    Ok(args.get(1))
}

fn push_one(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    push(interpreter, this, args)
}

fn push(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    for value in args.positional {
        match value {
            Value::Array(pair) if pair.to_vec().len() == 2 => {
                let pair = pair.to_vec();
                row.add(pair[0].clone(), pair[1].clone());
            }
            Value::Hash(hash) => hash.pairs().into_iter().for_each(|(name, value)| row.add(name, value)),
            value => row.add(Value::Nil, value),
        }
    }
    Ok(this.clone())
}

fn delete(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    let name = args.first();
    Ok(match row.remove(&name) {
        Some(value) => Value::array(vec![name, value]),
        None => Value::array(Vec::new()),
    })
}

fn dig(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let first = args.positional.remove(0);
    let found = field(interpreter, this, Args::one(first))?;
    if args.is_empty() || found.is_nil() { Ok(found) } else { interpreter.call(&found, "dig", args) }
}

fn fetch(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    let name = args.first();
    if let Some(value) = row.get(&name) {
        return Ok(value);
    }
    if let Some(block) = &args.block {
        return interpreter.yield_value(block, name);
    }
    if args.has(1) {
        return Ok(args.get(1));
    }
    let shown = interpreter.to_s(&name)?;
    Err(interpreter.error("KeyError", format!("key not found: {shown}")))
}

/// The first of two fields with one name counts.
fn to_h(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let hash = RHash::new();
    for (name, value) in row(interpreter, this)?.pairs() {
        if hash.get(&name).is_none() {
            hash.insert(name, value);
        }
    }
    let hash = Value::hash(hash);
    if args.block.is_some() { interpreter.call(&hash, "to_h", args) } else { Ok(hash) }
}

fn headers(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::array(row(interpreter, this)?.headers().to_vec()))
}

fn fields(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let row = row(interpreter, this)?;
    if args.is_empty() {
        return Ok(Value::array(row.fields()));
    }
    let mut found = Vec::new();
    for name in args.positional {
        match field(interpreter, this, Args::one(name.clone()))? {
            Value::Array(items) if matches!(name, Value::Range(_)) => found.extend(items.to_vec()),
            value => found.push(value),
        }
    }
    Ok(Value::array(found))
}

fn to_a(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let pairs = row(interpreter, this)?.pairs();
    Ok(Value::array(pairs.into_iter().map(|(name, value)| Value::array(vec![name, value])).collect()))
}

fn each(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    let block = block_or_enumerator!(interpreter, this, args, "each");
    for (name, value) in row(interpreter, this)?.pairs() {
        interpreter.yield_pair(&block, name, value)?;
    }
    Ok(this.clone())
}

fn has_key(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(row(interpreter, this)?.position(&args.first(), 0).is_some()))
}

fn has_field(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let fields = Value::array(row(interpreter, this)?.fields());
    interpreter.call(&fields, "include?", args)
}

fn index(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    Ok(row(interpreter, this)?.position(&args.first(), 0).map(Value::from).into())
}

fn size(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(row(interpreter, this)?.fields.borrow().len().into())
}

fn is_header_row(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(row(interpreter, this)?.header_row))
}

fn is_field_row(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    Ok(Value::Bool(!row(interpreter, this)?.header_row))
}

fn equal(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let own = to_a(interpreter, this, Args::none())?;
    let other = match args.first().data::<Row>() {
        Some(_) => to_a(interpreter, &args.first(), Args::none())?,
        None => args.first(),
    };
    interpreter.equal(&own, &other).map(Value::Bool)
}

fn inspect(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let mut shown = String::from("#<CSV::Row");
    for (name, value) in row(interpreter, this)?.pairs() {
        let name =
            if matches!(name, Value::Symbol(_)) { interpreter.to_s(&name)? } else { interpreter.inspect(&name)? };
        let value = interpreter.inspect(&value)?;
        shown.push_str(&format!(" {name}:{value}"));
    }
    Ok(Value::str(shown + ">"))
}

fn to_csv(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let options = Options::of(interpreter, &args)?;
    let fields = row(interpreter, this)?.fields();
    writer::line(interpreter, fields, &options).map(Value::str)
}
