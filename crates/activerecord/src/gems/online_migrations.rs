//! online_migrations 0.36.0 (lib/online_migrations/schema_statements.rb, command_recorder.rb): the helpers that add columns,
//! references and constraints, and Rails' own methods as the gem has them. Its checks, its lock retries and what copies rows
//! in batches are absent.

mod helpers;
mod schema_statements;

use adapters::Dialect;
use ruby::{Args, Eval, Interpreter};

use crate::ground::arguments::{delete_option, keywords};
use crate::ground::state::dialect;
use crate::migration::command_recorder::Command;
use crate::migration::extensions::{Extension, Lacking};

/// The gem that changes PostgreSQL's tables in steps.
pub(super) const GEM: Extension = Extension {
    name: "online_migrations",
    connection: helpers::METHODS,
    adapters: &["postgresql", "postgis"],
    recorded: &[
        "add_column_with_default",
        "add_not_null_constraint",
        "remove_not_null_constraint",
        "add_text_limit_constraint",
        "remove_text_limit_constraint",
        "add_reference_concurrently",
    ],
    invert,
    configure: Some(configure),
    lacking: Lacking { methods: LACKING, ..Lacking::NOTHING },
    ..Extension::NOTHING
};

/// What renames and changes types in steps, and what copies rows in batches.
const LACKING: &[&str] = &[
    "initialize_column_rename",
    "initialize_columns_rename",
    "finalize_column_rename",
    "finalize_columns_rename",
    "initialize_table_rename",
    "finalize_table_rename",
    "initialize_column_type_change",
    "finalize_column_type_change",
    "backfill_column_for_type_change",
    "cleanup_column_type_change",
    "update_column_in_batches",
    "update_columns_in_batches",
    "swap_column_names",
    "with_lock_retries",
    "enqueue_background_data_migration",
    "enqueue_background_migration",
    "add_index_in_background",
];

/// For an app that has the gem, before its first migration.
fn configure(interpreter: &mut Interpreter) -> Eval<()> {
    if dialect(interpreter)? == Dialect::PostgreSql {
        schema_statements::define(interpreter);
    }
    Ok(())
}

fn invert(interpreter: &mut Interpreter, command: Command) -> Eval<Command> {
    let name = &*command.name.to_str();
    Ok(match name {
        "add_column_with_default" => {
            let args = Args::new(command.args.positional.iter().take(2).cloned().collect());
            Command { name: "remove_column".into(), args }
        }
        "remove_not_null_constraint" => Command { name: "add_not_null_constraint".into(), args: command.args },
        "add_not_null_constraint" | "add_text_limit_constraint" => {
            let options = keywords(&command.args);
            delete_option(&options, "validate");
            let args = Args::new(command.args.positional).with_keywords(Some(std::rc::Rc::new(options)));
            Command { name: name.replacen("add", "remove", 1).as_str().into(), args }
        }
        "add_reference_concurrently" => Command { name: "remove_reference".into(), args: command.args },
        _ => {
            if command.args.get(2).is_nil() {
                return Err(interpreter.error(
                    "ActiveRecord::IrreversibleMigration",
                    "remove_text_limit_constraint is only reversible if given a limit.",
                ));
            }
            Command { name: "add_text_limit_constraint".into(), args: command.args }
        }
    })
}
