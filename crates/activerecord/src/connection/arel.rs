//! Statements as trees: the part of arel/nodes that relations and migrations are made of. A value is a bind where statements
//! are prepared, and written out where they are not. `arel/to_sql.rs` makes SQL of them.

mod change;
mod predications;
pub(crate) mod to_sql;
mod weight;

use std::borrow::Cow;
use std::fmt;

use adapters::Arg;
use ruby::Value;

pub(crate) use change::{Assignments, Change};
pub(crate) use predications::{Beyond, Bound};
pub(crate) use to_sql::{Collector, ast, compile, to_sql, with_placeholders, wrapped};

/// `Arel::Nodes`, one variant for what differs in its SQL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// `Arel.sql`
    Sql(String),
    /// A statement with values in it: `BoundSqlLiteral`.
    BoundSql(Vec<Node>),
    Attribute(String, String),
    /// A column's name alone: `UnqualifiedColumn`.
    Column(String),
    /// A value as its column's type serializes it.
    Bind(Arg),
    /// Any of these, with what a condition was given it as (`value_before_type_cast`).
    Given(Box<Node>, Raw),
    /// A number that no row of the column can have: beyond its greatest, or below its least.
    Unboundable(Beyond),
    /// Written out, whether or not statements are prepared.
    Quoted(Arg),
    Star,
    True,
    False,
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    NotIn(Box<Node>, Vec<Node>),
    InSelect(Box<Node>, Box<Select>, bool),
    Between(Box<Node>, Box<Node>, Box<Node>),
    Matches(Box<Matches>),
    /// Not: IS NOT DISTINCT FROM.
    Distinct(Box<Node>, Box<Node>, bool),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Grouping(Box<Node>),
    Ascending(Box<Node>),
    Descending(Box<Node>),
    NullsFirst(Box<Node>),
    NullsLast(Box<Node>),
    As(Box<Node>, String),
    Function {
        name: Cow<'static, str>,
        arguments: Vec<Node>,
        distinct: bool,
    },
    Infix(Cow<'static, str>, Box<Node>, Box<Node>),
    Unary(&'static str, Box<Node>),
    Concat(Box<Node>, Box<Node>),
    Case(Box<Case>),
    Extract(Box<Node>, String),
    Exists(Box<Select>),
    /// A SELECT in parentheses.
    Subselect(Box<Select>),
    /// `UNION` and its kin, of two statements.
    Set(SetOperation, Box<Node>, Box<Node>),
    /// The statement itself, without parentheses.
    Statement(Box<Select>),
    Filter(Box<Node>, Box<Node>),
    Over(Box<Node>, Box<Over>),
    List(Vec<Node>),
    /// `ValuesList`
    Values(Vec<Vec<Node>>),
}

/// A value before its column's type saw it.
#[derive(Clone)]
pub(crate) struct Raw(pub Value);

impl fmt::Debug for Raw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Raw")
    }
}

/// Of two objects that are one to the database nobody asks whether they are one to Ruby.
impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Value::Int(one), Value::Int(other)) => one == other,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }
}

/// `LIKE` or a pattern, and how each database writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matches {
    pub left: Node,
    pub right: Node,
    pub escape: Option<Node>,
    pub case_sensitive: bool,
    pub regexp: bool,
    pub not: bool,
}

/// CASE, with or without a subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Case {
    pub subject: Option<Node>,
    pub whens: Vec<(Node, Node)>,
    pub default: Option<Node>,
}

/// What an OVER says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Over {
    Nothing,
    Named(String),
    Sql(String),
    Window(Window),
}

/// A window: partitions, orders and a frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    pub partitions: Vec<Node>,
    pub orders: Vec<Node>,
    pub framing: Option<String>,
}

/// Between two SELECTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetOperation {
    Union,
    UnionAll,
    Intersect,
    Except,
}

/// The operator between two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Comparison {
    fn operator(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }

    fn inverse(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
        }
    }
}

/// `Arel::Table`, or an alias of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub name: String,
    pub alias: Option<String>,
}

impl Table {
    /// A table under its own name.
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), alias: None }
    }

    /// What columns are qualified with.
    pub(crate) fn qualifier(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// What rows come from, or are joined with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Table(Table),
    Sql(String),
    /// The alias is quoted unless it is SQL.
    Select(Box<Node>, Node),
    Node(Box<Node>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Sql(String::new())
    }
}

/// Which rows without a partner stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Outer,
    RightOuter,
    FullOuter,
}

/// A table beside the others, or a text in its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Join {
    /// `StringJoin`
    Sql(Node),
    On {
        kind: JoinKind,
        source: Source,
        on: Option<Node>,
    },
}

impl Join {
    /// `join.left.name`
    pub(crate) fn table_name(&self) -> Option<&str> {
        match self {
            Self::On { source: Source::Table(table), .. } => Some(table.qualifier()),
            _ => None,
        }
    }
}

/// A statement of `WITH`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cte {
    pub name: String,
    pub body: Node,
    pub materialized: Option<bool>,
}

/// A whole SELECT, each part of which may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Select {
    pub ctes: Vec<Cte>,
    pub recursive: bool,
    pub hints: Vec<String>,
    pub distinct: bool,
    /// PostgreSQL's DISTINCT ON.
    pub distinct_on: Vec<Node>,
    pub projections: Vec<Node>,
    /// None: there is no FROM.
    pub from: Option<Source>,
    pub joins: Vec<Join>,
    pub wheres: Vec<Node>,
    pub groups: Vec<Node>,
    pub havings: Vec<Node>,
    pub windows: Vec<(String, Window)>,
    /// `annotate`
    pub comments: Vec<String>,
    pub orders: Vec<Node>,
    pub limit: Option<Arg>,
    pub offset: Option<Arg>,
    pub lock: Option<String>,
}

impl Node {
    /// With the value that it was made of.
    pub(crate) fn given(self, value: &Value) -> Self {
        Self::Given(Box::new(self), Raw(value.clone()))
    }

    /// Without it.
    pub(crate) fn bare(&self) -> &Self {
        if let Self::Given(node, _) = self { node.bare() } else { self }
    }

    /// `eq`: IS NULL beside nil.
    pub(crate) fn equal(self, value: Node) -> Self {
        Self::Compare(Comparison::Equal, Box::new(self), Box::new(value))
    }

    /// With IS in place of `=` beside nil.
    pub(crate) fn compare(self, comparison: Comparison, value: Node) -> Self {
        Self::Compare(comparison, Box::new(self), Box::new(value))
    }

    /// A column of a table, both quoted when the statement is written.
    pub(crate) fn attribute(table: impl Into<String>, name: impl Into<String>) -> Self {
        Self::Attribute(table.into(), name.into())
    }

    /// A call of a function of the database.
    pub(crate) fn function(name: &'static str, arguments: Vec<Node>) -> Self {
        Self::Function { name: Cow::Borrowed(name), arguments, distinct: false }
    }

    /// In parentheses.
    pub(crate) fn grouping(self) -> Self {
        Self::Grouping(Box::new(self))
    }

    /// `invert`
    pub(crate) fn invert(self) -> Self {
        match self {
            Self::Compare(comparison, left, right) => Self::Compare(comparison.inverse(), left, right),
            Self::In(left, right) => Self::NotIn(left, right),
            Self::NotIn(left, right) => Self::In(left, right),
            Self::InSelect(left, select, not) => Self::InSelect(left, select, !not),
            Self::Distinct(left, right, not) => Self::Distinct(left, right, !not),
            other => Self::Not(Box::new(other)),
        }
    }

    /// `WhereClause#contradiction?` of one predicate.
    pub(crate) fn is_contradiction(&self) -> bool {
        match self {
            Self::In(_, values) => values.is_empty(),
            Self::Compare(Comparison::Equal, _, value) => matches!(value.bare(), Self::Unboundable(_)),
            _ => false,
        }
    }

    /// `Arel.fetch_attribute`: the column that alone is spoken of.
    pub(crate) fn column(&self) -> Option<(&str, &str)> {
        let of = |node: &'_ Node| matches!(node, Self::Attribute(..));
        match self {
            Self::Compare(_, left, _)
            | Self::In(left, _)
            | Self::NotIn(left, _)
            | Self::InSelect(left, ..)
            | Self::Distinct(left, ..)
            | Self::Between(left, ..)
                if of(left) =>
            {
                left.as_attribute()
            }
            Self::Compare(_, _, right) if of(right) => right.as_attribute(),
            Self::Matches(matches) => matches.left.as_attribute(),
            Self::Grouping(inner) => inner.column(),
            Self::And(nodes) | Self::Or(nodes) => {
                let first = nodes.first()?.column()?;
                nodes.iter().all(|node| node.column() == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// `Arel.fetch_attribute`, of whose every column the table is this one.
    pub(crate) fn speaks_only_of(&self, table: &str) -> bool {
        let is_of = |node: &Node| node.as_attribute().is_some_and(|(other, _)| other == table);
        match self {
            Self::Compare(_, left, right) | Self::Distinct(left, right, _) => match left.as_attribute() {
                Some((other, _)) => other == table,
                None => is_of(right),
            },
            Self::In(left, _) | Self::NotIn(left, _) | Self::InSelect(left, ..) | Self::Between(left, ..) => {
                is_of(left)
            }
            Self::Matches(matches) => is_of(&matches.left),
            Self::Grouping(inner) => inner.speaks_only_of(table),
            Self::And(nodes) | Self::Or(nodes) => {
                !nodes.is_empty() && nodes.iter().all(|node| node.speaks_only_of(table))
            }
            _ => false,
        }
    }

    /// The table and the column, where it is one.
    pub(crate) fn as_attribute(&self) -> Option<(&str, &str)> {
        match self {
            Self::Attribute(table, name) => Some((table, name)),
            _ => None,
        }
    }

    /// The same, of a table under another name.
    pub(crate) fn renamed(&self, from: &str, to: &str) -> Node {
        let mut node = self.clone();
        node.rename(from, to);
        node
    }

    fn rename(&mut self, from: &str, to: &str) {
        match self {
            Self::Attribute(table, _) if table == from => to.clone_into(table),
            Self::Compare(_, left, right)
            | Self::Distinct(left, right, _)
            | Self::Infix(_, left, right)
            | Self::Concat(left, right)
            | Self::Filter(left, right) => {
                left.rename(from, to);
                right.rename(from, to);
            }
            Self::Between(value, low, high) => {
                value.rename(from, to);
                low.rename(from, to);
                high.rename(from, to);
            }
            Self::In(left, values) | Self::NotIn(left, values) => {
                left.rename(from, to);
                for value in values.iter_mut() {
                    value.rename(from, to);
                }
            }
            Self::InSelect(left, ..) => left.rename(from, to),
            Self::Matches(matches) => matches.left.rename(from, to),
            Self::And(nodes) | Self::Or(nodes) | Self::List(nodes) | Self::BoundSql(nodes) => {
                for node in nodes.iter_mut() {
                    node.rename(from, to);
                }
            }
            Self::Function { arguments, .. } => arguments.iter_mut().for_each(|node| node.rename(from, to)),
            Self::Not(inner)
            | Self::Grouping(inner)
            | Self::Ascending(inner)
            | Self::Descending(inner)
            | Self::NullsFirst(inner)
            | Self::NullsLast(inner)
            | Self::As(inner, _)
            | Self::Unary(_, inner)
            | Self::Extract(inner, _) => inner.rename(from, to),
            _ => {}
        }
    }
}
