//! A table whose columns the plan has changed and whose rows it has not: what is asked of it is asked of the server's table, through a
//! subquery that has the columns as they will be.

use super::known::Known;
use crate::abstract_adapter::Quoting;
use crate::change::Alteration;
use crate::{Arg, Dialect};

/// Where a column's values are.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// In the server's column of this name.
    Column(String),
    /// The same in each row: a column with its default. Literal, and type.
    Literal { text: Option<String>, sql_type: String },
}

/// The rows of a table under the names that they will have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    /// The server's name of the table.
    pub below: String,
    /// None: something has become of a column that no query can show.
    columns: Option<Vec<(String, Source)>>,
}

impl View {
    /// Of a table that is as the server has it.
    pub(super) fn of(table: &str, known: &Known) -> Self {
        let columns = known.with(|catalogue| catalogue.columns(table)).ok().filter(|columns| !columns.is_empty());
        let own = |name: String| (name.clone(), Source::Column(name));
        let columns = columns.map(|columns| columns.into_iter().map(|column| own(column.name)).collect());
        Self { below: table.to_owned(), columns }
    }

    /// After an ALTER TABLE, which the schema knows already.
    pub(super) fn alter(&mut self, table: &str, alterations: &[Alteration], known: &Known) {
        for alteration in alterations {
            let Some(columns) = &mut self.columns else { return };
            match alteration {
                Alteration::AddColumn(column) => match literal(table, &column.name, known) {
                    Some(literal) => columns.push((column.name.clone(), literal)),
                    None => self.columns = None,
                },
                Alteration::DropColumn(name) => columns.retain(|(column, _)| column != name),
                Alteration::RenameColumn { from, to } => {
                    columns
                        .iter_mut()
                        .filter(|(column, _)| column == from)
                        .for_each(|(column, _)| column.clone_from(to));
                }
                Alteration::ChangeColumn(_) | Alteration::Unread => self.columns = None,
                // Keys, defaults and constraints leave rows as they are.
                _ => {}
            }
        }
    }

    /// A question asked of the server's table; none where it can't be.
    pub(super) fn through(&self, sql: &str, table: &str, quoting: &dyn Quoting, dialect: Dialect) -> Option<String> {
        let columns = self.columns.as_ref()?;
        let name = quoting.quote_table_name(table);
        let selected: Vec<String> =
            columns.iter().map(|(name, source)| selected(name, source, quoting, dialect)).collect();
        let below = quoting.quote_table_name(&self.below);
        let subquery = format!("(SELECT {} FROM {below}) {}", selected.join(", "), quoting.quote_column_name(table));
        let mut out = String::with_capacity(sql.len() + subquery.len());
        let (mut rest, mut found) = (sql, 0);
        while let Some(at) = rest.find(&name) {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            let after = &after[name.len()..];
            let word = before.trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let is_table = word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("join");
            if is_table && !after.starts_with('.') {
                // A name of its own takes the place of the table's.
                if !after.is_empty() && !follows(after) {
                    return None;
                }
                out.push_str(&subquery);
                found += 1;
            } else {
                out.push_str(&name);
            }
            rest = after;
        }
        out.push_str(rest);
        (found > 0).then_some(out)
    }
}

/// What may follow a table that has no other name.
fn follows(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let words =
        ["WHERE", "ORDER", "GROUP", "LIMIT", "HAVING", "INNER", "LEFT", "RIGHT", "CROSS", "JOIN", "ON", "OFFSET"];
    rest.starts_with(')') || rest.starts_with(',') || words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn selected(name: &str, source: &Source, quoting: &dyn Quoting, dialect: Dialect) -> String {
    let quoted = quoting.quote_column_name(name);
    match source {
        Source::Column(own) if own == name => quoted,
        Source::Column(own) => format!("{} AS {quoted}", quoting.quote_column_name(own)),
        Source::Literal { text, sql_type } => {
            let text =
                text.as_deref().map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")));
            match dialect {
                Dialect::PostgreSql => format!("CAST({text} AS {sql_type}) AS {quoted}"),
                _ => format!("{text} AS {quoted}"),
            }
        }
    }
}

/// What a new column holds in each row; none where the server computes it.
fn literal(table: &str, name: &str, known: &Known) -> Option<Source> {
    let columns = known.with(|catalogue| catalogue.columns(table)).ok()?;
    let column = columns.into_iter().find(|column| column.name == name)?;
    if column.default_function.is_some() || column.auto_increment || column.generated.is_some() {
        return None;
    }
    let text = match &column.default {
        Arg::Nil => None,
        Arg::Bool(value) => Some(u8::from(*value).to_string()),
        value => Some(value.to_s()),
    };
    Some(Source::Literal { text, sql_type: column.sql_type().to_owned() })
}
