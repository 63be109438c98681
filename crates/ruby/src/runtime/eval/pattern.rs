//! Pattern matching.

use std::rc::Rc;

use crate::runtime::args::Args;
use crate::runtime::exception::{Eval, Flow};
use crate::runtime::frame::Frame;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, Value};
use crate::syntax::ast::{ArrayPattern, CaseIn, FindPattern, HashPattern, HashPatternRest, Local, Node, Pattern};
use crate::syntax::source::Span;
use crate::syntax::symbol::Symbol;

/// Why a value did not match.
enum Mismatch {
    Key(Value, Symbol),
    Because(String),
}

impl Mismatch {
    /// Everything matched, so it was the guard.
    fn guard() -> Self {
        Self::Because("guard clause does not return true".to_owned())
    }
}

impl Interpreter {
    /// `case ... in`
    pub(super) fn case_in(&mut self, case: &CaseIn, span: Span, frame: &Rc<Frame>) -> Eval {
        let subject = self.evaluate(&case.subject, frame)?;
        for clause in &case.clauses {
            if self.matches(&clause.pattern, &subject, frame)? {
                let guarded = match &clause.guard {
                    Some(guard) => self.evaluate(guard, frame)?.truthy(),
                    None => true,
                };
                if guarded {
                    return self.evaluate(&clause.body, frame);
                }
            }
        }
        match &case.else_branch {
            Some(branch) => self.evaluate(branch, frame),
            None => {
                self.set_line(span.line);
                match case.clauses.as_slice() {
                    [only] => Err(self.no_match(&only.pattern, &subject, frame)?),
                    _ => {
                        let shown = self.inspect(&subject)?;
                        Err(self.error("NoMatchingPatternError", shown))
                    }
                }
            }
        }
    }

    /// `a in pattern`
    pub(super) fn match_predicate(&mut self, value: &Node, pattern: &Pattern, frame: &Rc<Frame>) -> Eval {
        let value = self.evaluate(value, frame)?;
        Ok(Value::Bool(self.matches(pattern, &value, frame)?))
    }

    /// `a => pattern`; a NoMatchingPatternError where it does not fit.
    pub(super) fn match_required(&mut self, value: &Node, pattern: &Pattern, span: Span, frame: &Rc<Frame>) -> Eval {
        let value = self.evaluate(value, frame)?;
        if self.matches(pattern, &value, frame)? {
            return Ok(Value::Nil);
        }
        self.set_line(span.line);
        Err(self.no_match(pattern, &value, frame)?)
    }

    /// The error of a value that did not match its only pattern, with Ruby's account of why.
    fn no_match(&mut self, pattern: &Pattern, value: &Value, frame: &Rc<Frame>) -> Eval<Box<Flow>> {
        let shown = self.inspect(value)?;
        Ok(match self.explain(pattern, value, frame)? {
            Mismatch::Key(hash, key) => {
                let flow = self.error("NoMatchingPatternKeyError", format!("{shown}: key not found: :{key}"));
                if let Flow::Raise(Value::Object(error)) = &*flow {
                    error.set_ivar(Symbol::new("receiver"), hash);
                    error.set_ivar(Symbol::new("key"), Value::Symbol(key));
                }
                flow
            }
            Mismatch::Because(reason) => self.error("NoMatchingPatternError", format!("{shown}: {reason}")),
        })
    }

    /// Why a pattern does not match: the first part of it that fails.
    fn explain(&mut self, pattern: &Pattern, value: &Value, frame: &Rc<Frame>) -> Eval<Mismatch> {
        match pattern {
            Pattern::Value(node) => self.explain_value(node, value, frame),
            Pattern::Capture(pattern, _) => self.explain(pattern, value, frame),
            Pattern::Alternative(alternatives) => match alternatives.last() {
                Some(last) => self.explain(last, value, frame),
                None => Ok(Mismatch::guard()),
            },
            Pattern::Array(array) => self.explain_array(array, value, frame),
            Pattern::Find(find) => {
                if !self.matches_constant(find.constant.as_ref(), value, frame)? {
                    return self.explain_constant(find.constant.as_ref(), value, frame);
                }
                let shown = self.inspect(value)?;
                Ok(match self.deconstruct(value)? {
                    None => Mismatch::Because(format!("{shown} does not respond to #deconstruct")),
                    Some(_) => Mismatch::Because(format!("{shown} does not match to find pattern")),
                })
            }
            Pattern::Hash(hash) => self.explain_hash(hash, value, frame),
            Pattern::Any | Pattern::Bind(_) => Ok(Mismatch::guard()),
        }
    }

    fn explain_value(&mut self, node: &Node, value: &Value, frame: &Rc<Frame>) -> Eval<Mismatch> {
        let expected = self.evaluate(node, frame)?;
        let (expected, shown) = (self.inspect(&expected)?, self.inspect(value)?);
        Ok(Mismatch::Because(format!("{expected} === {shown} does not return true")))
    }

    fn explain_constant(&mut self, constant: Option<&Node>, value: &Value, frame: &Rc<Frame>) -> Eval<Mismatch> {
        match constant {
            Some(constant) => self.explain_value(constant, value, frame),
            None => Ok(Mismatch::guard()),
        }
    }

    fn explain_array(&mut self, pattern: &ArrayPattern, value: &Value, frame: &Rc<Frame>) -> Eval<Mismatch> {
        if !self.matches_constant(pattern.constant.as_ref(), value, frame)? {
            return self.explain_constant(pattern.constant.as_ref(), value, frame);
        }
        let Some(items) = self.deconstruct(value)? else {
            let shown = self.inspect(value)?;
            return Ok(Mismatch::Because(format!("{shown} does not respond to #deconstruct")));
        };
        let fixed = pattern.before.len() + pattern.after.len();
        if items.len() < fixed || (pattern.rest.is_none() && items.len() != fixed) {
            let shown = self.inspect(&Value::array(items.clone()))?;
            let more = if pattern.rest.is_some() { "+" } else { "" };
            let given = items.len();
            return Ok(Mismatch::Because(format!("{shown} length mismatch (given {given}, expected {fixed}{more})")));
        }
        let after = items.len() - pattern.after.len();
        let before = pattern.before.iter().zip(&items);
        for (pattern, item) in before.chain(pattern.after.iter().zip(&items[after..])) {
            if !self.matches(pattern, item, frame)? {
                return self.explain(pattern, item, frame);
            }
        }
        Ok(Mismatch::guard())
    }

    fn explain_hash(&mut self, pattern: &HashPattern, value: &Value, frame: &Rc<Frame>) -> Eval<Mismatch> {
        if !self.matches_constant(pattern.constant.as_ref(), value, frame)? {
            return self.explain_constant(pattern.constant.as_ref(), value, frame);
        }
        let Some(hash) = self.deconstruct_keys(pattern, value)? else {
            let shown = self.inspect(value)?;
            return Ok(Mismatch::Because(format!("{shown} does not respond to #deconstruct_keys")));
        };
        for (key, pattern) in &pattern.pairs {
            let Some(item) = hash.get(&Value::Symbol(*key)) else { return Ok(Mismatch::Key(Value::Hash(hash), *key)) };
            if !self.matches(pattern, &item, frame)? {
                return self.explain(pattern, &item, frame);
            }
        }
        let named =
            |key: &Value| matches!(key, Value::Symbol(key) if pattern.pairs.iter().any(|(name, _)| name == key));
        let rest: Vec<(Value, Value)> = hash.pairs().into_iter().filter(|(key, _)| !named(key)).collect();
        if rest.is_empty() {
            return Ok(Mismatch::guard());
        }
        let shown = self.inspect(&Value::hash(RHash::from_pairs(rest)))?;
        Ok(match pattern.rest {
            HashPatternRest::Refused => Mismatch::Because(format!("rest of {shown} is not empty")),
            HashPatternRest::Ignored if pattern.pairs.is_empty() => Mismatch::Because(format!("{shown} is not empty")),
            _ => Mismatch::guard(),
        })
    }

    fn matches(&mut self, pattern: &Pattern, value: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        if let Err(kind) = self.budget.step() {
            return Err(self.abort(kind));
        }
        match pattern {
            Pattern::Any => Ok(true),
            Pattern::Bind(local) => {
                frame.set(*local, value.clone());
                Ok(true)
            }
            Pattern::Value(node) => {
                let expected = self.evaluate(node, frame)?;
                self.case_equal(&expected, value)
            }
            Pattern::Capture(pattern, local) => {
                let matched = self.matches(pattern, value, frame)?;
                if matched {
                    frame.set(*local, value.clone());
                }
                Ok(matched)
            }
            Pattern::Alternative(alternatives) => {
                for alternative in alternatives {
                    if self.matches(alternative, value, frame)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Pattern::Array(array) => self.matches_array(array, value, frame),
            Pattern::Find(find) => self.matches_find(find, value, frame),
            Pattern::Hash(hash) => self.matches_hash(hash, value, frame),
        }
    }

    fn matches_constant(&mut self, constant: Option<&Node>, value: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        match constant {
            None => Ok(true),
            Some(constant) => {
                let constant = self.evaluate(constant, frame)?;
                self.case_equal(&constant, value)
            }
        }
    }

    fn deconstruct(&mut self, value: &Value) -> Eval<Option<Vec<Value>>> {
        match value {
            Value::Array(array) => Ok(Some(array.to_vec())),
            Value::Object(_) if self.responds_to(value, "deconstruct") => {
                match self.call(value, "deconstruct", Args::none())? {
                    Value::Array(array) => Ok(Some(array.to_vec())),
                    _ => Err(self.type_error("deconstruct must return Array")),
                }
            }
            _ => Ok(None),
        }
    }

    fn matches_array(&mut self, pattern: &ArrayPattern, value: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        if !self.matches_constant(pattern.constant.as_ref(), value, frame)? {
            return Ok(false);
        }
        let Some(items) = self.deconstruct(value)? else { return Ok(false) };
        let fixed = pattern.before.len() + pattern.after.len();
        if items.len() < fixed || (pattern.rest.is_none() && items.len() != fixed) {
            return Ok(false);
        }
        let after = items.len() - pattern.after.len();
        for (pattern, item) in pattern.before.iter().zip(&items) {
            if !self.matches(pattern, item, frame)? {
                return Ok(false);
            }
        }
        if let Some(rest) = &pattern.rest {
            let middle = Value::array(items[pattern.before.len()..after].to_vec());
            self.matches(rest, &middle, frame)?;
        }
        for (pattern, item) in pattern.after.iter().zip(&items[after..]) {
            if !self.matches(pattern, item, frame)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn matches_find(&mut self, pattern: &FindPattern, value: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        if !self.matches_constant(pattern.constant.as_ref(), value, frame)? {
            return Ok(false);
        }
        let Some(items) = self.deconstruct(value)? else { return Ok(false) };
        let width = pattern.middle.len();
        'start: for start in 0..=items.len().saturating_sub(width) {
            if start + width > items.len() {
                break;
            }
            for (pattern, item) in pattern.middle.iter().zip(&items[start..]) {
                if !self.matches(pattern, item, frame)? {
                    continue 'start;
                }
            }
            self.matches(&pattern.before, &Value::array(items[..start].to_vec()), frame)?;
            self.matches(&pattern.after, &Value::array(items[start + width..].to_vec()), frame)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn matches_hash(&mut self, pattern: &HashPattern, value: &Value, frame: &Rc<Frame>) -> Eval<bool> {
        if !self.matches_constant(pattern.constant.as_ref(), value, frame)? {
            return Ok(false);
        }
        let Some(hash) = self.deconstruct_keys(pattern, value)? else { return Ok(false) };
        // `in {}` matches only an empty hash.
        if pattern.pairs.is_empty() && matches!(pattern.rest, HashPatternRest::Ignored) && pattern.constant.is_none() {
            return Ok(hash.is_empty());
        }
        for (key, pattern) in &pattern.pairs {
            let Some(item) = hash.get(&Value::Symbol(*key)) else { return Ok(false) };
            if !self.matches(pattern, &item, frame)? {
                return Ok(false);
            }
        }
        let named =
            |key: &Value| matches!(key, Value::Symbol(key) if pattern.pairs.iter().any(|(name, _)| name == key));
        let rest: Vec<(Value, Value)> = hash.pairs().into_iter().filter(|(key, _)| !named(key)).collect();
        match pattern.rest {
            HashPatternRest::Ignored => Ok(true),
            HashPatternRest::Refused => Ok(rest.is_empty()),
            HashPatternRest::Bind(local) => self.bind_rest(local, rest, frame),
        }
    }

    fn bind_rest(&mut self, local: Local, rest: Vec<(Value, Value)>, frame: &Rc<Frame>) -> Eval<bool> {
        frame.set(local, Value::hash(RHash::from_pairs(rest)));
        Ok(true)
    }

    fn deconstruct_keys(&mut self, pattern: &HashPattern, value: &Value) -> Eval<Option<Rc<RHash>>> {
        match value {
            Value::Hash(hash) => Ok(Some(Rc::clone(hash))),
            Value::Object(_) if self.responds_to(value, "deconstruct_keys") => {
                let keys: Vec<Value> =
                    pattern.pairs.iter().map(|(key, _): &(Symbol, Pattern)| Value::Symbol(*key)).collect();
                let keys =
                    if matches!(pattern.rest, HashPatternRest::Bind(_)) { Value::Nil } else { Value::array(keys) };
                match self.call(value, "deconstruct_keys", Args::one(keys))? {
                    Value::Hash(hash) => Ok(Some(hash)),
                    _ => Err(self.type_error("deconstruct_keys must return Hash")),
                }
            }
            _ => Ok(None),
        }
    }
}
