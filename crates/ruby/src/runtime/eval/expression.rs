//! Literals, variables, interpolation, `defined?`.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::Frame;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, RRange, RString, Value};
use crate::syntax::ast::{ConstantScope, HashElement, Node, NodeKind, RangeLiteral, RegexpLiteral, StringLiteral};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

impl Interpreter {
    /// A new String each time.
    pub(super) fn string_literal(&mut self, literal: &StringLiteral) -> Value {
        let string = RString::of_bytes(&literal.bytes);
        if literal.frozen {
            string.freeze();
        }
        Value::Str(Rc::new(string))
    }

    /// `"a#{b}"`
    pub(super) fn interpolated_string(&mut self, parts: &[Node], frame: &Rc<Frame>) -> Eval {
        let (text, encoding) = self.interpolate(parts, frame)?;
        Ok(Value::Str(Rc::new(RString::encoded(text, encoding))))
    }

    /// `:"a#{b}"`
    pub(super) fn interpolated_symbol(&mut self, parts: &[Node], frame: &Rc<Frame>) -> Eval {
        let (text, _) = self.interpolate(parts, frame)?;
        Ok(Value::symbol(&text))
    }

    fn interpolate(&mut self, parts: &[Node], frame: &Rc<Frame>) -> Eval<(String, Encoding)> {
        let mut text = String::new();
        let mut encoding = Encoding::UTF_8;
        for part in parts {
            match &part.kind {
                NodeKind::String(literal) => match std::str::from_utf8(&literal.bytes) {
                    Ok(literal) => text.push_str(literal),
                    Err(_) => text.push_str(&Encoding::UTF_8.text_of(&literal.bytes).unwrap_or_default()),
                },
                _ => {
                    let value = self.evaluate(part, frame)?;
                    let added = self.to_s(&value)?;
                    if let Value::Str(string) = &value
                        && string.encoding() != encoding
                        && !added.is_ascii()
                    {
                        let before = RString::encoded(text.as_str(), encoding);
                        encoding = crate::runtime::texts::joined(self, &before, string)?;
                    }
                    text.push_str(&added);
                }
            }
            self.check_size(text.len())?;
        }
        Ok((text, encoding))
    }

    /// `/a#{b}/`, compiled once where it has no parts that change.
    pub(super) fn regexp(&mut self, literal: &RegexpLiteral, frame: &Rc<Frame>) -> Eval {
        let options =
            i64::from(literal.ignore_case) | i64::from(literal.extended) << 1 | i64::from(literal.multi_line) << 2;
        let mut source = String::new();
        let mut constant = true;
        for part in &literal.parts {
            if let NodeKind::String(text) = &part.kind {
                source.push_str(&String::from_utf8_lossy(&text.bytes));
            } else {
                constant = false;
                let value = self.evaluate(part, frame)?;
                source.push_str(&self.to_s(&value)?);
            }
        }
        let key = (source, options);
        if constant && let Some(regexp) = self.regexps.get(&key) {
            return Ok(regexp.clone());
        }
        let class = self.named_constant("Regexp")?;
        let regexp = self.call(&class, "new", Args::new(vec![Value::str(key.0.as_str()), Value::Int(options)]))?;
        if constant {
            self.regexps.insert(key, regexp.clone());
        }
        Ok(regexp)
    }

    /// A constant of Object that is builtin.
    fn named_constant(&mut self, name: &str) -> Eval {
        match self.classes.object.constant(Symbol::new(name)) {
            Some(value) => Ok(value),
            None => Err(self.unsupported(format!("{name} is not supported"))),
        }
    }

    /// A literal that does not fit into 64 bits.
    pub(super) fn big_integer(&mut self, digits: &str) -> Eval {
        let main = self.main.clone();
        self.call(&main, "Integer", Args::one(Value::str(digits)))
    }

    /// `1r`, `1.5r`
    pub(super) fn rational(&mut self, numerator: &Node, denominator: &Node, frame: &Rc<Frame>) -> Eval {
        let (numerator, denominator) = (self.evaluate(numerator, frame)?, self.evaluate(denominator, frame)?);
        let main = self.main.clone();
        self.call(&main, "Rational", Args::new(vec![numerator, denominator]))
    }

    /// The elements of an array literal or the positional arguments of a call, splats spread.
    pub(super) fn list(&mut self, nodes: &[Node], frame: &Rc<Frame>) -> Eval<Vec<Value>> {
        let mut values = Vec::with_capacity(nodes.len());
        for node in nodes {
            if let NodeKind::Splat(value) = &node.kind {
                let value = self.evaluate(value, frame)?;
                values.extend(self.splat(&value)?);
            } else {
                values.push(self.evaluate(node, frame)?);
            }
        }
        Ok(values)
    }

    /// `*value`
    pub(super) fn splat(&mut self, value: &Value) -> Eval<Vec<Value>> {
        match value {
            Value::Array(array) => Ok(array.to_vec()),
            Value::Nil => Ok(Vec::new()),
            Value::Int(_) | Value::Str(_) | Value::Symbol(_) | Value::Bool(_) | Value::Float(_) | Value::Class(_) => {
                Ok(vec![value.clone()])
            }
            _ => {
                if !self.responds_to(value, "to_a") {
                    return Ok(vec![value.clone()]);
                }
                match self.call(value, "to_a", Args::none())? {
                    Value::Array(array) => Ok(array.to_vec()),
                    _ => Ok(vec![value.clone()]),
                }
            }
        }
    }

    /// `{ a => b, **c }`
    pub(super) fn hash_literal(&mut self, elements: &[HashElement], frame: &Rc<Frame>) -> Eval<Rc<RHash>> {
        let hash = RHash::new();
        for element in elements {
            match element {
                HashElement::Pair(key, value) => {
                    let key = self.evaluate(key, frame)?;
                    let value = self.evaluate(value, frame)?;
                    let key = self.hash_key(&frozen_key(key))?;
                    hash.borrow_mut().insert(key, value);
                }
                HashElement::DoubleSplat(value) => {
                    let value = self.evaluate(value, frame)?;
                    self.double_splat(&hash, &value)?;
                }
            }
        }
        Ok(Rc::new(hash))
    }

    fn double_splat(&mut self, into: &RHash, value: &Value) -> Eval<()> {
        let other = match value {
            Value::Hash(other) => Rc::clone(other),
            _ if self.responds_to(value, "to_hash") => match self.call(value, "to_hash", Args::none())? {
                Value::Hash(other) => other,
                _ => return Ok(()),
            },
            _ => {
                let name = self.name_for_conversion(value);
                return Err(self.type_error(format!("no implicit conversion of {name} into Hash")));
            }
        };
        let entries: Vec<_> = other.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        into.borrow_mut().extend(entries);
        Ok(())
    }

    /// `a..b`; an ArgumentError where the two don't compare.
    pub(super) fn range_literal(&mut self, range: &RangeLiteral, span: Span, frame: &Rc<Frame>) -> Eval {
        let begin = self.optional_value(range.begin.as_ref(), frame)?;
        let end = self.optional_value(range.end.as_ref(), frame)?;
        self.set_line(span.line);
        self.range(begin, end, range.exclusive)
    }

    /// A range, if its ends can be compared.
    pub fn range(&mut self, begin: Value, end: Value, exclusive: bool) -> Eval {
        let fine = match (&begin, &end) {
            (Value::Int(_) | Value::Nil, Value::Int(_))
            | (_, Value::Nil)
            | (Value::Nil, _)
            | (Value::Str(_), Value::Str(_)) => true,
            _ => self.responds_to(&begin, "<=>") && !self.call(&begin, "<=>", Args::one(end.clone()))?.is_nil(),
        };
        if !fine {
            return Err(self.argument_error("bad value for range"));
        }
        Ok(Value::Range(Rc::new(RRange { begin, end, exclusive })))
    }

    /// nil where it was never set.
    pub fn instance_variable(&self, receiver: &Value, name: Symbol) -> Value {
        match receiver {
            Value::Object(object) => object.ivar(name).unwrap_or_default(),
            Value::Class(class) => class.ivars.borrow().get(&name).cloned().unwrap_or_default(),
            _ => Value::Nil,
        }
    }

    /// A FrozenError where the object is frozen.
    pub fn set_instance_variable(&mut self, receiver: &Value, name: Symbol, value: Value) -> Eval<()> {
        self.check_frozen(receiver)?;
        match receiver {
            Value::Object(object) => object.set_ivar(name, value),
            Value::Class(class) => {
                class.ivars.borrow_mut().insert(name, value);
            }
            _ => {
                let class = self.class_of(receiver).name();
                return Err(
                    self.unsupported(format!("an instance variable of an instance of {class} is not supported"))
                );
            }
        }
        Ok(())
    }

    /// `!a`, which a class may write anew.
    pub(super) fn not(&mut self, node: &Node, span: Span, frame: &Rc<Frame>) -> Eval {
        let value = self.evaluate(node, frame)?;
        if matches!(value, Value::Object(_)) {
            self.set_line(span.line);
            return self.call(&value, "!", Args::none());
        }
        Ok(Value::Bool(!value.truthy()))
    }

    /// What a TypeError calls a value: `nil`, `true`, `false`, or its class.
    pub fn name_for_conversion(&self, value: &Value) -> String {
        match value {
            Value::Nil => "nil".to_owned(),
            Value::Bool(value) => value.to_string(),
            _ => self.class_of(value).name(),
        }
    }

    /// `defined?(a)`
    pub(super) fn defined(&mut self, node: &Node, frame: &Rc<Frame>) -> Eval {
        let answer = match self.definition_of(node, frame) {
            Ok(answer) => answer,
            Err(flow) if matches!(*flow, Flow::Raise(_)) => None,
            Err(flow) => return Err(flow),
        };
        Ok(answer.map_or(Value::Nil, Value::from))
    }

    fn definition_of(&mut self, node: &Node, frame: &Rc<Frame>) -> Eval<Option<&'static str>> {
        let when = |defined: bool, answer: &'static str| defined.then_some(answer);
        Ok(match &node.kind {
            NodeKind::LocalVariable(_) => Some("local-variable"),
            NodeKind::InstanceVariable(name) => {
                when(self.has_instance_variable(&frame.receiver, *name), "instance-variable")
            }
            NodeKind::GlobalVariable(name) => when(self.has_global_variable(*name), "global-variable"),
            NodeKind::ClassVariable(name) => {
                when(self.class_variable(*name, node.span, frame).is_ok(), "class variable")
            }
            NodeKind::BackReference(_) | NodeKind::NumberedReference(_) => {
                let value = self.evaluate(node, frame)?;
                when(!value.is_nil(), "global-variable")
            }
            NodeKind::Constant(name) => {
                let module = Rc::clone(&frame.scope.module);
                let found = self.find_lexical_constant(*name, frame).is_some() || self.is_autoloaded(&module, *name);
                if !found {
                    self.refuse_lacking_constant(&module, *name)?;
                }
                when(found, "constant")
            }
            NodeKind::ConstantPath(path) => {
                let module = match &path.scope {
                    ConstantScope::Of(parent) => {
                        if self.definition_of(parent, frame)?.is_none() {
                            return Ok(None);
                        }
                        self.evaluate(parent, frame)?
                    }
                    _ => Value::Class(Rc::clone(&self.classes.object)),
                };
                match module {
                    Value::Class(module) => {
                        let found =
                            self.find_constant(&module, path.name).is_some() || self.is_autoloaded(&module, path.name);
                        if !found {
                            self.refuse_lacking_constant(&module, path.name)?;
                        }
                        when(found, "constant")
                    }
                    _ => None,
                }
            }
            NodeKind::Call(call) => {
                for argument in &call.arguments.positional {
                    if self.definition_of(argument, frame)?.is_none() {
                        return Ok(None);
                    }
                }
                let (receiver, private) = match &call.receiver {
                    None => (frame.receiver.clone(), true),
                    Some(receiver) => {
                        if self.definition_of(receiver, frame)?.is_none() {
                            return Ok(None);
                        }
                        (self.evaluate(receiver, frame)?, call.ignore_visibility)
                    }
                };
                let answer = if call.attribute_write { "assignment" } else { "method" };
                when(self.answers(&receiver, call.name, private)?, answer)
            }
            NodeKind::Super(_) => when(self.has_super(frame), "super"),
            NodeKind::Yield(_) => when(frame.given_block().is_some(), "yield"),
            NodeKind::SelfReference => Some("self"),
            NodeKind::Nil => Some("nil"),
            NodeKind::True => Some("true"),
            NodeKind::False => Some("false"),
            NodeKind::Assignment(_) | NodeKind::OperatorAssignment(_) | NodeKind::MultipleAssignment(_) => {
                Some("assignment")
            }
            NodeKind::Unsupported(_) => {
                self.evaluate(node, frame)?;
                None
            }
            _ => Some("expression"),
        })
    }

    /// Whether it was ever set.
    pub(crate) fn has_instance_variable(&self, receiver: &Value, name: Symbol) -> bool {
        match receiver {
            Value::Object(object) => object.ivar(name).is_some(),
            Value::Class(class) => class.ivars.borrow().contains_key(&name),
            _ => false,
        }
    }

    fn has_global_variable(&self, name: Symbol) -> bool {
        let name = self.global_aliases.get(&name).copied().unwrap_or(name);
        self.globals.contains_key(&name) || name.is("$!")
    }
}

/// A String that becomes a hash's key is copied and frozen, so that changing it cannot lose the entry.
pub fn frozen_key(key: Value) -> Value {
    match &key {
        Value::Str(string) if !string.is_frozen() => {
            let copy = RString::new(&*string.borrow());
            copy.set_encoding(string.encoding());
            copy.freeze();
            Value::Str(Rc::new(copy))
        }
        _ => key,
    }
}
