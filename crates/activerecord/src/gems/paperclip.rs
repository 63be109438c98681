//! kt-paperclip 8.0.0 (lib/paperclip/schema.rb), the Paperclip that runs on Rails 8: `add_attachment` and its kin. They
//! are methods of the migration, so each column is a command of its own.

use std::rc::Rc;

use ruby::{Args, Eval, Interpreter, RHash, Value, variadic};

use crate::ground::arguments::{delete_option, option};
use crate::migration::extensions::{Extension, Lacking};

/// The gem of attachments' columns.
pub(super) const GEM: Extension = Extension {
    name: "kt-paperclip",
    migration: &[
        variadic("add_attachment", add_attachment, 1).with_keywords(),
        variadic("remove_attachment", remove_attachment, 1).with_keywords(),
        variadic("drop_attached_file", drop_attached_file, 1).with_keywords(),
    ],
    table: &[
        variadic("attachment", attachment, 0).with_keywords(),
        variadic("has_attached_file", has_attached_file, 0).with_keywords(),
    ],
    lacking: Lacking { macros: &["has_attached_file"], ..Lacking::NOTHING },
    ..Extension::NOTHING
};

/// `Paperclip::Schema::COLUMNS`
const COLUMNS: [(&str, &str); 4] =
    [("file_name", "string"), ("content_type", "string"), ("file_size", "bigint"), ("updated_at", "datetime")];

fn add_attachment(interpreter: &mut Interpreter, this: &Value, mut args: Args) -> Eval {
    check_names(interpreter, &args, "add_attachment")?;
    let options = args.take_options().unwrap_or_default();
    for attachment in &args.positional[1..] {
        for (column, r#type) in COLUMNS {
            let name = column_name(interpreter, attachment, column)?;
            let given = Args::new(vec![args.first(), name, Value::symbol(r#type)]);
            interpreter.call(this, "add_column", given.with_keywords(column_options(&options, column)))?;
        }
    }
    Ok(Value::array(args.positional[1..].to_vec()))
}

fn remove_attachment(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    check_names(interpreter, &args, "remove_attachment")?;
    let args = args.flatten_keywords();
    for attachment in &args.positional[1..] {
        for (column, _) in COLUMNS {
            let name = column_name(interpreter, attachment, column)?;
            interpreter.call(this, "remove_column", Args::new(vec![args.first(), name]))?;
        }
    }
    Ok(Value::array(args.positional[1..].to_vec()))
}

fn drop_attached_file(interpreter: &mut Interpreter, this: &Value, args: Args) -> Eval {
    deprecate(interpreter, "drop_attached_file", "remove_attachment")?;
    interpreter.call(this, "remove_attachment", args)
}

fn attachment(interpreter: &mut Interpreter, t: &Value, mut args: Args) -> Eval {
    let options = args.take_options().unwrap_or_default();
    for attachment in &args.positional {
        for (column, r#type) in COLUMNS {
            let name = column_name(interpreter, attachment, column)?;
            let given = Args::new(vec![name, Value::symbol(r#type)]);
            interpreter.call(t, "column", given.with_keywords(column_options(&options, column)))?;
        }
    }
    Ok(Value::array(args.positional))
}

fn has_attached_file(interpreter: &mut Interpreter, t: &Value, args: Args) -> Eval {
    deprecate(interpreter, "t.has_attached_file", "t.attachment")?;
    interpreter.call(t, "attachment", args)
}

/// The options count as a name here.
fn check_names(interpreter: &mut Interpreter, args: &Args, method: &str) -> Eval<()> {
    if args.len() > 1 || args.keywords.is_some() {
        return Ok(());
    }
    Err(interpreter.argument_error(format!("Please specify attachment name in your {method} call in your migration.")))
}

fn column_name(interpreter: &mut Interpreter, attachment: &Value, column: &str) -> Eval {
    let attachment = interpreter.to_s(attachment)?;
    Ok(Value::str(format!("{attachment}_{column}")))
}

/// `options.merge(options[column] || {}).except(*COLUMNS.keys)`
fn column_options(options: &RHash, column: &str) -> Option<Rc<RHash>> {
    let merged = RHash::from_pairs(options.pairs());
    if let Value::Hash(own) = option(options, column) {
        for (key, value) in own.pairs() {
            merged.insert(key, value);
        }
    }
    for (name, _) in COLUMNS {
        delete_option(&merged, name);
    }
    Some(Rc::new(merged))
}

fn deprecate(interpreter: &mut Interpreter, method: &str, replacement: &str) -> Eval<()> {
    let note =
        format!("Method `{method}` in the migration has been deprecated and will be replaced by `{replacement}`.");
    crate::ground::state::state(interpreter)?.note(note);
    Ok(())
}
