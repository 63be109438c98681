//! The rows a statement answered: active_record/result.rb.

use std::rc::Rc;

use crate::Arg;

/// `ActiveRecord::Result`, its values cast as the database's client casts them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryResult {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Arg>>,
    pub affected_rows: u64,
    /// What MySQL's protocol says of an `AUTO_INCREMENT`; 0 elsewhere.
    pub last_insert_id: u64,
    /// The columns' types as PostgreSQL's protocol has them, oid and modifier; empty elsewhere.
    pub type_oids: Vec<(u32, i32)>,
    /// What SQLite's tables declare their columns as, where a column of the answer is one of theirs; empty elsewhere.
    pub declared_types: Vec<Option<Rc<str>>>,
}

const NIL: Arg = Arg::Nil;

impl QueryResult {
    /// Whether there is no row; a statement that answers none has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The columns and types at these places, under other names, with no rows.
    #[must_use]
    pub fn columns_at<'a>(&self, names: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let mut some = Self::default();
        for (name, place) in names {
            some.columns.push(name.to_owned());
            some.type_oids.extend(self.type_oids.get(place));
            some.declared_types.extend(self.declared_types.get(place).cloned());
        }
        some
    }

    /// The rows as hashes.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { columns: &self.columns, values })
    }

    /// The first row, as a hash.
    pub fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    /// The first column of the first row.
    pub fn single_value(&self) -> Arg {
        self.rows.first().and_then(|row| row.first()).cloned().unwrap_or(Arg::Nil)
    }
}

/// One row, asked by column name.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    values: &'a [Arg],
}

impl<'a> Row<'a> {
    /// `row["name"]`: `nil` for a column that is not there.
    pub fn get(&self, name: &str) -> &'a Arg {
        self.columns.iter().position(|column| column == name).and_then(|index| self.values.get(index)).unwrap_or(&NIL)
    }

    /// `row["name"].to_s`
    pub fn string(&self, name: &str) -> String {
        self.get(name).to_s()
    }

    /// `nil` is none, anything else its `to_s`.
    pub fn string_opt(&self, name: &str) -> Option<String> {
        let value = self.get(name);
        (!value.is_nil()).then(|| value.to_s())
    }

    /// In the order of the columns.
    pub fn values(&self) -> &'a [Arg] {
        self.values
    }

    /// The names that the statement gave them.
    pub fn columns(&self) -> &'a [String] {
        self.columns
    }
}
