//! What a relation was built of, call by call: `@values` of relation.rb, and relation/from_clause.rb.

use std::rc::Rc;

use adapters::Arg;
use ruby::Value;

use super::disable_joins_association_relation;
use crate::connection::arel::{Cte, Join, Node, Source};
use crate::models::associations::join_dependency::{Association, JoinDependency};

/// What a relation was built of: `@values`.
#[derive(Clone, Default)]
pub(crate) struct Values {
    pub selects: Vec<Node>,
    /// What `selects` was made of, as it was given: `from` may make something else of a name.
    pub fields: Vec<Value>,
    pub distinct: bool,
    pub from: Option<From>,
    pub joins: Vec<JoinValue>,
    pub left_joins: Vec<Association>,
    pub includes: Vec<Association>,
    pub preload: Vec<Association>,
    pub eager_load: Vec<Association>,
    pub references: Vec<String>,
    pub symbol_references: Vec<String>,
    /// Those among them that conditions and orders name: a join of an association of that name takes it for its alias.
    pub named_tables: Vec<String>,
    pub withs: Vec<Cte>,
    pub recursive: bool,
    pub wheres: Vec<Node>,
    pub groups: Vec<Node>,
    pub havings: Vec<Node>,
    pub orders: Vec<Node>,
    pub reordering: bool,
    pub limit: Option<Arg>,
    pub offset: Option<Arg>,
    pub lock: Option<String>,
    pub readonly: bool,
    pub strict_loading: Option<bool>,
    pub skip_preloading: bool,
    pub none: bool,
    pub annotations: Vec<String>,
    pub hints: Vec<String>,
    pub extending: Vec<Value>,
    pub create_with: Vec<(Value, Value)>,
    /// The association whose rows these are (`AssociationRelation`), and whether this is its `CollectionProxy`.
    pub association: Value,
    pub is_proxy: bool,
    /// Of rows that are put in an order once they are read.
    pub put_in_order: Option<Rc<disable_joins_association_relation::Order>>,
}

/// `FromClause`
#[derive(Clone, PartialEq)]
pub(crate) struct From {
    pub source: Source,
    /// Its name, or the SQL.
    pub text: String,
}

/// What `joins` was given.
#[derive(Clone)]
pub(crate) enum JoinValue {
    Join(Join),
    Association(Association),
    /// What another model's relation joins, or what is loaded eagerly.
    Dependency(Rc<JoinDependency>),
}

impl PartialEq for JoinValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Join(one), Self::Join(other)) => one == other,
            (Self::Association(one), Self::Association(other)) => one == other,
            (Self::Dependency(one), Self::Dependency(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl From {
    /// `table_name_matches?`
    pub(crate) fn is(&self, table: &str) -> bool {
        let text = self.text.to_lowercase();
        let table = table.to_lowercase();
        let is_word = |character: char| character == '_' || character.is_alphanumeric();
        text.match_indices(&table).any(|(place, _)| {
            let (before, after) = (&text[..place], &text[place + table.len()..]);
            let quote = before.chars().next_back().filter(|character| matches!(character, '"' | '`'));
            let (before, after) = match quote {
                Some(quote) if after.starts_with(quote) => (&before[..before.len() - 1], &after[1..]),
                _ => (before, after),
            };
            let begins = match before.strip_suffix(char::is_whitespace) {
                Some(before) => !before.ends_with("from"),
                None => before.is_empty(),
            };
            begins && !after.starts_with('.') && !after.starts_with(is_word)
        })
    }
}

impl Values {
    /// `references_values |=` of tables that a hash or an order names.
    pub(crate) fn refer(&mut self, tables: Vec<String>) {
        self.refer_to(&tables);
        for table in tables {
            if !self.named_tables.contains(&table) {
                self.named_tables.push(table);
            }
        }
    }

    /// `references(:posts)`
    pub(crate) fn refer_to(&mut self, tables: &[String]) {
        for table in tables {
            if !self.references.contains(table) {
                self.references.push(table.clone());
            }
        }
    }

    /// `select_values |=`
    pub(crate) fn add_fields(&mut self, given: &[Value]) {
        for field in given {
            let name = |value: &Value| (matches!(value, Value::Symbol(_)), value.as_name());
            let is_there = field.as_name().is_some() && self.fields.iter().any(|other| name(other) == name(field));
            if !is_there {
                self.fields.push(field.clone());
            }
        }
    }

    /// `none!`
    pub(crate) fn make_none(&mut self) {
        if !self.none {
            self.wheres.push(Node::Sql("1=0".to_owned()));
            self.none = true;
        }
    }

    /// `structurally_incompatible_values_for`: a list that only this side has does not matter.
    pub(crate) fn incompatible(&self, other: &Self) -> Vec<&'static str> {
        fn differ<T: PartialEq>(mine: &[T], theirs: &[T]) -> bool {
            mine != theirs && (mine.is_empty() || !theirs.is_empty())
        }
        let checks = [
            ("includes", differ(&self.includes, &other.includes)),
            ("eager_load", differ(&self.eager_load, &other.eager_load)),
            ("preload", differ(&self.preload, &other.preload)),
            ("select", differ(&self.selects, &other.selects)),
            ("group", differ(&self.groups, &other.groups)),
            ("order", differ(&self.orders, &other.orders)),
            ("joins", differ(&self.joins, &other.joins)),
            ("left_outer_joins", differ(&self.left_joins, &other.left_joins)),
            ("with", differ(&self.withs, &other.withs)),
            ("limit", self.limit != other.limit),
            ("offset", self.offset != other.offset),
            ("lock", self.lock != other.lock),
            ("readonly", self.readonly != other.readonly),
            ("strict_loading", self.strict_loading != other.strict_loading),
            ("reordering", self.reordering != other.reordering),
            ("distinct", self.distinct != other.distinct),
            ("from", self.from != other.from),
        ];
        checks.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}
