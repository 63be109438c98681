//! The SQL of statements: arel/visitors/{to_sql,mysql,postgresql,sqlite}.rb.

mod select;

use adapters::{Adapter, Arg, Dialect, Error, Result};

use super::{Case, Comparison, Matches, Node, Over, Select, SetOperation, Window};

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
    let mysql = adapter.dialect() == Dialect::MySql;
    let prepared = adapter.base().prepared_statements && !mysql;
    let limit = adapter.bind_params_length();
    let mut collector = Collector::new(adapter, prepared);
    visit(&mut collector)?;
    if collector.statement.binds.len() > limit {
        collector = Collector::new(adapter, false);
        visit(&mut collector)?;
    }
    let (statement, names) = (collector.statement, collector.names);
    if let Some(names) = names {
        adapter.base().bind_names.replace(names);
    }
    refuse_broken(&statement.sql)?;
    // What can't be bound is found out before a transaction begins for it.
    for value in statement.binds.iter().filter(|value| is_odd(value)) {
        adapter.type_cast(value)?;
    }
    Ok(statement)
}

/// Bytes that are no characters stand in SQL of the migration's own as what the interpreter keeps them by.
fn refuse_broken(sql: &str) -> Result<()> {
    if ruby::encoding::is_broken(sql) {
        return Err(Error::unsupported("SQL that is not text in UTF-8"));
    }
    Ok(())
}

fn is_odd(value: &Arg) -> bool {
    matches!(
        value,
        Arg::Object { .. } | Arg::NoTime(_) | Arg::Array(_) | Arg::Hash(_) | Arg::Range { .. } | Arg::Function(_)
    )
}

/// `to_sql`: every value written out.
pub(crate) fn to_sql(adapter: &mut dyn Adapter, visit: impl Fn(&mut Collector<'_>) -> Result<()>) -> Result<String> {
    let mut collector = Collector::new(adapter, false);
    visit(&mut collector)?;
    Ok(collector.statement.sql)
}

/// `where_sql`: every value as a placeholder.
pub(crate) fn with_placeholders(
    adapter: &mut dyn Adapter,
    visit: impl Fn(&mut Collector<'_>) -> Result<()>,
) -> Result<String> {
    let mut collector = Collector::new(adapter, true);
    visit(&mut collector)?;
    Ok(collector.statement.sql)
}

/// A statement that is being written, and its binds.
pub(crate) struct Collector<'a> {
    adapter: &'a dyn Adapter,
    dialect: Dialect,
    prepared: bool,
    statement: Statement,
    /// The name of each bind, where somebody hears of statements, and the column that is spoken of.
    names: Option<Vec<Option<String>>>,
    column: Option<String>,
}

impl<'a> Collector<'a> {
    fn new(adapter: &'a dyn Adapter, prepared: bool) -> Self {
        let names = (prepared && adapter.base().names_binds).then(Vec::new);
        Self { adapter, dialect: adapter.dialect(), prepared, statement: Statement::default(), names, column: None }
    }

    /// Whose SQL it is.
    pub(crate) fn adapter(&self) -> &'a dyn Adapter {
        self.adapter
    }

    /// Whether it is MySQL's or MariaDB's.
    pub(crate) fn is_mysql(&self) -> bool {
        self.dialect == Dialect::MySql
    }

    /// A text as it is.
    pub(crate) fn push(&mut self, text: &str) {
        self.statement.sql.push_str(text);
    }

    /// A table's name, quoted.
    pub(crate) fn table(&mut self, name: &str) {
        let quoted = self.adapter.quote_table_name(name);
        self.push(&quoted);
    }

    /// A column's name, quoted.
    pub(crate) fn column(&mut self, name: &str) {
        let quoted = self.adapter.quote_column_name(name);
        self.push(&quoted);
    }

    /// A literal, or a place for a bind where the statement is to be prepared.
    pub(crate) fn bind(&mut self, value: &Arg) -> Result<()> {
        if !self.prepared {
            return self.quoted(value);
        }
        self.statement.binds.push(value.clone());
        if let Some(names) = &mut self.names {
            names.push(self.column.clone());
        }
        if self.dialect == Dialect::PostgreSql {
            let number = format!("${}", self.statement.binds.len());
            self.push(&number);
        } else {
            self.push("?");
        }
        Ok(())
    }

    /// Binds within are this column's.
    fn named(&mut self, column: Option<&str>, work: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.names.is_none() {
            return work(self);
        }
        let before = std::mem::replace(&mut self.column, column.map(str::to_owned));
        let outcome = work(self);
        self.column = before;
        outcome
    }

    /// Binds within are those of the column that a node is.
    fn under(&mut self, node: &Node, work: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.named(node.as_attribute().map(|(_, name)| name), work)
    }

    /// The values of columns, one after the other.
    pub(crate) fn column_values(&mut self, values: &[(String, Node)]) -> Result<()> {
        for (index, (name, value)) in values.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.named(Some(name), |collector| collector.visit(value))?;
        }
        Ok(())
    }

    fn quoted(&mut self, value: &Arg) -> Result<()> {
        let quoted = self.adapter.quote(value)?;
        self.push(&quoted);
        Ok(())
    }

    /// Nodes, with a text between them.
    pub(crate) fn joined(&mut self, nodes: &[Node], separator: &str) -> Result<()> {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            self.visit(node)?;
        }
        Ok(())
    }

    fn around(&mut self, before: &str, node: &Node, after: &str) -> Result<()> {
        self.push(before);
        self.visit(node)?;
        self.push(after);
        Ok(())
    }

    fn infix(&mut self, left: &Node, operator: &str, right: &Node) -> Result<()> {
        self.visit(left)?;
        self.push(operator);
        self.visit(right)
    }

    /// A node. Err where the database has nothing for it.
    pub(crate) fn visit(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Sql(text) => self.push(text),
            Node::BoundSql(parts) => self.joined(parts, "")?,
            Node::Attribute(table, name) => {
                self.table(table);
                self.push(".");
                if name == "*" { self.push("*") } else { self.column(name) }
            }
            Node::Column(name) => self.column(name),
            Node::Given(node, _) => self.visit(node)?,
            Node::Bind(value) => self.bind(value)?,
            Node::Unboundable(_) => self.push("NULL"),
            Node::Quoted(value) => self.quoted(value)?,
            Node::Star => self.push("*"),
            Node::True => self.push("TRUE"),
            Node::False => self.push("FALSE"),
            Node::Compare(comparison, left, right) => self.comparison(*comparison, left, right)?,
            Node::In(left, values) => self.membership(left, values, false)?,
            Node::NotIn(left, values) => self.membership(left, values, true)?,
            Node::InSelect(left, select, not) => {
                self.visit(left)?;
                self.push(if *not { " NOT IN (" } else { " IN (" });
                self.select(select)?;
                self.push(")");
            }
            Node::Between(value, low, high) => self.under(value, |collector| {
                collector.infix(value, " BETWEEN ", low)?;
                collector.push(" AND ");
                collector.visit(high)
            })?,
            Node::Matches(matches) => self.matches(matches)?,
            Node::Distinct(left, right, not) => self.distinct_from(left, right, *not)?,
            Node::And(nodes) => self.joined(nodes, " AND ")?,
            Node::Or(nodes) => self.joined(nodes, " OR ")?,
            Node::Not(inner) => self.around("NOT (", inner, ")")?,
            Node::Grouping(inner) => {
                let mut inner = inner;
                while let Node::Grouping(deeper) = &**inner {
                    inner = deeper;
                }
                self.around("(", inner, ")")?;
            }
            other => self.expression(other)?,
        }
        Ok(())
    }

    fn expression(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Ascending(inner) => self.around("", inner, " ASC"),
            Node::Descending(inner) => self.around("", inner, " DESC"),
            Node::NullsFirst(inner) => self.nulls(inner, " IS NOT NULL, ", " NULLS FIRST"),
            Node::NullsLast(inner) => self.nulls(inner, " IS NULL, ", " NULLS LAST"),
            Node::As(inner, alias) => self.around("", inner, &format!(" AS {alias}")),
            Node::Function { name, arguments, distinct } => {
                self.push(name);
                self.push(if *distinct { "(DISTINCT " } else { "(" });
                self.joined(arguments, ", ")?;
                self.push(")");
                Ok(())
            }
            Node::Infix(operator, left, right) => self.infix(left, &format!(" {operator} "), right),
            Node::Unary(operator, inner) => self.around(&format!(" {operator} "), inner, ""),
            Node::Concat(left, right) if self.is_mysql() => {
                self.push(" CONCAT(");
                self.infix(left, ", ", right)?;
                self.push(") ");
                Ok(())
            }
            Node::Concat(left, right) => self.infix(left, " || ", right),
            Node::Case(case) => self.case(case),
            Node::Extract(inner, field) => self.around(&format!("EXTRACT({} FROM ", field.to_uppercase()), inner, ")"),
            Node::Exists(select) => {
                self.push("EXISTS (");
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            Node::Subselect(select) => self.parenthesized(select),
            Node::Statement(select) => self.select(select),
            Node::Set(operation, left, right) => self.set(*operation, left, right, false),
            Node::Filter(left, right) => {
                self.infix(left, " FILTER (WHERE ", right)?;
                self.push(")");
                Ok(())
            }
            Node::Over(function, over) => self.over(function, over),
            Node::List(nodes) => self.joined(nodes, ", "),
            Node::Values(rows) => self.values(rows),
            _ => Ok(()),
        }
    }

    fn parenthesized(&mut self, select: &Select) -> Result<()> {
        self.push("(");
        self.select(select)?;
        self.push(")");
        Ok(())
    }

    fn nulls(&mut self, inner: &Node, mysql: &str, others: &str) -> Result<()> {
        if !self.is_mysql() {
            return self.around("", inner, others);
        }
        let expression = match inner {
            Node::Ascending(inner) | Node::Descending(inner) => inner,
            inner => inner,
        };
        self.around("", expression, mysql)?;
        self.visit(inner)
    }

    fn case(&mut self, case: &Case) -> Result<()> {
        self.push("CASE ");
        if let Some(subject) = &case.subject {
            self.around("", subject, " ")?;
        }
        for (condition, result) in &case.whens {
            self.around("WHEN ", condition, " THEN ")?;
            self.around("", result, " ")?;
        }
        if let Some(default) = &case.default {
            self.around("ELSE ", default, " ")?;
        }
        self.push("END");
        Ok(())
    }

    fn over(&mut self, function: &Node, over: &Over) -> Result<()> {
        self.visit(function)?;
        self.push(" OVER ");
        match over {
            Over::Nothing => self.push("()"),
            Over::Named(name) => self.column(name),
            Over::Sql(sql) => self.push(sql),
            Over::Window(window) => self.window(window)?,
        }
        Ok(())
    }

    fn window(&mut self, window: &Window) -> Result<()> {
        self.push("(");
        self.clause("PARTITION BY ", &window.partitions, ", ")?;
        if !window.orders.is_empty() {
            let space = if window.partitions.is_empty() { "" } else { " " };
            self.clause(&format!("{space}ORDER BY "), &window.orders, ", ")?;
        }
        if let Some(framing) = &window.framing {
            let alone = window.partitions.is_empty() && window.orders.is_empty();
            self.push(if alone { "" } else { " " });
            self.push(framing);
        }
        self.push(")");
        Ok(())
    }

    /// Only the outermost of several is in parentheses.
    fn set(&mut self, operation: SetOperation, left: &Node, right: &Node, inner: bool) -> Result<()> {
        let keyword = match operation {
            SetOperation::Union => " UNION ",
            SetOperation::UnionAll => " UNION ALL ",
            SetOperation::Intersect => " INTERSECT ",
            SetOperation::Except => " EXCEPT ",
        };
        let nests = matches!(operation, SetOperation::Union | SetOperation::UnionAll);
        self.push(if inner { "" } else { "( " });
        for (index, side) in [left, right].into_iter().enumerate() {
            if index == 1 {
                self.push(keyword);
            }
            // In SQLite a part of a union has no parentheses.
            let side = match side {
                Node::Grouping(inner) if nests && self.dialect == Dialect::Sqlite => inner,
                side => side,
            };
            match side {
                Node::Set(other, left, right) if nests && *other == operation => {
                    self.set(operation, left, right, true)?;
                }
                Node::Statement(select)
                    if nests && (!select.orders.is_empty() || select.limit.is_some() || select.offset.is_some()) =>
                {
                    self.parenthesized(select)?;
                }
                side => self.visit(side)?,
            }
        }
        self.push(if inner { "" } else { " )" });
        Ok(())
    }

    fn matches(&mut self, matches: &Matches) -> Result<()> {
        let postgresql = self.dialect == Dialect::PostgreSql;
        let operator = match (matches.regexp, matches.not) {
            (false, not) if postgresql && !matches.case_sensitive => {
                if not {
                    " NOT ILIKE "
                } else {
                    " ILIKE "
                }
            }
            (false, not) => {
                if not {
                    " NOT LIKE "
                } else {
                    " LIKE "
                }
            }
            (true, not) if self.is_mysql() => {
                if not {
                    " NOT REGEXP "
                } else {
                    " REGEXP "
                }
            }
            (true, not) if postgresql => match (not, matches.case_sensitive) {
                (false, true) => " ~ ",
                (false, false) => " ~* ",
                (true, true) => " !~ ",
                (true, false) => " !~* ",
            },
            (true, not) => {
                let operator = if not { "!~" } else { "~" };
                return Err(adapters::Error::new(
                    adapters::ErrorClass::NotImplementedError,
                    format!("{operator} not implemented for this db"),
                ));
            }
        };
        self.infix(&matches.left, operator, &matches.right)?;
        if let Some(escape) = &matches.escape {
            self.around(" ESCAPE ", escape, "")?;
        }
        Ok(())
    }

    fn distinct_from(&mut self, left: &Node, right: &Node, not: bool) -> Result<()> {
        self.under(left, |collector| collector.distinct(left, right, not))
    }

    fn distinct(&mut self, left: &Node, right: &Node, not: bool) -> Result<()> {
        match (self.dialect, not) {
            (Dialect::MySql, true) => self.infix(left, " <=> ", right),
            (Dialect::MySql, false) => {
                self.push("NOT ");
                self.infix(left, " <=> ", right)
            }
            (Dialect::Sqlite, true) => self.infix(left, " IS ", right),
            (Dialect::Sqlite, false) => self.infix(left, " IS NOT ", right),
            (Dialect::PostgreSql, true) => self.infix(left, " IS NOT DISTINCT FROM ", right),
            (Dialect::PostgreSql, false) => self.infix(left, " IS DISTINCT FROM ", right),
        }
    }

    fn comparison(&mut self, comparison: Comparison, left: &Node, right: &Node) -> Result<()> {
        let right = right.bare();
        let is_null = matches!(right, Node::Bind(Arg::Nil) | Node::Quoted(Arg::Nil));
        match (comparison, right) {
            (_, Node::Unboundable(beyond)) => self.push(if comparison.holds_for(*beyond) { "1=1" } else { "1=0" }),
            (Comparison::Equal, _) if is_null => self.around("", left, " IS NULL")?,
            (Comparison::NotEqual, _) if is_null => self.around("", left, " IS NOT NULL")?,
            _ => {
                self.visit(left)?;
                self.push(" ");
                self.push(comparison.operator());
                self.push(" ");
                self.under(left, |collector| collector.visit(right))?;
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
        self.under(left, |collector| collector.joined(values, ", "))?;
        self.push(")");
        Ok(())
    }

    /// `"a" = 1, "b" = 2` of an UPDATE; MySQL's names are qualified.
    pub(crate) fn assignments(&mut self, table: &str, values: &[(String, Node)]) -> Result<()> {
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
            self.named(Some(name), |collector| collector.visit(value))?;
        }
        Ok(())
    }

    /// Columns of whatever table: only MySQL names it.
    pub(crate) fn attribute_assignments(&mut self, values: &[(Node, Node)]) -> Result<()> {
        for (index, (column, value)) in values.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            match column {
                Node::Attribute(_, name) if !self.is_mysql() => self.column(name),
                column => self.visit(column)?,
            }
            self.push(" = ");
            self.under(column, |collector| collector.visit(value))?;
        }
        Ok(())
    }

    /// An INSERT's rows: `VALUES (..), (..)`.
    fn values(&mut self, rows: &[Vec<Node>]) -> Result<()> {
        self.push("VALUES ");
        for (index, row) in rows.iter().enumerate() {
            self.push(if index == 0 { "(" } else { ", (" });
            self.joined(row, ", ")?;
            self.push(")");
        }
        Ok(())
    }
}
