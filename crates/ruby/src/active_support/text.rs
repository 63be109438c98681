//! core_ext/string: filters, indent, strip_heredoc, access, exclude?, inquiry, output_safety.

use std::rc::Rc;

use crate::Args;
use crate::core::convert;
use crate::core::regexp;
use crate::core::regexp::translate::Options;
use crate::core::string::{self, StringObject, bang, derive, index, substitute, text};
use crate::runtime::encoding::Encoding;
use crate::runtime::exception::Eval;
use crate::runtime::interpreter::Interpreter;
use crate::runtime::method::{NativeMethod, Receiver, method, variadic};
use crate::runtime::value::{RString, Value};

const STRING_METHODS: &[NativeMethod] = &[
    method("squish", squish, 0..=0).of(Receiver::Characters),
    method("squish!", squish_bang, 0..=0).of(Receiver::Characters),
    variadic("remove", remove, 0),
    variadic("remove!", remove_bang, 0),
    method("truncate", truncate, 1..=2),
    method("truncate_bytes", truncate_bytes, 1..=1).taking(&["omission"]),
    method("truncate_words", truncate_words, 1..=2).of(Receiver::Characters),
    method("indent", indent, 1..=3).of(Receiver::Characters),
    method("indent!", indent_bang, 1..=3).of(Receiver::Characters),
    method("strip_heredoc", strip_heredoc, 0..=0).of(Receiver::Characters),
    method("at", index::slice, 1..=1),
    method("from", from, 1..=1),
    method("to", to, 1..=1),
    method("first", first, 0..=1),
    method("last", last, 0..=1),
    method("exclude?", excludes, 1..=1),
    variadic("starts_with?", string::starts_with, 0),
    variadic("ends_with?", string::ends_with, 0),
    method("inquiry", inquiry, 0..=0),
    method("html_safe", html_safe, 0..=0),
    method("is_utf8?", is_utf8, 0..=0),
    method("mb_chars", html_safe, 0..=0),
    method("acts_like_string?", acts_like_string, 0..=0),
];

const SYMBOL_METHODS: &[NativeMethod] =
    &[variadic("starts_with?", string::starts_with, 0), variadic("ends_with?", string::ends_with, 0)];

const INQUIRER_METHODS: &[NativeMethod] =
    &[variadic("method_missing", inquire, 1), method("respond_to_missing?", is_question, 1..=2)];

const ENVIRONMENT_METHODS: &[NativeMethod] = &[method("local?", is_local, 0..=0)];

pub fn define(interpreter: &mut Interpreter) {
    interpreter.classes.string.define(STRING_METHODS);
    interpreter.classes.symbol.define(SYMBOL_METHODS);
    let string = Rc::clone(&interpreter.classes.string);
    let inquirer = interpreter.define_class("ActiveSupport::StringInquirer", &string);
    inquirer.define(INQUIRER_METHODS);
    interpreter.define_class("ActiveSupport::EnvironmentInquirer", &inquirer).define(ENVIRONMENT_METHODS);
}

/// `Rails.env`.
pub fn environment_inquirer(interpreter: &mut Interpreter, text: &str) -> Value {
    inquirer(interpreter, "ActiveSupport::EnvironmentInquirer", text)
}

fn inquirer(interpreter: &mut Interpreter, class: &str, text: &str) -> Value {
    let class = interpreter.class_at(class);
    Value::native(&class, StringObject(Rc::new(RString::new(text))))
}

fn squish(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let words: Vec<String> = string.borrow().split_whitespace().map(str::to_owned).collect();
    Ok(derive(&string, words.join(" ").trim_matches('\0')))
}

fn squish_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    bang(interpreter, this, args, squish)?;
    Ok(this.clone())
}

fn remove(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let mut result = derive(&text(this), &*text(this).borrow());
    for pattern in args.positional {
        result = substitute::gsub(interpreter, &result, Args::new(vec![pattern, Value::str("")]))?;
    }
    Ok(result)
}

fn remove_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    bang(interpreter, this, args, remove)?;
    Ok(this.clone())
}

fn option(options: &Value, name: &str) -> Value {
    match options {
        Value::Hash(options) => options.get_symbol(name).unwrap_or_default(),
        _ => Value::Nil,
    }
}

fn omission(interpreter: &mut Interpreter, options: &Value, default: &str) -> Eval<String> {
    match option(options, "omission") {
        Value::Nil => Ok(default.to_owned()),
        omission => convert::string(interpreter, &omission),
    }
}

fn truncate(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = convert::int(interpreter, &args.first())?;
    let string = text(this);
    if string.borrow().chars().count() as i64 <= limit {
        return Ok(derive(&string, &*string.borrow()));
    }
    let omission = omission(interpreter, &args.get(1), "...")?;
    let room = limit.saturating_sub(omission.chars().count() as i64);
    let stop = match option(&args.get(1), "separator") {
        Value::Nil => Value::Int(room),
        separator => {
            let found = interpreter.call(this, "rindex", Args::new(vec![separator, Value::Int(room)]))?;
            if found.is_nil() { Value::Int(room) } else { found }
        }
    };
    let kept = index::slice(interpreter, this, Args::new(vec![Value::Int(0), stop]))?;
    Ok(Value::str(format!("{}{omission}", text(&kept))))
}

fn truncate_bytes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = convert::count(interpreter, &args.first(), "negative length")?;
    let string = text(this);
    if string.borrow().len() <= limit {
        return Ok(derive(&string, &*string.borrow()));
    }
    let omission = match args.keyword("omission") {
        None => "…".to_owned(),
        Some(Value::Nil) => String::new(),
        Some(omission) => convert::string(interpreter, &omission)?,
    };
    if omission.len() > limit {
        let shown = literals::string(&omission);
        let message =
            format!("Omission {shown} is {}, larger than the truncation length of {limit} bytes", omission.len());
        return Err(interpreter.argument_error(message));
    }
    let clusters = interpreter.call(this, "grapheme_clusters", Args::none())?;
    let mut out = String::new();
    for cluster in convert::array(interpreter, &clusters)? {
        let cluster = cluster.as_string().unwrap_or_default();
        if out.len() + cluster.len() > limit - omission.len() {
            break;
        }
        out.push_str(&cluster);
    }
    Ok(Value::str(out + &omission))
}

fn truncate_words(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let count = convert::int(interpreter, &args.first())?;
    let separator = match option(&args.get(1), "separator") {
        Value::Nil => r"\s+".to_owned(),
        separator => match separator.data::<regexp::RegexpData>() {
            Some(data) => regexp::embedded(&data),
            None => regexp::escape(&interpreter.to_s(&separator)?),
        },
    };
    let source = format!(r"\A((?>.+?{separator}){{{}}}.+?){separator}.*", count.saturating_sub(1));
    let pattern = regexp::new(interpreter, &source, Options { multiline: true, ..Options::default() })?;
    let found = interpreter.call(&pattern, "match", Args::one(this.clone()))?;
    if found.is_nil() {
        return Ok(derive(&text(this), &*text(this).borrow()));
    }
    let kept = interpreter.call(&found, "[]", Args::one(Value::Int(1)))?;
    let omission = omission(interpreter, &args.get(1), "...")?;
    Ok(Value::str(format!("{}{omission}", text(&kept))))
}

fn indent(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let amount = convert::count(interpreter, &args.first(), "argument must be non-negative")?;
    let string = text(this);
    let content = string.to_string();
    let unit = match args.get(1) {
        Value::Nil => {
            let first = content.lines().find_map(|line| line.chars().next().filter(|c| matches!(c, ' ' | '\t')));
            first.unwrap_or(' ').to_string()
        }
        unit => convert::string(interpreter, &unit)?,
    };
    let empty_lines = args.get(2).truthy();
    let added = unit.len().saturating_mul(amount);
    interpreter.check_size(added.saturating_mul(content.matches('\n').count() + 1).saturating_add(content.len()))?;
    let margin = unit.repeat(amount);
    let mut out = String::new();
    for line in content.split_inclusive('\n') {
        if empty_lines || line != "\n" {
            out.push_str(&margin);
        }
        out.push_str(line);
    }
    if content.is_empty() && empty_lines {
        out.push_str(&margin);
    }
    Ok(derive(&string, out))
}

fn indent_bang(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    bang(interpreter, this, args, indent)
}

fn strip_heredoc(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let content = string.to_string();
    let blank = |c: char| matches!(c, ' ' | '\t');
    let margins = content.lines().filter_map(|line| {
        let margin = &line[..line.len() - line.trim_start_matches(blank).len()];
        line[margin.len()..].starts_with(|c: char| !c.is_ascii_whitespace()).then_some(margin)
    });
    let margin = margins.min().unwrap_or_default();
    let lines = content.split_inclusive('\n').map(|line| line.strip_prefix(margin).unwrap_or(line));
    let stripped = derive(&string, lines.collect::<String>());
    if let (Value::Str(stripped), true) = (&stripped, string.is_frozen()) {
        stripped.freeze();
    }
    Ok(stripped)
}

fn from(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let length = text(this).borrow().chars().count();
    index::slice(interpreter, this, Args::new(vec![args.first(), length.into()]))
}

fn to(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let length = text(this).borrow().chars().count() as i64;
    let position = convert::int(interpreter, &args.first())?;
    let position = if position < 0 { position + length } else { position };
    let found = index::slice(interpreter, this, Args::new(vec![Value::Int(0), Value::Int(position + 1)]))?;
    Ok(if found.is_nil() { Value::str("") } else { found })
}

fn limit(interpreter: &mut Interpreter, args: &Args) -> Eval<usize> {
    if !args.has(0) {
        return Ok(1);
    }
    convert::count(interpreter, &args.first(), "negative limit")
}

fn first(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = limit(interpreter, &args)?;
    let string = text(this);
    let kept: String = string.borrow().chars().take(limit).collect();
    Ok(derive(&string, kept))
}

fn last(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let limit = limit(interpreter, &args)?;
    let string = text(this);
    let length = string.borrow().chars().count();
    let kept: String = string.borrow().chars().skip(length.saturating_sub(limit)).collect();
    Ok(derive(&string, kept))
}

fn excludes(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let part = convert::string(interpreter, &args.first())?;
    Ok(Value::Bool(!text(this).borrow().contains(&part)))
}

fn inquiry(interpreter: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let text = text(this).to_string();
    Ok(inquirer(interpreter, "ActiveSupport::StringInquirer", &text))
}

fn html_safe(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(this.clone())
}

fn is_utf8(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    let string = text(this);
    let valid = match string.encoding() {
        Encoding::UTF_8 | Encoding::US_ASCII => !string.is_broken(),
        Encoding::BINARY => std::str::from_utf8(&string.bytes()).is_ok(),
        _ => false,
    };
    Ok(Value::Bool(valid))
}

fn acts_like_string(_: &mut Interpreter, _: &Value, _: Args) -> Eval {
    Ok(Value::Bool(true))
}

/// `env.production?`
fn inquire(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    let name = convert::name(interpreter, &args.first())?;
    match name.strip_suffix('?') {
        Some(question) => Ok(Value::Bool(*text(this).borrow() == *question)),
        None => {
            let message = format!("undefined method `{name}' for an instance of ActiveSupport::StringInquirer");
            Err(interpreter.error("NoMethodError", message))
        }
    }
}

fn is_local(_: &mut Interpreter, this: &Value, _args: Args) -> Eval {
    Ok(Value::Bool(matches!(&*text(this).borrow(), "development" | "test")))
}

fn is_question(interpreter: &mut Interpreter, _this: &Value, args: Args) -> Eval {
    Ok(Value::Bool(convert::name(interpreter, &args.first())?.ends_with('?')))
}
