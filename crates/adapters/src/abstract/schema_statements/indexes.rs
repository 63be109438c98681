//! Indexes: abstract/schema_statements.rb.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::text_option;
use crate::abstract_adapter::{SchemaDefinitions, SchemaStatements};
use crate::change::Change;
use crate::schema_definitions::{CreateIndexDefinition, IndexDefinition};
use crate::{Arg, Error, ErrorClass, Options, Result, gate};

/// `valid_index_options` of all adapters together, in the order in which an error names them.
pub const VALID_INDEX_OPTIONS: [&str; 11] = [
    "unique",
    "length",
    "order",
    "opclass",
    "where",
    "type",
    "using",
    "comment",
    "algorithm",
    "include",
    "nulls_not_distinct",
];

/// `add_index`
pub fn add_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<()> {
    let Some(create) = adapter.build_create_index_definition(table_name, column_name, options)? else { return Ok(()) };
    let sql = adapter.visit_create_index_definition(&create)?;
    gate::execute(adapter, &Change::CreateIndex(Cow::Borrowed(&create)), &sql).map(drop)
}

/// `build_create_index_definition`: refuses options that Rails does not know.
pub fn build_create_index_definition<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<Option<CreateIndexDefinition>> {
    adapter.add_index_options(table_name, column_name, options).map(Some)
}

/// `add_index_options(table_name, column_name, name:, if_not_exists:, internal:, **options)`
pub fn add_index_options<A: SchemaDefinitions + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    mut options: Options,
) -> Result<CreateIndexDefinition> {
    let name = options.delete("name");
    let if_not_exists = options.delete("if_not_exists").is_truthy();
    let internal = options.delete("internal").is_truthy();
    options.assert_valid_keys(&adapter.valid_index_options())?;
    let column_names = index_column_names(column_name);
    let name = if name.is_nil() { adapter.index_name(table_name, &column_names)? } else { name.to_s() };
    adapter.validate_index_length(table_name, &name, internal)?;
    let hash_or = |key: &str| {
        let value = options.get(key);
        if value.is_truthy() { value.clone() } else { Arg::Hash(Options::new()) }
    };
    let index = IndexDefinition {
        lengths: hash_or("length"),
        orders: hash_or("order"),
        opclasses: hash_or("opclass"),
        r#where: text_option(&options, "where"),
        r#type: text_option(&options, "type"),
        using: text_option(&options, "using"),
        include: options.get("include").clone(),
        nulls_not_distinct: match options.get("nulls_not_distinct") {
            Arg::Nil => None,
            value => Some(value.is_truthy()),
        },
        comment: text_option(&options, "comment"),
        ..IndexDefinition::new(table_name, name, options.get("unique").is_truthy(), column_names)
    };
    for option in [&index.lengths, &index.orders, &index.opclasses] {
        refuse_option_of_same_size(&index.columns, option)?;
    }
    let algorithm = index_algorithm(adapter, options.get("algorithm"))?;
    Ok(CreateIndexDefinition { index: index.concise(), algorithm, if_not_exists })
}

/// `IndexDefinition` asks an option that is one for all columns for its `size`, and on finding as many columns for its
/// `values`, which only a hash has: `order: :desc` fails for four columns.
fn refuse_option_of_same_size(columns: &Arg, option: &Arg) -> Result<()> {
    let (size, class) = match option {
        Arg::Symbol(name) => (name.chars().count(), "Symbol"),
        Arg::Str(text) => (text.chars().count(), "String"),
        Arg::Int(_) => (size_of::<i64>(), "Integer"),
        _ => return Ok(()),
    };
    let columns = columns.as_array().map_or_else(|| columns.to_s().chars().count(), <[Arg]>::len);
    if size != columns {
        return Ok(());
    }
    Err(Error::new(ErrorClass::NoMethodError, format!("undefined method `values' for an instance of {class}")))
}

/// `index_algorithm`: what stands between INDEX and the name. An ArgumentError for one that the database has not.
pub fn index_algorithm<A: SchemaDefinitions + ?Sized>(adapter: &A, algorithm: &Arg) -> Result<Option<String>> {
    if !algorithm.is_truthy() {
        return Ok(None);
    }
    let algorithms = adapter.index_algorithms();
    if let Some((_, sql)) = algorithms.iter().find(|(name, _)| algorithm.is_symbol(name)) {
        return Ok((!sql.is_empty()).then(|| (*sql).to_owned()));
    }
    let names: Vec<_> = algorithms.iter().map(|(name, _)| literals::symbol(name)).collect();
    Err(Error::argument(format!("Algorithm must be one of the following: {}", names.join(", "))))
}

/// `remove_index`: nothing with `if_exists:` where it is not there.
pub fn remove_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: Options,
) -> Result<()> {
    if options.get("if_exists").is_truthy() && !adapter.catalogue().index_exists(table_name, column_name, &options)? {
        return Ok(());
    }
    let name = index_name_for_remove(adapter, table_name, column_name, &options)?;
    let sql = format!("DROP INDEX {} ON {}", adapter.quote_column_name(&name), adapter.quote_table_name(table_name));
    let change = Change::DropIndex { table: Some(Cow::Borrowed(table_name)), name: Cow::Owned(name) };
    gate::execute(adapter, &change, &sql).map(drop)
}

/// `rename_index`: a new one of the same columns, and the old one goes; what else the old one had is lost, as in Rails.
pub fn rename_index<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    old_name: &str,
    new_name: &str,
) -> Result<()> {
    adapter.validate_index_length(table_name, new_name, false)?;
    let Some(old) = adapter.catalogue().indexes(table_name)?.into_iter().find(|index| index.name == old_name) else {
        return Ok(());
    };
    let options = Options::from([("name", Arg::str(new_name)), ("unique", Arg::Bool(old.unique))]);
    adapter.add_index(table_name, &old.columns, options)?;
    adapter.remove_index(table_name, &Arg::Nil, Options::from([("name", old_name)]))
}

/// `index_name`: what the options give, or what the columns make.
pub fn index_name<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str, options: &Arg) -> Result<String> {
    let Arg::Hash(hash) = options else {
        return adapter.index_name(table_name, &Arg::Hash(index_name_options(options)));
    };
    let column = hash.get("column");
    if column.is_truthy() {
        if hash.get("_uses_legacy_index_name").is_truthy() {
            return Ok(format!("index_{table_name}_on_{}", column.to_strings().join("_and_")));
        }
        return Ok(generate_index_name(adapter, table_name, column));
    }
    match hash.get("name") {
        name if name.is_truthy() => Ok(name.to_s()),
        _ => Err(Error::argument("You must specify the index name")),
    }
}

fn index_name_options(column_names: &Arg) -> Options {
    if expression_column_name(column_names) {
        let text = column_names.to_s();
        let words: Vec<_> = text.split(|character| !is_word(character)).filter(|word| !word.is_empty()).collect();
        return Options::from([("column", words.join("_"))]);
    }
    Options::from([("column", column_names.clone())])
}

fn generate_index_name<A: SchemaDefinitions + ?Sized>(adapter: &A, table_name: &str, column: &Arg) -> String {
    let columns = column.to_strings();
    let name = format!("index_{table_name}_on_{}", columns.join("_and_"));
    let limit = adapter.max_index_name_size();
    if name.len() <= limit {
        return name;
    }
    let suffix = format!("_{}", hashed_identifier(&name));
    let mut short = format!("idx_on_{}", columns.join("_"));
    let mut length = short.len().min(limit - suffix.len());
    while !short.is_char_boundary(length) {
        length -= 1;
    }
    short.truncate(length);
    short + &suffix
}

/// The first ten hexadecimal digits of a SHA-256.
pub fn hashed_identifier(identifier: &str) -> String {
    crate::quoting::hexadecimal(&Sha256::digest(identifier.as_bytes())[..5])
}

/// `index_column_names`: an expression stays as it is.
pub fn index_column_names(column_names: &Arg) -> Arg {
    if expression_column_name(column_names) { column_names.clone() } else { Arg::Array(column_names.to_array()) }
}

/// `expression_column_name?`: a string, not a symbol, that is no plain word.
pub fn expression_column_name(column_name: &Arg) -> bool {
    matches!(column_name, Arg::Str(text) | Arg::Sql(text) if text.chars().any(|character| !is_word(character)))
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}

/// `index_name_for_remove`: an ArgumentError where no index, or more than one, fits.
pub fn index_name_for_remove<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &Arg,
    options: &Options,
) -> Result<String> {
    let mut options = options.clone();
    if column_name.is_nil() && options.key("name") && options.except(&["name", "algorithm"]).is_empty() {
        return Ok(options.get("name").to_s());
    }
    let column_names = if !options.key("name") && expression_column_name(column_name) {
        options.insert("name", adapter.index_name(table_name, column_name)?);
        Arg::Array(Vec::new())
    } else {
        index_column_names(if column_name.is_truthy() { column_name } else { options.get("column") })
    };
    let wanted_name = options.get_opt("name").map(Arg::to_s);
    let by_columns = column_names.is_present() && !(options.key("name") && expression_column_name(&column_names));
    if wanted_name.is_none() && !by_columns {
        return Err(Error::argument("No name or columns specified"));
    }
    let generated = if by_columns { Some(adapter.index_name(table_name, &column_names)?) } else { None };
    let mut matching = Vec::new();
    for index in adapter.catalogue().indexes(table_name)? {
        let has_name = wanted_name.as_ref().is_none_or(|name| index.name == *name);
        let has_columns = match &generated {
            Some(generated) if has_name => adapter.index_name(table_name, &index.columns)? == *generated,
            _ => true,
        };
        if has_name && has_columns {
            matching.push(index.name);
        }
    }
    match matching.len() {
        0 => Err(Error::argument(format!("No indexes found on {table_name} with the options provided."))),
        1 => Ok(matching.remove(0)),
        _ => Err(Error::argument(format!(
            "Multiple indexes found on {table_name} columns {}. Specify an index name from {}",
            column_names.to_s(),
            matching.join(", ")
        ))),
    }
}

/// `rename_table_indexes(table_name, new_name, **options)`
pub fn rename_table_indexes<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    new_name: &str,
    options: &Options,
) -> Result<()> {
    for index in adapter.catalogue().indexes(new_name)? {
        let mut for_name = Options::from([("column", index.columns.clone())]);
        for_name.update(options);
        let for_name = Arg::Hash(for_name);
        let generated = adapter.index_name(table_name, &for_name)?;
        if generated == index.name {
            let renamed = adapter.index_name(new_name, &for_name)?;
            adapter.rename_index(new_name, &generated, &renamed)?;
        }
    }
    Ok(())
}

/// `rename_column_indexes`: those whose name Rails made of the column's.
pub fn rename_column_indexes<A: SchemaStatements + ?Sized>(
    adapter: &mut A,
    table_name: &str,
    column_name: &str,
    new_column_name: &str,
) -> Result<()> {
    for index in adapter.catalogue().indexes(table_name)? {
        let Some(old_columns) = with_old_column(&index.columns, column_name, new_column_name) else { continue };
        let named = |columns: &Arg| Arg::Hash(Options::from([("column", columns.clone())]));
        let generated = adapter.index_name(table_name, &named(&old_columns))?;
        if generated == index.name {
            let renamed = adapter.index_name(table_name, &named(&index.columns))?;
            adapter.rename_index(table_name, &generated, &renamed)?;
        }
    }
    Ok(())
}

/// The columns as they were. An expression is a string, in which Ruby's `include?` and `[]=` find and replace text.
fn with_old_column(columns: &Arg, old: &str, new: &str) -> Option<Arg> {
    match columns {
        Arg::Array(names) => {
            let at = names.iter().position(|name| name.as_str() == Some(new))?;
            let mut names = names.clone();
            names[at] = Arg::str(old);
            Some(Arg::Array(names))
        }
        expression => {
            // `string[index] = name` replaces a single character.
            let text = expression.to_s();
            let at = text.find(new)?;
            let width = text[at..].chars().next().map_or(0, char::len_utf8);
            Some(Arg::Str(format!("{}{old}{}", &text[..at], &text[at + width..])))
        }
    }
}

/// `validate_index_length!`
pub fn validate_index_length<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    table_name: &str,
    new_name: &str,
) -> Result<()> {
    let (length, limit) = (new_name.chars().count(), adapter.index_name_length());
    if length <= limit {
        return Ok(());
    }
    Err(Error::argument(format!(
        "Index name '{new_name}' on table '{table_name}' is too long ({length} characters); the limit is {limit} characters"
    )))
}

/// `add_options_for_index_columns`: what every adapter can say of an index' columns.
pub fn add_options_for_index_columns<A: SchemaDefinitions + ?Sized>(
    adapter: &A,
    quoted_columns: Vec<(String, String)>,
    options: &Options,
) -> Vec<(String, String)> {
    if adapter.supports_index_sort_order() { add_index_sort_order(quoted_columns, options) } else { quoted_columns }
}

/// `add_index_sort_order`: `quoted_columns` are names and their SQL.
pub fn add_index_sort_order(quoted_columns: Vec<(String, String)>, options: &Options) -> Vec<(String, String)> {
    let order = options.get("order");
    let with_order = |(name, sql): (String, String)| match options_for_index_columns(order, &name) {
        Some(order) => (name, format!("{sql} {}", order.to_s().to_uppercase())),
        None => (name, sql),
    };
    quoted_columns.into_iter().map(with_order).collect()
}

/// The option for one column: its own of a hash, or the one for all. None when it is blank.
pub fn options_for_index_columns<'a>(options: &'a Arg, column: &str) -> Option<&'a Arg> {
    let option = match options {
        Arg::Hash(hash) => hash.get(column),
        option => option,
    };
    option.is_present().then_some(option)
}
