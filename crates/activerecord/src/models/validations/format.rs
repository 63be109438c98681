//! `format:`.

use ruby::{Args, Eval, Interpreter, NativeMethod, RHash, Value, method};

use super::validator::{details, options_of, report, resolve};
use super::{is_callable, option};

pub(super) const METHODS: &[NativeMethod] =
    &[method("check_validity!", check, 0..=0), method("validate_each", expect, 3..=3)];

fn check(interpreter: &mut Interpreter, this: &Value, _: Args) -> Eval {
    let options = options_of(this);
    let given = |name: &str| options.get_symbol(name).is_some();
    if given("with") == given("without") {
        return Err(interpreter.argument_error("Either :with or :without must be supplied (but not both)"));
    }
    for name in ["with", "without"] {
        check_pattern(interpreter, &options, name)?;
    }
    Ok(Value::Nil)
}

fn check_pattern(interpreter: &mut Interpreter, options: &RHash, name: &str) -> Eval<()> {
    let pattern = option(options, name);
    if !pattern.truthy() {
        return Ok(());
    }
    let regexp = interpreter.class_at("Regexp");
    if !interpreter.is_a(&pattern, &regexp) {
        if is_callable(interpreter, &pattern) {
            return Ok(());
        }
        let message = format!("A regular expression or a proc or lambda must be supplied as :{name}");
        return Err(interpreter.argument_error(message));
    }
    let source = interpreter.call(&pattern, "source", Args::none())?;
    let source = interpreter.to_s(&source)?;
    let matches_lines = source.starts_with('^') || source.ends_with('$') && !source.ends_with("\\$");
    if matches_lines && !matches!(option(options, "multiline"), Value::Bool(true)) {
        let message = "The provided regular expression is using multiline anchors (^ or $), which may present a security \
                       risk. Did you mean to use \\A and \\z, or forgot to add the :multiline => true option?";
        return Err(interpreter.argument_error(message));
    }
    Ok(())
}

fn expect(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let (record, value, options) = (args.first(), args.get(2), options_of(this));
    let wanted = option(&options, "with").truthy();
    let name = if wanted { "with" } else { "without" };
    let pattern = option(&options, name);
    if !pattern.truthy() {
        return Ok(Value::Nil);
    }
    let pattern = resolve(interpreter, &record, &pattern)?;
    let text = interpreter.to_s(&value)?;
    let matches = interpreter.call_public(&pattern, "match?", Args::one(Value::str(text)))?.truthy();
    if matches != wanted {
        report(interpreter, &record, &args.get(1), Value::symbol("invalid"), details(&options, &[name], &value))?;
    }
    Ok(Value::Nil)
}
