//! Binding arguments to parameters: strictly for methods and lambdas, loosely for blocks.

use std::rc::Rc;

use super::call::wrong_number_message;
use crate::runtime::args::Args;
use crate::runtime::exception::Eval;
use crate::runtime::frame::Frame;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::value::{RHash, Value};
use crate::syntax::ast::{KeywordRest, Parameter, Parameters, Rest};

impl Parameters {
    /// Positional arguments that must be there.
    pub fn minimum(&self) -> usize {
        self.required.len() + self.post.len()
    }

    /// Positional arguments that may be there; None: any number.
    pub fn maximum(&self) -> Option<usize> {
        match self.rest {
            Some(Rest::Slot(_)) => None,
            _ => Some(self.minimum() + self.optional.len()),
        }
    }

    /// Whether there is a keyword, or room for any.
    pub fn takes_keywords(&self) -> bool {
        !self.keywords.is_empty() || matches!(self.keyword_rest, KeywordRest::Slot(_))
    }

    /// Ruby's `arity`, of a method or lambda (`strict`) or of a plain block. All keywords together count as one
    /// argument, which is mandatory when one of them is.
    pub fn arity(&self, strict: bool) -> i64 {
        let mandatory = self.keywords.iter().any(|keyword| keyword.default.is_none());
        let minimum = self.minimum() + usize::from(mandatory);
        let maximum = self.maximum().map(|maximum| maximum + usize::from(self.takes_keywords()));
        let exact = if strict { maximum == Some(minimum) } else { maximum.is_some() };
        if exact { minimum as i64 } else { -(minimum as i64) - 1 }
    }

    /// Whether a block with these parameters spreads an only Array over them.
    fn spreads(&self) -> bool {
        let (minimum, optional) = (self.minimum(), self.optional.len());
        let alone = minimum == 1 && optional == 0 && self.rest.is_none();
        let alone_with_keywords = self.takes_keywords() && minimum + optional == 1 && self.rest.is_none();
        (minimum > 0 || optional > 1) && !alone && !alone_with_keywords
    }
}

impl Interpreter {
    /// A method's or a lambda's: too few or too many are an ArgumentError.
    pub(super) fn bind_strictly(&mut self, parameters: &Parameters, frame: &Rc<Frame>, args: Args) -> Eval<()> {
        let args = self.take_in_keywords(parameters, args)?;
        let given = args.positional.len();
        let (minimum, maximum) = (parameters.minimum(), parameters.maximum());
        if given < minimum || maximum.is_some_and(|maximum| given > maximum) {
            let mut message = wrong_number_message(given, minimum, maximum);
            let required: Vec<String> = parameters
                .keywords
                .iter()
                .filter(|keyword| keyword.default.is_none())
                .map(|keyword| keyword.name.to_string())
                .collect();
            if !required.is_empty() {
                let plural = if required.len() == 1 { "" } else { "s" };
                message.push_str(&format!("; required keyword{plural}: {}", required.join(", ")));
            }
            return Err(self.argument_error(format!("{message})")));
        }
        self.bind(parameters, frame, args)
    }

    /// A block's: too few are nil, and one array is taken apart.
    pub(super) fn bind_loosely(&mut self, parameters: &Parameters, frame: &Rc<Frame>, args: Args) -> Eval<()> {
        let mut args = self.take_in_keywords(parameters, args)?;
        if args.positional.len() == 1 && parameters.spreads() {
            let only = args.positional[0].clone();
            if let Some(items) = self.to_ary(&only)? {
                args.positional = items;
            }
        }
        if args.positional.len() < parameters.minimum() {
            args.positional.resize(parameters.minimum(), Value::Nil);
        }
        if let Some(maximum) = parameters.maximum() {
            args.positional.truncate(maximum);
        }
        self.bind(parameters, frame, args)
    }

    /// An array, or what `to_ary` makes of an object.
    #[allow(clippy::wrong_self_convention, reason = "the interpreter is not what is converted")]
    pub(super) fn to_ary(&mut self, value: &Value) -> Eval<Option<Vec<Value>>> {
        match value {
            Value::Array(array) => Ok(Some(array.to_vec())),
            Value::Object(_) if self.responds_to(value, "to_ary") => match self.call(value, "to_ary", Args::none())? {
                Value::Array(array) => Ok(Some(array.to_vec())),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Keywords become a last positional Hash where no parameter takes keywords.
    fn take_in_keywords(&mut self, parameters: &Parameters, args: Args) -> Eval<Args> {
        if args.keywords.is_none() || parameters.takes_keywords() {
            return Ok(args);
        }
        if parameters.keyword_rest == KeywordRest::Refused {
            return Err(self.argument_error("no keywords accepted"));
        }
        Ok(args.flatten_keywords())
    }

    /// Binds arguments whose number is known to fit.
    fn bind(&mut self, parameters: &Parameters, frame: &Rc<Frame>, args: Args) -> Eval<()> {
        let Args { positional, keywords, block } = args;
        let spare = positional.len().saturating_sub(parameters.minimum());
        let optional = spare.min(parameters.optional.len());
        let mut values = positional.into_iter();
        for parameter in &parameters.required {
            let value = values.next().unwrap_or_default();
            self.bind_one(parameter, frame, value)?;
        }
        for parameter in &parameters.optional[..optional] {
            frame.set_slot(parameter.slot, values.next().unwrap_or_default());
        }
        for parameter in &parameters.optional[optional..] {
            let value = self.evaluate(&parameter.default, frame)?;
            frame.set_slot(parameter.slot, value);
        }
        if let Some(Rest::Slot(slot)) = parameters.rest {
            let rest: Vec<Value> = values.by_ref().take(spare - optional).collect();
            frame.set_slot(slot, Value::array(rest));
        }
        for parameter in &parameters.post {
            let value = values.next().unwrap_or_default();
            self.bind_one(parameter, frame, value)?;
        }
        if parameters.takes_keywords() {
            self.bind_keywords(parameters, frame, keywords.as_deref())?;
        }
        if let Some(slot) = parameters.block {
            frame.set_slot(slot, block.map_or(Value::Nil, Value::Proc));
        }
        Ok(())
    }

    fn bind_one(&mut self, parameter: &Parameter, frame: &Rc<Frame>, value: Value) -> Eval<()> {
        match parameter {
            Parameter::Slot(slot) => {
                frame.set_slot(*slot, value);
                Ok(())
            }
            Parameter::Destructure(targets) => self.destructure(targets, &value, frame),
        }
    }

    fn bind_keywords(&mut self, parameters: &Parameters, frame: &Rc<Frame>, keywords: Option<&RHash>) -> Eval<()> {
        let mut rest = keywords.map(RHash::pairs).unwrap_or_default();
        let mut take = |name| {
            let position = rest.iter().position(|(key, _)| matches!(key, Value::Symbol(symbol) if *symbol == name))?;
            Some(rest.remove(position).1)
        };
        let given: Vec<Option<Value>> = parameters.keywords.iter().map(|keyword| take(keyword.name)).collect();
        let missing: Vec<String> = parameters
            .keywords
            .iter()
            .zip(&given)
            .filter(|(keyword, given)| keyword.default.is_none() && given.is_none())
            .map(|(keyword, _)| format!(":{}", keyword.name))
            .collect();
        if !missing.is_empty() {
            return Err(self.keyword_error("missing", &missing));
        }
        if parameters.keyword_rest == KeywordRest::None && !rest.is_empty() {
            let mut unknown = Vec::new();
            for (key, _) in &rest {
                unknown.push(self.inspect(key)?);
            }
            return Err(self.keyword_error("unknown", &unknown));
        }
        for (keyword, given) in parameters.keywords.iter().zip(given) {
            let value = match (given, &keyword.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.evaluate(default, frame)?,
                (None, None) => Value::Nil,
            };
            frame.set_slot(keyword.slot, value);
        }
        if let KeywordRest::Slot(slot) = parameters.keyword_rest {
            frame.set_slot(slot, Value::hash(RHash::from_pairs(rest)));
        }
        Ok(())
    }

    fn keyword_error(&mut self, what: &str, names: &[String]) -> Box<crate::runtime::exception::Flow> {
        let plural = if names.len() == 1 { "" } else { "s" };
        self.argument_error(format!("{what} keyword{plural}: {}", names.join(", ")))
    }
}
