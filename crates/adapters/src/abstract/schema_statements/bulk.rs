//! Several changes in one ALTER TABLE, and the commands that `change_table bulk: true` recorded: abstract/schema_statements.rb.

use std::borrow::Cow;

use super::{TO_TABLE_IS_SYMBOL, add_timestamps_for_alter, undefined_method};
use crate::abstract_adapter::{SchemaDefinitions, SchemaStatements};
use crate::change::{Alteration, Change};
use crate::schema_definitions::AddColumnDefinition;
use crate::{Arg, Options, Result, gate};

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
#[derive(Clone, Debug)]
pub enum AlterFragment {
    Sql(String, Box<Alteration>),
    Later(BulkCommand),
}

impl AlterFragment {
    /// One part of an ALTER TABLE, and what it does.
    pub(crate) fn new(sql: String, alteration: Alteration) -> Self {
        Self::Sql(sql, Box::new(alteration))
    }
}

/// `bulk_change_table`: what the adapter can put together goes into one ALTER TABLE; the rest is sent in its place
/// between.
pub fn bulk_change_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    commands: Vec<BulkCommand>,
) -> Result<()> {
    let mut fragments = Vec::new();
    for command in commands {
        if let Some(made) = adapter.for_alter(table_name, &command)? {
            fragments.extend(made);
        } else {
            flush(adapter, table_name, &mut fragments)?;
            adapter.send_command(table_name, &command)?;
        }
    }
    flush(adapter, table_name, &mut fragments)
}

/// Sends the fragments as one ALTER TABLE, if there is any text among them; answers the calls to make once it has run.
pub(crate) fn alter_with<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    fragments: Vec<AlterFragment>,
) -> Result<Vec<BulkCommand>> {
    let (mut sqls, mut alterations, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for fragment in fragments {
        match fragment {
            AlterFragment::Sql(sql, alteration) => {
                sqls.push(sql);
                alterations.push(*alteration);
            }
            AlterFragment::Later(command) => later.push(command),
        }
    }
    if !sqls.is_empty() {
        let sql = format!("ALTER TABLE {} {}", adapter.quote_table_name(table_name), sqls.join(", "));
        gate::execute(adapter, &Change::AlterTable { table: Cow::Borrowed(table_name), alterations }, &sql)?;
    }
    Ok(later)
}

fn flush<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    fragments: &mut Vec<AlterFragment>,
) -> Result<()> {
    let later = alter_with(adapter, table_name, std::mem::take(fragments))?;
    later.iter().try_for_each(|command| adapter.send_command(table_name, command))
}

/// `add_column_for_alter`
pub fn add_column_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<Vec<AlterFragment>> {
    let definition = adapter.create_table_definition(table_name, &Options::new());
    let column = definition.new_column_definition(adapter, column_name, r#type, options)?;
    let mut add = AddColumnDefinition { column };
    let sql = adapter.visit_add_column_definition(&mut add)?;
    Ok(vec![AlterFragment::new(sql, Alteration::AddColumn(add.column))])
}

/// `change_column_default_for_alter`
pub fn change_column_default_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    default_or_changes: &Arg,
) -> Result<AlterFragment> {
    let mut change = adapter.build_change_column_default_definition(table_name, column_name, default_or_changes)?;
    let sql = adapter.visit_change_column_default_definition(&mut change)?;
    Ok(AlterFragment::new(sql, Alteration::ChangeDefault(change)))
}

/// `rename_column_sql`
pub fn rename_column_sql<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    column_name: &str,
    new_column_name: &str,
) -> String {
    format!(
        "RENAME COLUMN {} TO {}",
        adapter.quote_column_name(column_name),
        adapter.quote_column_name(new_column_name)
    )
}

/// `remove_columns_for_alter`
pub fn remove_columns_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_names: &[String],
    _options: &Options,
) -> Result<Vec<AlterFragment>> {
    column_names.iter().map(|name| remove_column_fragment(adapter, table_name, name, &Options::new())).collect()
}

fn remove_column_fragment<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    options: &Options,
) -> Result<AlterFragment> {
    let sql = adapter.remove_column_for_alter(table_name, column_name, options)?;
    Ok(AlterFragment::new(sql, Alteration::DropColumn(column_name.to_owned())))
}

/// The `*_for_alter` of the abstract adapter; an adapter answers its own first.
pub fn for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    command: &BulkCommand,
) -> Result<Option<Vec<AlterFragment>>> {
    Ok(Some(match command.method.as_str() {
        "add_column" => {
            adapter.add_column_for_alter(table_name, &command.name(0), &command.arg(1), command.options.clone())?
        }
        "change_column_default" => {
            let wanted = default_or_changes(command);
            vec![change_column_default_for_alter(adapter, table_name, &command.name(0), &wanted)?]
        }
        "remove_column" => vec![remove_column_fragment(adapter, table_name, &command.name(0), &command.options)?],
        "remove_columns" => remove_columns_for_alter(adapter, table_name, &command.names(), &command.options)?,
        "add_timestamps" => add_timestamps_for_alter(adapter, table_name, command.options.clone())?,
        "remove_timestamps" => {
            let names = ["updated_at".to_owned(), "created_at".to_owned()];
            remove_columns_for_alter(adapter, table_name, &names, &Options::new())?
        }
        _ => return Ok(None),
    }))
}

/// `send(command, table_name, *args)` of what `Table` may call.
pub fn send_command<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    command: &BulkCommand,
) -> Result<()> {
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
