//! Indexes and constraints as Rails reads them of what PostgreSQL prints.

use super::super::create;
use super::super::model::{Schema, Server, StoredExclusion, StoredIndex, Table};
use super::{expressions, scope};
use crate::schema_definitions::{
    CheckConstraintDefinition, ExclusionConstraintDefinition, ForeignKeyDefinition, IndexDefinition,
    UniqueConstraintDefinition,
};
use crate::schema_statements::options_for_index_columns;
use crate::{Arg, Options};

/// An index as Rails reads it from the server's printed definition.
pub(in super::super) fn index(
    schema: &Schema,
    server: &Server,
    table: &Table,
    given: &IndexDefinition,
) -> (IndexDefinition, bool) {
    let mut index = IndexDefinition::new(&given.table, &given.name, given.unique, given.columns.clone());
    index.using = Some(given.using.as_deref().unwrap_or("btree").to_lowercase());
    index.nulls_not_distinct = Some(given.nulls_not_distinct == Some(true));
    index.include = if given.include.is_truthy() { Arg::from(given.include.to_strings()) } else { Arg::Nil };
    let mut is_doubtful = matches!(given.include, Arg::Str(_));
    if let Some(condition) = &given.r#where {
        let printed = expressions::condition(condition, scope(schema, server, table));
        is_doubtful |= printed.is_none();
        index.r#where = Some(printed.map_or_else(|| condition.clone(), |printed| printed.of_index));
    }
    if let Arg::Array(_) = given.columns {
        let (mut orders, mut opclasses) = (Options::new(), Options::new());
        for name in given.column_names() {
            if let Some(order) =
                options_for_index_columns(&given.orders, &name).and_then(|order| printed_order(&order.to_s()))
            {
                orders.insert(&name, order);
            }
            let opclass = options_for_index_columns(&given.opclasses, &name);
            if let Some(opclass) = opclass.filter(|opclass| opclass.to_s() != "text_ops") {
                opclasses.insert(&name, Arg::symbol(opclass.to_s()));
            }
        }
        index.orders = Arg::Hash(orders);
        index.opclasses = Arg::Hash(opclasses);
    } else {
        let printed = expressions::index_columns(&given.columns.to_s(), scope(schema, server, table));
        is_doubtful |= printed.is_none();
        index.columns = match printed {
            // What was given as text may be columns all the same.
            Some(printed) if printed.names.is_some() => Arg::from(printed.names.unwrap_or_default()),
            Some(printed) => Arg::Str(printed.text),
            None => Arg::Str(given.columns.to_s()),
        };
    }
    (index.concise(), is_doubtful)
}

/// What is the default goes unsaid: NULLS FIRST behind DESC, NULLS LAST otherwise.
fn printed_order(order: &str) -> Option<Arg> {
    let order = order.to_uppercase();
    let words: Vec<&str> = order.split_whitespace().filter(|word| *word != "ASC").collect();
    match words.as_slice() {
        ["DESC"] | ["DESC", "NULLS", "FIRST"] => Some(Arg::symbol("desc")),
        [] | ["NULLS", "LAST"] => None,
        words => Some(Arg::Str(words.join(" "))),
    }
}

/// The other table is kept under its key.
pub(in super::super) fn foreign_key(schema: &Schema, given: &ForeignKeyDefinition) -> ForeignKeyDefinition {
    let one_or_all = |value: &Arg| {
        let mut names = value.to_strings();
        if names.len() == 1 { Arg::Str(names.remove(0)) } else { Arg::from(names) }
    };
    let action = |key: &str| match given.options.get(key) {
        action if action.is_truthy() => action.clone(),
        _ => Arg::Nil,
    };
    let deferrable = given.deferrable();
    let deferrable = if deferrable.is_truthy() { deferrable.clone() } else { Arg::Bool(false) };
    let to_table = schema.key(&given.to_table);
    let options = Options::from([
        ("column", one_or_all(given.column())),
        ("name", Arg::Str(given.name().unwrap_or_default())),
        ("primary_key", one_or_all(&given.primary_key())),
        ("on_delete", action("on_delete")),
        ("on_update", action("on_update")),
        ("deferrable", deferrable),
        ("validate", Arg::Bool(given.is_validate())),
    ]);
    ForeignKeyDefinition { from_table: given.from_table.clone(), to_table, options }
}

pub(in super::super) fn check(
    schema: &Schema,
    server: &Server,
    table: &Table,
    given: &CheckConstraintDefinition,
) -> (CheckConstraintDefinition, bool) {
    let printed = expressions::condition(&given.expression, scope(schema, server, table));
    let is_doubtful = printed.is_none();
    let options = Options::from([
        ("name", Arg::Str(given.name().unwrap_or_default())),
        ("validate", Arg::Bool(given.is_validate())),
    ]);
    let expression = printed.map_or_else(|| given.expression.clone(), |printed| printed.of_check);
    (CheckConstraintDefinition { table_name: given.table_name.clone(), expression, options }, is_doubtful)
}

/// Its index is one of the table's, of the same elements and on the same condition.
pub(in super::super) fn add_exclusion(
    schema: &Schema,
    server: &Server,
    table: &mut Table,
    given: &ExclusionConstraintDefinition,
) {
    let mut constraint = given.clone();
    let scope = scope(schema, server, table);
    let elements = expressions::exclusion(&given.expression, scope);
    let condition = given.options.get("where").clone();
    let printed = expressions::condition(&condition.to_s(), scope).map(|printed| printed.of_index);
    let is_doubtful = elements.is_none() || (condition.is_truthy() && printed.is_none());
    let printed = printed.filter(|_| condition.is_truthy());
    let using = given.options.get("using");
    let mut index = IndexDefinition::new(&given.table_name, given.name(), false, given.expression.as_str());
    index.using = Some(if using.is_truthy() { using.to_s() } else { "btree".to_owned() });
    index.nulls_not_distinct = Some(false);
    index.r#where.clone_from(&printed);
    if let Some((expression, columns)) = elements {
        constraint.expression = expression;
        index.columns = columns.names.map_or(Arg::Str(columns.text), Arg::from);
    }
    let deferrable = given.options.get("deferrable");
    constraint.options = Options::from([
        ("name", given.options.get("name").clone()),
        ("using", Arg::symbol(index.using.clone().unwrap_or_default())),
        // Rails cuts two parentheses off either end.
        ("where", printed.map_or(Arg::Nil, |text| Arg::str(without_first_and_last(&text)))),
        ("deferrable", if deferrable.is_truthy() { deferrable.clone() } else { Arg::Bool(false) }),
    ]);
    index.orders = Arg::Hash(Options::new());
    index.opclasses = Arg::Hash(Options::new());
    let definition = index.concise();
    table.indexes.push(StoredIndex { definition, constraint: Some(given.name()), is_doubtful });
    table.exclusions.push(StoredExclusion { definition: constraint, is_doubtful });
}

fn without_first_and_last(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.next_back();
    characters.as_str()
}

/// Its index is one of the table's; one that was there already becomes the constraint's and gets its name.
pub(in super::super) fn add_unique(
    schema: &Schema,
    server: &Server,
    table: &mut Table,
    given: &UniqueConstraintDefinition,
) {
    let mut given = given.clone();
    let name = given.name();
    let using_index = given.options.get("using_index");
    let wanted = using_index.is_truthy().then(|| using_index.to_s());
    if let Some(index) = table.indexes.iter_mut().find(|index| Some(&index.definition.name) == wanted.as_ref()) {
        index.definition.name.clone_from(&name);
        index.constraint = Some(name);
        given.column = index.definition.columns.clone();
    } else {
        given.column = Arg::from(given.column.to_strings());
        let mut index = IndexDefinition::new(&given.table_name, &name, true, given.column.clone());
        index.nulls_not_distinct = Some(given.options.get("nulls_not_distinct").is_truthy());
        create::index(schema, server, table, &index, Some(&name));
    }
    let deferrable = given.options.get("deferrable");
    given.options = Options::from([
        ("name", given.options.get("name").clone()),
        ("nulls_not_distinct", Arg::Bool(given.options.get("nulls_not_distinct").is_truthy())),
        ("deferrable", if deferrable.is_truthy() { deferrable.clone() } else { Arg::Bool(false) }),
    ]);
    table.uniques.push(given);
}

/// A column has another type: what was printed of it is understood anew.
pub(super) fn read_again(schema: &Schema, server: &Server, table: &mut Table, column: &str) {
    use super::super::expressions::mentions;
    let known = table.clone();
    let scope = scope(schema, server, &known);
    for check in table.checks.iter_mut().filter(|check| mentions(&check.definition.expression, column)) {
        match expressions::condition(&check.definition.expression, scope) {
            Some(printed) if !check.is_doubtful => check.definition.expression = printed.of_check,
            _ => check.is_doubtful = true,
        }
    }
    for index in &mut table.indexes {
        let definition = &mut index.definition;
        if let Some(condition) = definition.r#where.take() {
            let printed = expressions::condition(&condition, scope).filter(|_| mentions(&condition, column));
            index.is_doubtful |= printed.is_none() && mentions(&condition, column);
            definition.r#where = Some(printed.map_or(condition, |printed| printed.of_index));
        }
        if let Arg::Str(text) = &definition.columns
            && mentions(text, column)
        {
            let printed = expressions::index_columns(text, scope).filter(|_| !index.is_doubtful);
            index.is_doubtful |= printed.is_none();
            definition.columns = Arg::Str(printed.map_or_else(|| text.clone(), |printed| printed.text));
        }
    }
}
