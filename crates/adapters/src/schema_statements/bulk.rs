//! Several changes in one ALTER TABLE, and the commands that `change_table bulk: true` recorded: abstract/schema_statements.rb.

use super::{TO_TABLE_IS_SYMBOL, add_timestamps_for_alter, undefined_method};
use crate::schema_definitions::AddColumnDefinition;
use crate::{Adapter, Arg, Options, Result};

/// One call that was taken down; `options` are its keywords.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkCommand {
    pub method: String,
    /// Without the table's name.
    pub args: Vec<Arg>,
    pub options: Options,
}

impl BulkCommand {
    /// A positional argument, `nil` when it is left out.
    pub fn arg(&self, index: usize) -> Arg {
        self.args.get(index).cloned().unwrap_or(Arg::Nil)
    }

    /// A positional argument that is a name.
    pub fn name(&self, index: usize) -> String {
        self.arg(index).to_s()
    }

    /// The positional arguments, all names.
    pub fn names(&self) -> Vec<String> {
        self.args.iter().map(Arg::to_s).collect()
    }

    fn name_opt(&self, index: usize) -> Option<String> {
        self.args.get(index).filter(|arg| !arg.is_nil()).map(Arg::to_s)
    }
}

/// What a `*_for_alter` answers: a piece of the ALTER TABLE, or a call to make once it has run (Rails' procs).
#[derive(Clone, Debug, PartialEq)]
pub enum AlterFragment {
    Sql(String),
    Later(BulkCommand),
}

pub fn bulk_change_table<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    commands: Vec<BulkCommand>,
) -> Result<()> {
    let mut fragments = Vec::new();
    let mut later = Vec::new();
    for command in commands {
        if let Some(made) = adapter.for_alter(table_name, &command)? {
            for fragment in made {
                match fragment {
                    AlterFragment::Sql(sql) => fragments.push(sql),
                    AlterFragment::Later(command) => later.push(command),
                }
            }
        } else {
            flush(adapter, table_name, &mut fragments, &mut later)?;
            adapter.send_command(table_name, &command)?;
        }
    }
    flush(adapter, table_name, &mut fragments, &mut later)
}

fn flush<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    fragments: &mut Vec<String>,
    later: &mut Vec<BulkCommand>,
) -> Result<()> {
    if !fragments.is_empty() {
        let sql = format!("ALTER TABLE {} {}", adapter.quote_table_name(table_name), fragments.join(", "));
        adapter.execute(&sql, None)?;
    }
    fragments.clear();
    for command in std::mem::take(later) {
        adapter.send_command(table_name, &command)?;
    }
    Ok(())
}

pub fn add_column_for_alter<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<Vec<AlterFragment>> {
    let definition = adapter.create_table_definition(table_name, &Options::new());
    let column = definition.new_column_definition(adapter, column_name, r#type, options)?;
    let sql = adapter.visit_add_column_definition(&mut AddColumnDefinition { column })?;
    Ok(vec![AlterFragment::Sql(sql)])
}

pub fn change_column_default_for_alter<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    default_or_changes: &Arg,
) -> Result<String> {
    let mut change = adapter.build_change_column_default_definition(table_name, column_name, default_or_changes)?;
    adapter.visit_change_column_default_definition(&mut change)
}

/// `rename_column_sql`
pub fn rename_column_sql<A: Adapter + ?Sized>(adapter: &A, column_name: &str, new_column_name: &str) -> String {
    format!(
        "RENAME COLUMN {} TO {}",
        adapter.quote_column_name(column_name),
        adapter.quote_column_name(new_column_name)
    )
}

pub fn remove_columns_for_alter<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_names: &[String],
    _options: &Options,
) -> Result<Vec<String>> {
    column_names.iter().map(|name| adapter.remove_column_for_alter(table_name, name, &Options::new())).collect()
}

/// The `*_for_alter` of the abstract adapter; an adapter answers its own first.
pub fn for_alter<A: Adapter + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    command: &BulkCommand,
) -> Result<Option<Vec<AlterFragment>>> {
    let sql = |fragments: Vec<String>| fragments.into_iter().map(AlterFragment::Sql).collect::<Vec<_>>();
    Ok(Some(match command.method.as_str() {
        "add_column" => {
            adapter.add_column_for_alter(table_name, &command.name(0), &command.arg(1), command.options.clone())?
        }
        "change_column_default" => sql(vec![change_column_default_for_alter(
            adapter,
            table_name,
            &command.name(0),
            &default_or_changes(command),
        )?]),
        "remove_column" => {
            sql(vec![adapter.remove_column_for_alter(table_name, &command.name(0), &command.options)?])
        }
        "remove_columns" => sql(remove_columns_for_alter(adapter, table_name, &command.names(), &command.options)?),
        "add_timestamps" => add_timestamps_for_alter(adapter, table_name, command.options.clone())?,
        "remove_timestamps" => {
            let names = ["updated_at".to_owned(), "created_at".to_owned()];
            sql(remove_columns_for_alter(adapter, table_name, &names, &Options::new())?)
        }
        _ => return Ok(None),
    }))
}

/// `send(command, table_name, *args)` of what `Table` may call.
pub fn send_command<A: Adapter + ?Sized>(adapter: &mut A, table_name: &str, command: &BulkCommand) -> Result<()> {
    let mut options = command.options.clone();
    let (first, second) = (command.name(0), command.name(1));
    match command.method.as_str() {
        "add_column" => adapter.add_column(table_name, &first, &command.arg(1), options),
        "add_columns" => {
            let r#type = options.delete("type");
            adapter.add_columns(table_name, &command.names(), &r#type, &options)
        }
        "remove_column" => adapter.remove_column(table_name, &first, &command.arg(1), &options),
        "remove_columns" => adapter.remove_columns(table_name, &command.names(), &options),
        "change_column" => adapter.change_column(table_name, &first, &command.arg(1), options),
        "change_column_default" => adapter.change_column_default(table_name, &first, &default_or_changes(command)),
        "change_column_null" => adapter.change_column_null(table_name, &first, &command.arg(1), &command.arg(2)),
        "change_column_comment" => adapter.change_column_comment(table_name, &first, &default_or_changes(command)),
        "change_table_comment" => {
            let comment = if options.is_empty() { command.arg(0) } else { Arg::Hash(options) };
            adapter.change_table_comment(table_name, &comment)
        }
        "rename_column" => adapter.rename_column(table_name, &first, &second),
        "add_index" => adapter.add_index(table_name, &command.arg(0), options),
        "remove_index" => adapter.remove_index(table_name, &command.arg(0), options),
        "rename_index" => adapter.rename_index(table_name, &first, &second),
        "enable_index" => adapter.enable_index(table_name, &first),
        "disable_index" => adapter.disable_index(table_name, &first),
        "add_timestamps" => adapter.add_timestamps(table_name, options),
        "remove_timestamps" => adapter.remove_timestamps(table_name, &options),
        "add_reference" | "add_belongs_to" => adapter.add_reference(table_name, &command.arg(0), &options),
        "remove_reference" | "remove_belongs_to" => adapter.remove_reference(table_name, &command.arg(0), &options),
        "add_foreign_key" => {
            let mut options = options;
            if matches!(command.arg(0), Arg::Symbol(_)) {
                options.insert(TO_TABLE_IS_SYMBOL, true);
            }
            adapter.add_foreign_key(table_name, &first, options)
        }
        "remove_foreign_key" => adapter.remove_foreign_key(table_name, command.name_opt(0).as_deref(), options),
        "validate_foreign_key" => adapter.validate_foreign_key(table_name, command.name_opt(0).as_deref(), options),
        "add_check_constraint" => adapter.add_check_constraint(table_name, &first, options),
        "remove_check_constraint" => adapter.remove_check_constraint(table_name, &command.arg(0), options),
        "validate_check_constraint" => adapter.validate_check_constraint(table_name, options),
        "add_exclusion_constraint" => adapter.add_exclusion_constraint(table_name, &first, options),
        "remove_exclusion_constraint" => adapter.remove_exclusion_constraint(table_name, &command.arg(0), options),
        "add_unique_constraint" => adapter.add_unique_constraint(table_name, &command.arg(0), options),
        "remove_unique_constraint" => adapter.remove_unique_constraint(table_name, &command.arg(0), options),
        "validate_constraint" => adapter.validate_constraint(table_name, &first),
        method => Err(undefined_method(adapter, method)),
    }
}

/// `{ from:, to: }` may have come as keywords.
fn default_or_changes(command: &BulkCommand) -> Arg {
    match command.args.get(1) {
        Some(value) => value.clone(),
        None => Arg::Hash(command.options.clone()),
    }
}
