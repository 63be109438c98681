//! Tables and columns, asked about and altered: abstract/schema_statements.rb, first part. Its indexes, constraints and
//! combined ALTERs are in schema_statements/. Each function is the abstract adapter's method, what an override's `super` is.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::abstract_adapter::{DatabaseStatements, SchemaDefinitions, SchemaStatements, Supports};
use crate::change::{Alteration, Change, DropTable, Verb};
use crate::schema_definitions::{
    AlterTable, IndexDefinition, ReferenceDefinition, TableDefinition, set_timestamps_options,
};
use crate::{Arg, Error, ErrorClass, Options, QueryResult, Result, gate};

mod bulk;
mod constraints;
mod indexes;
mod types;

pub(crate) use bulk::alter_with;
pub use bulk::{
    AlterFragment, BulkCommand, add_column_for_alter, bulk_change_table, change_column_default_for_alter, for_alter,
    remove_columns_for_alter, rename_column_sql, send_command,
};
pub use constraints::{
    TO_TABLE_IS_SYMBOL, add_check_constraint, add_foreign_key, check_constraint_exists, check_constraint_for,
    check_constraint_for_bang, check_constraint_name, check_constraint_options, extract_foreign_key_action,
    foreign_key_column_for, foreign_key_exists, foreign_key_for, foreign_key_for_bang, foreign_key_options,
    remove_check_constraint, remove_constraint, remove_foreign_key, strip_table_name_prefix_and_suffix,
};
pub use indexes::{
    VALID_INDEX_OPTIONS, add_index, add_index_options, add_index_sort_order, add_options_for_index_columns,
    build_create_index_definition, expression_column_name, hashed_identifier, index_algorithm, index_column_names,
    index_name, index_name_for_remove, options_for_index_columns, remove_index, rename_column_indexes, rename_index,
    rename_table_indexes, validate_index_length,
};
pub use types::type_to_sql;

/// What Ruby says to a method that only another adapter has.
pub fn undefined_method<A: Supports + ?Sized>(adapter: &A, method: &str) -> Error {
    let message = format!("undefined method `{method}' for an instance of {}", adapter.class_name());
    Error::new(ErrorClass::NoMethodError, message)
}

/// `nil` where a keyword is missing or false, else its text.
pub(crate) fn text_option(options: &Options, key: &str) -> Option<String> {
    let value = options.get(key);
    value.is_truthy().then(|| value.to_s())
}

/// `query_values` of a statement that answers texts; nil becomes an empty one.
pub(crate) fn query_strings<A: DatabaseStatements + ?Sized>(adapter: &mut A, sql: &str) -> Result<Vec<String>> {
    Ok(adapter.query_values(sql, Some("SCHEMA"))?.iter().map(Arg::to_s).collect())
}

/// `create_table` before its block.
pub fn prepare_create_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    options: &Options,
) -> Result<TableDefinition> {
    let mut options = options.clone();
    if !options.key("options")
        && let Some(default) = adapter.default_table_options()?
    {
        options.insert("options", default);
    }
    validate_create_table_options(adapter, &options.except(&["id", "primary_key", "force"]))?;
    if !options.get("_uses_legacy_table_name").is_truthy() {
        adapter.validate_table_length(table_name)?;
    }
    if options.get("force").is_truthy() && options.key("if_not_exists") {
        return Err(Error::argument("Options `:force` and `:if_not_exists` cannot be used simultaneously."));
    }
    adapter.build_create_table_definition(table_name, &options)
}

fn validate_create_table_options<A: SchemaDefinitions + ?Sized>(adapter: &A, options: &Options) -> Result<()> {
    if options.get("_skip_validate_options").is_truthy() {
        return Ok(());
    }
    let mut valid = adapter.valid_table_definition_options();
    valid.extend(adapter.valid_primary_key_options());
    options.except(&["_uses_legacy_table_name", "_skip_validate_options"]).assert_valid_keys(&valid)
}

/// `build_create_table_definition`, up to its block: the primary key is there already.
pub fn build_create_table_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    options: &Options,
) -> Result<TableDefinition> {
    let mut options = options.clone();
    let id = if options.key("id") { options.delete("id") } else { Arg::symbol("primary_key") };
    let primary_key = options.delete("primary_key");
    let mut for_table = adapter.valid_table_definition_options();
    for_table.push("_skip_validate_options");
    let mut definition = adapter.create_table_definition(table_name, &options.extract(&for_table));
    let for_primary_key = options.extract(&adapter.valid_primary_key_options());
    definition.set_primary_key(adapter, table_name, &id, &primary_key, for_primary_key)?;
    Ok(definition)
}

/// `create_table` after its block.
pub fn create_table_from_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    mut definition: TableDefinition,
    options: &Options,
) -> Result<QueryResult> {
    let table_name = definition.name.clone();
    let force = options.get("force");
    if force.is_truthy() {
        adapter
            .drop_table(&[&table_name], &Options::from([("force", force.clone()), ("if_exists", Arg::Bool(true))]))?;
    } else {
        adapter.base_mut().schema_cache.clear_data_source_cache(&table_name);
    }
    let sql = adapter.visit_table_definition(&mut definition)?;
    let indexes = indexes_in_create(adapter, &definition)?;
    let change = Change::CreateTable { table: Cow::Borrowed(&definition), indexes };
    let result = gate::execute(adapter, &change, &sql)?;
    if !adapter.supports_indexes_in_create() {
        for (column_name, index_options) in &definition.indexes {
            let mut index_options = index_options.clone();
            index_options.insert("if_not_exists", definition.if_not_exists);
            adapter.add_index(&table_name, column_name, index_options)?;
        }
    }
    if adapter.supports_comments() && !adapter.supports_comments_in_create() {
        if let Some(comment) = definition.comment.filter(|comment| !comment.trim().is_empty()) {
            adapter.change_table_comment(&table_name, &Arg::Str(comment))?;
        }
        for column in definition.columns_hash.values() {
            let comment = column.options.get("comment");
            if comment.is_present() {
                adapter.change_column_comment(&table_name, &column.name, comment)?;
            }
        }
    }
    Ok(result)
}

/// The indexes that the statement itself makes.
fn indexes_in_create<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    definition: &TableDefinition,
) -> Result<Vec<IndexDefinition>> {
    if !adapter.supports_indexes_in_create() {
        return Ok(Vec::new());
    }
    let indexes = definition.indexes.iter();
    indexes
        .map(|(column_name, options)| {
            adapter.add_index_options(&definition.name, column_name, options.clone()).map(|create| create.index)
        })
        .collect()
}

/// `create_table` with its block, for callers in Rust.
pub fn create_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    options: &Options,
    block: impl FnOnce(&mut TableDefinition, &mut A) -> Result<()>,
) -> Result<QueryResult> {
    let mut definition = adapter.prepare_create_table(table_name, options)?;
    block(&mut definition, adapter)?;
    adapter.create_table_from_definition(definition, options)
}

/// `create_join_table` before its block; answers the options for the rest of `create_table` too.
pub fn prepare_create_join_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_1: &str,
    table_2: &str,
    options: &Options,
) -> Result<(TableDefinition, Options)> {
    let mut options = options.clone();
    let join_table_name = find_join_table_name(table_1, table_2, &mut options);
    let mut column_options = options.delete("column_options").as_hash().cloned().unwrap_or_default();
    column_options.reverse_update(&Options::from([("null", false), ("index", false)]));
    options.insert("id", false);
    let references = [table_1, table_2].map(|table| Arg::Str(adapter.reference_name_for_table(table)));
    let mut definition = adapter.prepare_create_table(&join_table_name, &options)?;
    for reference in references {
        definition.references(adapter, &[reference], column_options.clone())?;
    }
    Ok((definition, options))
}

/// `drop_join_table`: the two tables' names, in either order, make its own.
pub fn drop_join_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_1: &str,
    table_2: &str,
    options: &Options,
) -> Result<()> {
    let mut options = options.clone();
    let join_table_name = find_join_table_name(table_1, table_2, &mut options);
    adapter.drop_table(&[&join_table_name], &options)
}

/// Takes `table_name:` out of the options.
pub fn find_join_table_name(table_1: &str, table_2: &str, options: &mut Options) -> String {
    let given = options.delete("table_name");
    if given.is_truthy() { given.to_s() } else { derive_join_table_name(table_1, table_2) }
}

/// `ModelSchema.derive_join_table_name`: in order, a prefix that both share said once.
fn derive_join_table_name(table_1: &str, table_2: &str) -> String {
    let (first, second) = if table_1 <= table_2 { (table_1, table_2) } else { (table_2, table_1) };
    let boundaries: Vec<_> = first.match_indices(['.', '_']).map(|(at, found)| at + found.len()).collect();
    let shared = boundaries
        .into_iter()
        .rev()
        .find(|at| *at < first.len() && second.len() > *at && second.starts_with(&first[..*at]));
    match shared {
        Some(at) => format!("{first}_{}", &second[at..]),
        None => format!("{first}_{second}"),
    }
}

/// `drop_table`: a statement for each name.
pub fn drop_table<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_names: &[&str],
    options: &Options,
) -> Result<()> {
    let if_exists = if options.get("if_exists").is_truthy() { " IF EXISTS" } else { "" };
    for table_name in table_names {
        adapter.base_mut().schema_cache.clear_data_source_cache(table_name);
        let sql = format!("DROP TABLE{if_exists} {}", adapter.quote_table_name(table_name));
        let tables = vec![(*table_name).to_owned()];
        let change = Change::DropTable(DropTable { tables, if_exists: !if_exists.is_empty(), ..DropTable::default() });
        gate::execute(adapter, &change, &sql)?;
    }
    Ok(())
}

/// `add_column`: nothing with `if_not_exists:` where the column is there.
pub fn add_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    options: Options,
) -> Result<()> {
    match adapter.build_add_column_definition(table_name, column_name, r#type, options)? {
        Some(alter) => execute_alter_table(adapter, alter),
        None => Ok(()),
    }
}

/// `add_columns`: each by a statement of its own.
pub fn add_columns<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_names: &[String],
    r#type: &Arg,
    options: &Options,
) -> Result<()> {
    column_names.iter().try_for_each(|name| adapter.add_column(table_name, name, r#type, options.clone()))
}

/// `build_add_column_definition`: None where `if_not_exists:` has nothing to add.
pub fn build_add_column_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    r#type: &Arg,
    mut options: Options,
) -> Result<Option<AlterTable>> {
    if options.get("if_not_exists").is_true()
        && adapter.catalogue().column_exists(table_name, column_name, &Arg::Nil, &Options::new())?
    {
        return Ok(None);
    }
    if adapter.supports_datetime_with_precision() && r#type.is_symbol("datetime") && !options.key("precision") {
        options.insert("precision", 6);
    }
    let mut alter = create_alter_table(adapter, table_name);
    alter.add_column(adapter, column_name, r#type, options)?;
    Ok(Some(alter))
}

/// `create_alter_table`
pub fn create_alter_table<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str) -> AlterTable {
    AlterTable::new(adapter.create_table_definition(table_name, &Options::new()))
}

/// `execute schema_creation.accept(alter_table)`
pub fn execute_alter_table<A: SchemaStatements + ?Sized>(adapter: &mut A, mut alter: AlterTable) -> Result<()> {
    let sql = adapter.visit_alter_table(&mut alter)?;
    let change = Change::AlterTable { table: Cow::Borrowed(alter.name()), alterations: alter.alterations() };
    gate::execute(adapter, &change, &sql).map(drop)
}

/// `remove_columns`: all in one ALTER TABLE.
pub fn remove_columns<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_names: &[String],
    options: &Options,
) -> Result<()> {
    if column_names.is_empty() {
        return Err(Error::argument(
            "You must specify at least one column name. Example: remove_columns(:people, :first_name)",
        ));
    }
    let fragments = remove_columns_for_alter(adapter, table_name, column_names, options)?;
    alter_with(adapter, table_name, fragments).map(drop)
}

/// `remove_column`: nothing with `if_exists:` where the column is not there.
pub fn remove_column<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    _type: &Arg,
    options: &Options,
) -> Result<()> {
    if options.get("if_exists").is_true()
        && !adapter.catalogue().column_exists(table_name, column_name, &Arg::Nil, &Options::new())?
    {
        return Ok(());
    }
    let fragment = adapter.remove_column_for_alter(table_name, column_name, options)?;
    let sql = format!("ALTER TABLE {} {fragment}", adapter.quote_table_name(table_name));
    let change = Change::alter(table_name, Alteration::DropColumn(column_name.to_owned()));
    gate::execute(adapter, &change, &sql).map(drop)
}

/// `add_reference`: column, index and foreign key, as the options want.
pub fn add_reference<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    ref_name: &Arg,
    options: &Options,
) -> Result<()> {
    ReferenceDefinition::new(ref_name, options)?.add(table_name, adapter)
}

/// `remove_reference`: the foreign key first, whose column could not go otherwise.
pub fn remove_reference<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    ref_name: &Arg,
    options: &Options,
) -> Result<()> {
    let conditional_options = options.slice(&["if_exists", "if_not_exists"]);
    let name = ref_name.to_s();
    let foreign_key = options.get("foreign_key");
    if foreign_key.is_truthy() {
        let mut foreign_key_options = match foreign_key {
            Arg::Hash(given) => given.merge(&conditional_options),
            _ => Options::from([("to_table", adapter.base().table_name_for_reference(&name))])
                .merge(&conditional_options),
        };
        foreign_key_options.or_insert("column", || Arg::Str(format!("{name}_id")));
        adapter.remove_foreign_key(table_name, None, foreign_key_options)?;
    }
    adapter.remove_column(table_name, &format!("{name}_id"), &Arg::Nil, &conditional_options)?;
    if options.get("polymorphic").is_truthy() {
        adapter.remove_column(table_name, &format!("{name}_type"), &Arg::Nil, &conditional_options)?;
    }
    Ok(())
}

/// `add_timestamps`
pub fn add_timestamps<A: SchemaStatements + ?Sized>(adapter: &mut A, table_name: &str, options: Options) -> Result<()> {
    let fragments = add_timestamps_for_alter(adapter, table_name, options)?;
    // Comments that would come later are left out, as Rails leaves them out.
    alter_with(adapter, table_name, fragments).map(drop)
}

/// `add_timestamps_for_alter`: both columns as parts of one ALTER TABLE.
pub fn add_timestamps_for_alter<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    mut options: Options,
) -> Result<Vec<AlterFragment>> {
    set_timestamps_options(adapter, &mut options);
    let datetime = Arg::symbol("datetime");
    let mut fragments = adapter.add_column_for_alter(table_name, "created_at", &datetime, options.clone())?;
    fragments.extend(adapter.add_column_for_alter(table_name, "updated_at", &datetime, options)?);
    Ok(fragments)
}

/// `validate_change_column_null_argument!`
pub fn validate_change_column_null_argument(value: &Arg) -> Result<bool> {
    match value {
        Arg::Bool(value) => Ok(*value),
        other => Err(Error::argument(format!(
            "change_column_null expects a boolean value (true for NULL, false for NOT NULL). Got: {}",
            other.inspect()
        ))),
    }
}

/// `extract_new_default_value`, and `extract_new_comment_value`, which is the same.
pub fn extract_new_default_value(default_or_changes: &Arg) -> Arg {
    match default_or_changes {
        Arg::Hash(changes) if changes.key("from") && changes.key("to") => changes.get("to").clone(),
        other => other.clone(),
    }
}

/// `validate_table_length!`: an ArgumentError for a name that is too long for the database.
pub fn validate_table_length<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str) -> Result<()> {
    let (length, limit) = (table_name.chars().count(), adapter.table_name_length());
    if length <= limit {
        return Ok(());
    }
    Err(Error::argument(format!(
        "Table name '{table_name}' is too long ({length} characters); the limit is {limit} characters"
    )))
}

/// `assume_migrated_upto_version`: `migrated` are the versions recorded already, `known` those of the migration files.
pub fn assume_migrated_upto_version<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    version: i64,
    schema_migrations_table: &str,
    migrated: &[i64],
    known: &[i64],
) -> Result<()> {
    let table = adapter.quote_table_name(schema_migrations_table);
    if !migrated.contains(&version) {
        let change = Change::rows(Verb::Insert, schema_migrations_table);
        gate::execute(adapter, &change, &format!("INSERT INTO {table} (version) VALUES ({version})"))?;
    }
    // Ruby's Array#- keeps duplicates, which are refused here.
    let migrated: HashSet<_> = migrated.iter().collect();
    let inserting: Vec<_> =
        known.iter().copied().filter(|known| !migrated.contains(known) && *known < version).collect();
    if inserting.is_empty() {
        return Ok(());
    }
    if let Some(duplicate) =
        inserting.iter().find(|version| inserting.iter().filter(|other| other == version).count() > 1)
    {
        let message =
            format!("Duplicate migration {duplicate}. Please renumber your migrations to resolve the conflict.");
        return Err(Error::new(ErrorClass::RuntimeError, message));
    }
    let versions: Vec<_> = inserting.into_iter().map(Arg::Int).collect();
    let sql = insert_versions_sql(adapter, schema_migrations_table, &versions)?;
    gate::execute(adapter, &Change::rows(Verb::Insert, schema_migrations_table), &sql).map(drop)
}

/// `insert_versions_sql` of an array, as the default formatter writes it.
pub fn insert_versions_sql<A: SchemaStatements + ?Sized>(
    adapter: &A,
    schema_migrations_table: &str,
    versions: &[Arg],
) -> Result<String> {
    let rows: Vec<_> =
        versions.iter().rev().map(|version| Ok(format!("({})", adapter.quote(version)?))).collect::<Result<_>>()?;
    let table = adapter.quote_table_name(schema_migrations_table);
    Ok(format!("INSERT INTO {table} (version) VALUES\n{};", rows.join(",\n")))
}

#[cfg(test)]
mod tests;
