//! UPDATE and DELETE as trees: arel/nodes/{update_statement,delete_statement}.rb, and how the visitors find the rows of one
//! that joins or is limited.

use adapters::Result;

use super::{Collector, Node, Select, Source, Table, wrapped};

/// What an UPDATE sets.
#[derive(Clone)]
pub(crate) enum Assignments {
    Sql(String),
    /// Of the table's own columns, by name.
    Columns(Vec<(String, Node)>),
    /// Of whatever column each names.
    Attributes(Vec<(Node, Node)>),
}

/// An UPDATE or a DELETE, without what it sets.
pub(crate) struct Change {
    pub table: Table,
    /// By which rows are told apart; empty where nothing does.
    pub keys: Vec<Node>,
    pub key_is_list: bool,
    /// Joins, conditions, groups, order and limit.
    pub select: Select,
}

impl Change {
    fn is_limited(&self) -> bool {
        self.select.limit.is_some() || self.select.offset.is_some() || !self.select.orders.is_empty()
    }

    fn is_grouped(&self) -> bool {
        !self.select.groups.is_empty() && !self.select.havings.is_empty()
    }

    fn is_joined(&self) -> bool {
        !self.select.joins.is_empty()
    }

    /// Whether the rows are told by a SELECT of their keys, since the statement cannot tell them itself.
    pub(crate) fn needs_subselect(&self, mysql: bool) -> bool {
        if mysql {
            // A group alone makes Rails look for what the subselect would be, and there is none.
            self.select.offset.is_some() || self.is_joined() && (self.is_limited() || self.is_grouped())
        } else {
            self.is_limited() || self.is_joined()
        }
    }

    fn key_names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.as_attribute()).map(|(_, name)| name)
    }

    /// `prepare_update_statement`: the rows by a subselect of their keys, where the database knows no other way.
    fn subselect(&self, mysql: bool) -> Option<Node> {
        if self.keys.is_empty() || !self.needs_subselect(mysql) {
            return None;
        }
        let mut select = Select {
            projections: self.keys.clone(),
            from: Some(Source::Table(self.table.clone())),
            ctes: Vec::new(),
            hints: Vec::new(),
            comments: Vec::new(),
            lock: None,
            distinct: false,
            ..self.select.clone()
        };
        if mysql {
            select.distinct = !self.is_limited();
            let inner = Node::Subselect(Box::new(select));
            let aliased = Node::As(Box::new(inner), "__active_record_temp".to_owned());
            let column = Node::Column(self.key_names().next().unwrap_or_default().to_owned());
            select =
                Select { projections: vec![column], from: Some(Source::Node(Box::new(aliased))), ..Select::default() };
        }
        let keys = match self.keys.as_slice() {
            [key] => key.clone(),
            keys => Node::List(keys.to_vec()),
        };
        Some(Node::InSelect(Box::new(keys.grouping()), Box::new(select), false))
    }

    /// WHERE, ORDER BY, LIMIT and comments.
    fn rest(&self, collector: &mut Collector<'_>, wheres: &[Node]) -> Result<()> {
        collector.wheres(wheres)?;
        if !self.select.orders.is_empty() {
            collector.push(" ORDER BY ");
            collector.joined(&self.select.orders, ", ")?;
        }
        if let Some(limit) = &self.select.limit {
            collector.push(" LIMIT ");
            collector.bind(limit)?;
        }
        collector.comments(&self.select.comments);
        Ok(())
    }

    fn set(&self, collector: &mut Collector<'_>, assignments: &Assignments) -> Result<()> {
        collector.push(" SET ");
        match assignments {
            Assignments::Sql(sql) => {
                collector.push(sql);
                Ok(())
            }
            Assignments::Columns(values) => collector.assignments(&self.table.name, values),
            Assignments::Attributes(values) => collector.attribute_assignments(values),
        }
    }

    /// Writes an UPDATE.
    pub(crate) fn update(&self, collector: &mut Collector<'_>, assignments: &Assignments) -> Result<()> {
        collector.push("UPDATE ");
        let mysql = collector.is_mysql();
        // SQLite and PostgreSQL join the rows that change with themselves.
        if !mysql && self.is_joined() && !self.is_grouped() && !self.is_limited() && !self.keys.is_empty() {
            return self.update_joined_with_itself(collector, assignments);
        }
        collector.table_with_alias(&self.table);
        if let Some(found) = self.subselect(mysql) {
            self.set(collector, assignments)?;
            collector.wheres(&[found])?;
            collector.comments(&self.select.comments);
            return Ok(());
        }
        if self.is_joined() && mysql {
            collector.push(" ");
            collector.joins(&self.select.joins)?;
        }
        self.set(collector, assignments)?;
        if self.is_joined() && !mysql {
            collector.push(" FROM ");
            collector.joins(&self.select.joins)?;
        }
        self.rest(collector, &self.select.wheres)
    }

    fn update_joined_with_itself(&self, collector: &mut Collector<'_>, assignments: &Assignments) -> Result<()> {
        const ALIAS: &str = "__active_record_update_alias";
        collector.table_with_alias(&Table { name: self.table.name.clone(), alias: Some(ALIAS.to_owned()) });
        self.set(collector, assignments)?;
        collector.push(" FROM ");
        collector.table_with_alias(&self.table);
        collector.push(" ");
        collector.joins(&self.select.joins)?;
        let mut wheres = wrapped(&self.select.wheres);
        let names = self.key_names().map(|name| Node::attribute(ALIAS, name));
        wheres.extend(self.keys.iter().cloned().zip(names).map(|(key, own)| key.equal(own)));
        self.rest(collector, &wheres)
    }

    /// Writes a DELETE.
    pub(crate) fn delete(&self, collector: &mut Collector<'_>) -> Result<()> {
        if let Some(found) = self.subselect(collector.is_mysql()) {
            collector.push("DELETE FROM ");
            collector.table_with_alias(&self.table);
            collector.wheres(&[found])?;
            collector.comments(&self.select.comments);
            return Ok(());
        }
        collector.push("DELETE ");
        if self.is_joined() {
            collector.table_with_alias(&self.table);
            collector.push(" ");
        }
        collector.push("FROM ");
        collector.table_with_alias(&self.table);
        if self.is_joined() {
            collector.push(" ");
            collector.joins(&self.select.joins)?;
        }
        self.rest(collector, &self.select.wheres)
    }
}
