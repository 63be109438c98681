//! A SELECT: its clauses, sources and joins, in SQL's order (arel/visitors/to_sql.rb's visit_Arel_Nodes_SelectCore and its kin).

use adapters::{Dialect, Result};

use super::{Collector, wrapped};
use crate::connection::arel::{Cte, Join, JoinKind, Node, Select, Source, Table};

impl Collector<'_> {
    pub(super) fn clause(&mut self, keyword: &str, nodes: &[Node], separator: &str) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.push(keyword);
        self.joined(nodes, separator)
    }

    /// WHERE, unless there are no conditions.
    pub(crate) fn wheres(&mut self, predicates: &[Node]) -> Result<()> {
        self.clause(" WHERE ", &wrapped(predicates), " AND ")
    }

    /// A table and the name that it has here.
    pub(crate) fn table_with_alias(&mut self, table: &Table) {
        self.table(&table.name);
        if let Some(alias) = &table.alias {
            self.push(self.alias_keyword());
            self.table(alias);
        }
    }

    fn alias_keyword(&self) -> &'static str {
        if self.dialect == Dialect::Sqlite { " AS " } else { " " }
    }

    fn source(&mut self, source: &Source) -> Result<()> {
        match source {
            Source::Table(table) => self.table_with_alias(table),
            Source::Sql(sql) => self.push(sql),
            Source::Node(node) => self.visit(node)?,
            Source::Select(select, alias) => {
                self.visit(select)?;
                self.push(self.alias_keyword());
                match alias {
                    Node::Sql(alias) => self.push(alias),
                    Node::Column(alias) => self.table(alias),
                    other => self.visit(other)?,
                }
            }
        }
        Ok(())
    }

    /// One join.
    pub(crate) fn join(&mut self, join: &Join) -> Result<()> {
        match join {
            Join::Sql(node) => self.visit(node),
            Join::On { kind, source, on } => {
                let keyword = match kind {
                    JoinKind::Inner if on.is_none() && self.dialect == Dialect::PostgreSql => "CROSS JOIN ",
                    JoinKind::Inner => "INNER JOIN ",
                    JoinKind::Outer => "LEFT OUTER JOIN ",
                    JoinKind::RightOuter => "RIGHT OUTER JOIN ",
                    JoinKind::FullOuter => "FULL OUTER JOIN ",
                };
                self.push(keyword);
                self.source(source)?;
                match on {
                    Some(on) => self.around(" ON ", on, ""),
                    None => Ok(()),
                }
            }
        }
    }

    /// All of them, in their order.
    pub(crate) fn joins(&mut self, joins: &[Join]) -> Result<()> {
        for (index, join) in joins.iter().enumerate() {
            if index > 0 {
                self.push(" ");
            }
            self.join(join)?;
        }
        Ok(())
    }

    fn comment_text(text: &str) -> String {
        adapters::quoting::sanitize_as_sql_comment(text)
    }

    /// What `annotate` said.
    pub(crate) fn comments(&mut self, comments: &[String]) {
        for comment in comments {
            self.push(&format!(" /* {} */", Self::comment_text(comment)));
        }
    }

    fn ctes(&mut self, select: &Select) -> Result<()> {
        if select.ctes.is_empty() {
            return Ok(());
        }
        self.push(if select.recursive { "WITH RECURSIVE " } else { "WITH " });
        for (index, Cte { name, body, materialized }) in select.ctes.iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.table(name);
            self.push(" AS ");
            match materialized {
                Some(true) if !self.is_mysql() => self.push("MATERIALIZED "),
                Some(false) if !self.is_mysql() => self.push("NOT MATERIALIZED "),
                _ => {}
            }
            self.visit(body)?;
        }
        self.push(" ");
        Ok(())
    }

    /// A SELECT, its parts in SQL's order.
    pub(crate) fn select(&mut self, select: &Select) -> Result<()> {
        self.ctes(select)?;
        self.push("SELECT");
        if !select.hints.is_empty() {
            let hints: Vec<_> = select.hints.iter().map(|hint| Self::comment_text(hint)).collect();
            self.push(&format!(" /*+ {} */", hints.join(" ")));
        }
        if !select.distinct_on.is_empty() {
            self.push(" DISTINCT ON ( ");
            self.joined(&select.distinct_on, ", ")?;
            self.push(" )");
        } else if select.distinct {
            self.push(" DISTINCT");
        }
        self.clause(" ", &select.projections, ", ")?;
        if let Some(source) = &select.from {
            self.push(" FROM ");
            self.source(source)?;
        } else if self.is_mysql() {
            self.push(" FROM DUAL");
        }
        if !select.joins.is_empty() {
            self.push(" ");
            self.joins(&select.joins)?;
        }
        self.wheres(&select.wheres)?;
        self.clause(" GROUP BY ", &select.groups, ", ")?;
        self.clause(" HAVING ", &wrapped(&select.havings), " AND ")?;
        for (index, (name, window)) in select.windows.iter().enumerate() {
            self.push(if index == 0 { " WINDOW " } else { ", " });
            self.column(name);
            self.push(" AS ");
            self.window(window)?;
        }
        self.comments(&select.comments);
        self.clause(" ORDER BY ", &select.orders, ", ")?;
        self.limit_and_offset(select)?;
        if let Some(lock) = &select.lock {
            self.push(" ");
            // SQLite's visitor writes nothing, after the space.
            self.push(if self.dialect == Dialect::Sqlite { "" } else { lock });
        }
        Ok(())
    }

    fn limit_and_offset(&mut self, select: &Select) -> Result<()> {
        match (&select.limit, &select.offset) {
            (Some(limit), _) => {
                self.push(" LIMIT ");
                self.named(Some("LIMIT"), |collector| collector.bind(limit))?;
            }
            (None, Some(_)) => match self.dialect {
                Dialect::Sqlite => self.push(" LIMIT -1"),
                Dialect::MySql => self.push(" LIMIT 18446744073709551615"),
                Dialect::PostgreSql => {}
            },
            (None, None) => {}
        }
        if let Some(offset) = &select.offset {
            self.push(" OFFSET ");
            self.named(Some("OFFSET"), |collector| collector.bind(offset))?;
        }
        Ok(())
    }
}
