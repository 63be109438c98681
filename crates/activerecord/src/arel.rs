//! Statements as trees, and the SQL of them: the part of arel/nodes and arel/visitors that relations are made of. A value is
//! a bind where statements are prepared, and written out where they are not.

use adapters::{Adapter, Arg, Result};

/// `Arel::Nodes`, one variant for what differs in its SQL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// `Arel.sql`
    Sql(String),
    /// A statement with values in it: `BoundSqlLiteral`.
    BoundSql(Vec<Node>),
    Attribute(String, String),
    /// A value as its column's type serializes it.
    Bind(Arg),
    /// A number that no row of the column can have.
    Unboundable,
    /// Written out, whether or not statements are prepared.
    Quoted(Arg),
    Star,
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    NotIn(Box<Node>, Vec<Node>),
    InSelect(Box<Node>, Box<Select>, bool),
    Between(Box<Node>, Box<Node>, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Grouping(Box<Node>),
    Ascending(Box<Node>),
    Descending(Box<Node>),
    As(Box<Node>, String),
    Function {
        name: &'static str,
        arguments: Vec<Node>,
        distinct: bool,
    },
    Infix(&'static str, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Matches,
    DoesNotMatch,
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
            Self::Matches => "LIKE",
            Self::DoesNotMatch => "NOT LIKE",
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
            Self::Matches => Self::DoesNotMatch,
            Self::DoesNotMatch => Self::Matches,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Select {
    pub distinct: bool,
    pub projections: Vec<Node>,
    /// Quoted already.
    pub from: String,
    pub from_select: Option<(Box<Select>, String)>,
    pub joins: Vec<String>,
    pub wheres: Vec<Node>,
    pub groups: Vec<Node>,
    pub havings: Vec<Node>,
    pub orders: Vec<Node>,
    pub limit: Option<Arg>,
    pub offset: Option<Arg>,
    pub lock: Option<String>,
    /// `annotate`
    pub comment: Option<&'static str>,
}

impl Node {
    pub fn equal(self, value: Node) -> Self {
        Self::Compare(Comparison::Equal, Box::new(self), Box::new(value))
    }

    pub fn compare(self, comparison: Comparison, value: Node) -> Self {
        Self::Compare(comparison, Box::new(self), Box::new(value))
    }

    /// `invert`
    pub fn invert(self) -> Self {
        match self {
            Self::Compare(comparison, left, right) => Self::Compare(comparison.inverse(), left, right),
            Self::In(left, right) => Self::NotIn(left, right),
            Self::NotIn(left, right) => Self::In(left, right),
            Self::InSelect(left, select, not) => Self::InSelect(left, select, !not),
            other => Self::Not(Box::new(other)),
        }
    }

    /// `WhereClause#contradiction?` of one predicate.
    pub fn is_contradiction(&self) -> bool {
        match self {
            Self::In(_, values) => values.is_empty(),
            Self::Compare(Comparison::Equal, _, value) => matches!(**value, Self::Unboundable),
            _ => false,
        }
    }

    /// `Arel.fetch_attribute`: the column that alone is spoken of.
    pub fn column(&self) -> Option<(&str, &str)> {
        match self {
            Self::Compare(_, left, _)
            | Self::In(left, _)
            | Self::NotIn(left, _)
            | Self::InSelect(left, ..)
            | Self::Between(left, ..) => match &**left {
                Self::Attribute(table, name) => Some((table, name)),
                _ => None,
            },
            Self::Grouping(inner) | Self::Not(inner) => inner.column(),
            Self::And(nodes) | Self::Or(nodes) => {
                let first = nodes.first()?.column()?;
                nodes.iter().all(|node| node.column() == Some(first)).then_some(first)
            }
            _ => None,
        }
    }
}

/// `WhereClause#ast`'s predicates: a plain string stands in parentheses.
pub(crate) fn wrapped(predicates: &[Node]) -> Vec<Node> {
    predicates
        .iter()
        .filter(|node| !matches!(node, Node::Sql(text) if text.is_empty()))
        .map(|node| match node {
            Node::Sql(_) => Node::Grouping(Box::new(node.clone())),
            other => other.clone(),
        })
        .collect()
}

/// `WhereClause#ast`
pub(crate) fn ast(predicates: &[Node]) -> Node {
    let mut nodes = wrapped(predicates);
    if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) }
}

/// A statement ready to send.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    pub sql: String,
    pub binds: Vec<Arg>,
}

/// `to_sql_and_binds`: prepared unless the adapter does not, or there are too many values.
pub(crate) fn compile(
    adapter: &mut dyn Adapter,
    visit: impl Fn(&mut Collector<'_>) -> Result<()>,
) -> Result<Statement> {
    let mysql = matches!(adapter.adapter_name(), "Mysql2" | "Trilogy");
    let prepared = adapter.base().prepared_statements && !mysql;
    let limit = adapter.bind_params_length();
    let mut collector = Collector::new(adapter, prepared);
    visit(&mut collector)?;
    if collector.statement.binds.len() > limit {
        collector = Collector::new(adapter, false);
        visit(&mut collector)?;
    }
    Ok(collector.statement)
}

/// `to_sql`: every value written out.
pub(crate) fn to_sql(adapter: &mut dyn Adapter, visit: impl Fn(&mut Collector<'_>) -> Result<()>) -> Result<String> {
    let mut collector = Collector::new(adapter, false);
    visit(&mut collector)?;
    Ok(collector.statement.sql)
}

pub(crate) struct Collector<'a> {
    adapter: &'a dyn Adapter,
    prepared: bool,
    statement: Statement,
}

impl<'a> Collector<'a> {
    fn new(adapter: &'a dyn Adapter, prepared: bool) -> Self {
        Self { adapter, prepared, statement: Statement::default() }
    }

    pub fn adapter(&self) -> &'a dyn Adapter {
        self.adapter
    }

    pub fn is_mysql(&self) -> bool {
        matches!(self.adapter.adapter_name(), "Mysql2" | "Trilogy")
    }

    pub fn push(&mut self, text: &str) {
        self.statement.sql.push_str(text);
    }

    pub fn table(&mut self, name: &str) {
        let quoted = self.adapter.quote_table_name(name);
        self.push(&quoted);
    }

    pub fn column(&mut self, name: &str) {
        let quoted = self.adapter.quote_column_name(name);
        self.push(&quoted);
    }

    pub fn bind(&mut self, value: &Arg) -> Result<()> {
        if !self.prepared {
            let quoted = self.adapter.quote(value)?;
            self.push(&quoted);
            return Ok(());
        }
        self.statement.binds.push(value.clone());
        if self.adapter.adapter_name() == "PostgreSQL" {
            let number = format!("${}", self.statement.binds.len());
            self.push(&number);
        } else {
            self.push("?");
        }
        Ok(())
    }

    pub fn joined(&mut self, nodes: &[Node], separator: &str) -> Result<()> {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            self.visit(node)?;
        }
        Ok(())
    }

    pub fn visit(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Sql(text) => self.push(text),
            Node::BoundSql(parts) => self.joined(parts, "")?,
            Node::Attribute(table, name) => {
                self.table(table);
                self.push(".");
                if name == "*" { self.push("*") } else { self.column(name) }
            }
            Node::Bind(value) => self.bind(value)?,
            Node::Unboundable => self.push("NULL"),
            Node::Quoted(value) => {
                let quoted = self.adapter.quote(value)?;
                self.push(&quoted);
            }
            Node::Star => self.push("*"),
            Node::Compare(comparison, left, right) => self.comparison(*comparison, left, right)?,
            Node::In(left, values) => self.membership(left, values, false)?,
            Node::NotIn(left, values) => self.membership(left, values, true)?,
            Node::InSelect(left, select, not) => {
                self.visit(left)?;
                self.push(if *not { " NOT IN (" } else { " IN (" });
                self.select(select)?;
                self.push(")");
            }
            Node::Between(value, low, high) => {
                self.visit(value)?;
                self.push(" BETWEEN ");
                self.visit(low)?;
                self.push(" AND ");
                self.visit(high)?;
            }
            Node::And(nodes) => self.joined(nodes, " AND ")?,
            Node::Or(nodes) => self.joined(nodes, " OR ")?,
            Node::Not(inner) => {
                self.push("NOT (");
                self.visit(inner)?;
                self.push(")");
            }
            Node::Grouping(inner) => {
                let mut inner = inner;
                while let Node::Grouping(deeper) = &**inner {
                    inner = deeper;
                }
                self.push("(");
                self.visit(inner)?;
                self.push(")");
            }
            Node::Ascending(inner) => {
                self.visit(inner)?;
                self.push(" ASC");
            }
            Node::Descending(inner) => {
                self.visit(inner)?;
                self.push(" DESC");
            }
            Node::As(inner, alias) => {
                self.visit(inner)?;
                self.push(" AS ");
                self.push(alias);
            }
            Node::Function { name, arguments, distinct } => {
                self.push(name);
                self.push(if *distinct { "(DISTINCT " } else { "(" });
                self.joined(arguments, ", ")?;
                self.push(")");
            }
            Node::Infix(operator, left, right) => {
                self.visit(left)?;
                self.push(&format!(" {operator} "));
                self.visit(right)?;
            }
        }
        Ok(())
    }

    fn comparison(&mut self, comparison: Comparison, left: &Node, right: &Node) -> Result<()> {
        let is_null = matches!(right, Node::Bind(Arg::Nil) | Node::Quoted(Arg::Nil));
        match (comparison, right) {
            (Comparison::Equal, Node::Unboundable) => self.push("1=0"),
            (Comparison::NotEqual, Node::Unboundable) => self.push("1=1"),
            (Comparison::Equal, _) if is_null => {
                self.visit(left)?;
                self.push(" IS NULL");
            }
            (Comparison::NotEqual, _) if is_null => {
                self.visit(left)?;
                self.push(" IS NOT NULL");
            }
            _ => {
                let operator = match comparison {
                    Comparison::Matches if self.adapter.adapter_name() == "PostgreSQL" => "ILIKE",
                    Comparison::DoesNotMatch if self.adapter.adapter_name() == "PostgreSQL" => "NOT ILIKE",
                    other => other.operator(),
                };
                self.visit(left)?;
                self.push(&format!(" {operator} "));
                self.visit(right)?;
            }
        }
        Ok(())
    }

    fn membership(&mut self, left: &Node, values: &[Node], not: bool) -> Result<()> {
        if values.is_empty() {
            self.push(if not { "1=1" } else { "1=0" });
            return Ok(());
        }
        self.visit(left)?;
        self.push(if not { " NOT IN (" } else { " IN (" });
        self.joined(values, ", ")?;
        self.push(")");
        Ok(())
    }

    fn clause(&mut self, keyword: &str, nodes: &[Node], separator: &str) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.push(keyword);
        self.joined(nodes, separator)
    }

    pub fn wheres(&mut self, predicates: &[Node]) -> Result<()> {
        self.clause(" WHERE ", &wrapped(predicates), " AND ")
    }

    pub fn select(&mut self, select: &Select) -> Result<()> {
        self.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
        self.joined(&select.projections, ", ")?;
        self.push(" FROM ");
        if let Some((inner, alias)) = &select.from_select {
            self.push("(");
            self.select(inner)?;
            let alias_keyword = if self.adapter.adapter_name() == "SQLite" { "AS " } else { "" };
            self.push(&format!(") {alias_keyword}{alias}"));
        } else {
            self.push(&select.from);
        }
        for join in &select.joins {
            self.push(" ");
            self.push(join);
        }
        self.wheres(&select.wheres)?;
        self.clause(" GROUP BY ", &select.groups, ", ")?;
        self.clause(" HAVING ", &wrapped(&select.havings), " AND ")?;
        if let Some(comment) = select.comment {
            self.push(&format!(" /* {comment} */"));
        }
        self.clause(" ORDER BY ", &select.orders, ", ")?;
        self.limit_and_offset(select)?;
        if let Some(lock) = &select.lock
            && self.adapter.adapter_name() != "SQLite"
        {
            self.push(&format!(" {lock}"));
        }
        Ok(())
    }

    fn limit_and_offset(&mut self, select: &Select) -> Result<()> {
        match (&select.limit, &select.offset) {
            (Some(limit), _) => {
                self.push(" LIMIT ");
                self.bind(limit)?;
            }
            (None, Some(_)) => match self.adapter.adapter_name() {
                "SQLite" => self.push(" LIMIT -1"),
                "Mysql2" | "Trilogy" => self.push(" LIMIT 18446744073709551615"),
                _ => {}
            },
            (None, None) => {}
        }
        if let Some(offset) = &select.offset {
            self.push(" OFFSET ");
            self.bind(offset)?;
        }
        Ok(())
    }

    /// `"a" = 1, "b" = 2` of an UPDATE; MySQL's names are qualified.
    pub fn assignments(&mut self, table: &str, values: &[(String, Node)]) -> Result<()> {
        for (index, (name, value)) in values.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            if self.is_mysql() {
                self.table(table);
                self.push(".");
            }
            self.column(name);
            self.push(" = ");
            self.visit(value)?;
        }
        Ok(())
    }
}
