//! Enums: a column whose type is one is printed with the name that it has, and so is its default.

use super::super::model::Schema;
use super::quoted_if_needed;

pub(in super::super) fn rename(schema: &mut Schema, from: &str, to: &str) {
    let Some(values) = schema.enums.shift_remove(from) else { return };
    schema.enums.insert(to.to_owned(), values);
    let (old, new) = (quoted_if_needed(schema.parts(from).1), quoted_if_needed(schema.parts(to).1));
    let of_type = |text: &str| text.replace(&format!("::{old}"), &format!("::{new}"));
    for table in schema.tables.values_mut() {
        for column in table.columns.iter_mut().filter(|column| column.enum_key.as_deref() == Some(from)) {
            column.enum_key = Some(to.to_owned());
            let suffix = if column.sql_type.ends_with("[]") { "[]" } else { "" };
            column.sql_type = format!("{new}{suffix}");
            column.default = column.default.take().map(|text| of_type(&text));
        }
        for check in &mut table.checks {
            check.definition.expression = of_type(&check.definition.expression);
        }
        for index in &mut table.indexes {
            index.definition.r#where = index.definition.r#where.take().map(|text| of_type(&text));
        }
    }
}

pub(in super::super) fn rename_value(schema: &mut Schema, key: &str, from: &str, to: &str) {
    let values = schema.enums.get_mut(key).into_iter().flatten();
    values.filter(|value| **value == *from).for_each(|value| to.clone_into(value));
    let name = quoted_if_needed(schema.parts(key).1);
    let constant = |value: &str| format!("'{}'::{name}", value.replace('\'', "''"));
    let (old, new) = (constant(from), constant(to));
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            column.default = column.default.take().map(|text| text.replace(&old, &new));
        }
        for check in &mut table.checks {
            check.definition.expression = check.definition.expression.replace(&old, &new);
        }
        for index in &mut table.indexes {
            index.definition.r#where = index.definition.r#where.take().map(|text| text.replace(&old, &new));
        }
    }
}
