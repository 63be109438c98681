//! associations/alias_tracker.rb: under which name a table is joined, where it may be joined several times.

use std::collections::HashMap;
use std::rc::Rc;

use ruby::{Eval, Interpreter, RClass};

use crate::connection::arel::{self, Join, JoinKind, Table};
use crate::ground::state::with_adapter;
use crate::models::model_schema::load_schema;
use crate::models::reflection::Link;

/// `AliasTracker`
pub(crate) struct AliasTracker {
    counts: HashMap<String, usize>,
    joins: Vec<Join>,
    /// `@references`
    named_tables: Vec<String>,
    /// `@joined_tables`: what an outer join has joined already, by the rest of its chain; and whether that was its end.
    joined: HashMap<Vec<usize>, (Table, bool)>,
}

impl AliasTracker {
    pub(crate) fn new(table: &str, joins: Vec<Join>, named_tables: &[String]) -> Self {
        Self {
            named_tables: named_tables.to_vec(),
            counts: HashMap::from([(table.to_owned(), 1)]),
            joins,
            joined: HashMap::new(),
        }
    }

    /// The table of a link of a chain, and whether it is there already.
    pub(super) fn joined(
        &mut self,
        interpreter: &mut Interpreter,
        rest: &[Link],
        root: bool,
        kind: JoinKind,
        name: &str,
        parent: &Rc<RClass>,
    ) -> Eval<(Table, bool)> {
        let key: Vec<usize> = rest.iter().map(|link| Rc::as_ptr(&link.reflection) as usize).collect();
        if let Some((table, terminated)) = self.joined.get(&key).cloned()
            && (!root || !terminated)
        {
            if root {
                self.joined.insert(key, (table.clone(), root));
            }
            return Ok((table, true));
        }
        let plural = interpreter.inflector().pluralize(&rest[0].reflection.name.to_string());
        let parent = load_schema(interpreter, parent)?.table_name.clone();
        let suffix = if root { "" } else { "_join" };
        let own = rest[0].reflection.name.to_string();
        let wanted = if self.named_tables.contains(&own) { own.as_str() } else { name };
        let table = self.aliased_table_for(interpreter, name, wanted, &format!("{plural}_{parent}{suffix}"))?;
        if kind == JoinKind::Outer {
            self.joined.entry(key).or_insert_with(|| (table.clone(), root));
        }
        Ok((table, false))
    }

    fn count(&mut self, interpreter: &mut Interpreter, name: &str) -> Eval<usize> {
        if let Some(count) = self.counts.get(name) {
            return Ok(*count);
        }
        let mut count = 0;
        for join in &self.joins {
            count += match join {
                Join::Sql(node) => {
                    let sql = with_adapter(interpreter, |adapter| arel::to_sql(adapter, |c| c.visit(node)))?;
                    let quoted = with_adapter(interpreter, |adapter| Ok(adapter.quote_table_name(name)))?;
                    joined_in(&sql, name, &quoted)
                }
                join @ Join::On { .. } => usize::from(join.table_name() == Some(name)),
            };
        }
        self.counts.insert(name.to_owned(), count);
        Ok(count)
    }

    fn aliased_table_for(
        &mut self,
        interpreter: &mut Interpreter,
        name: &str,
        wanted: &str,
        candidate: &str,
    ) -> Eval<Table> {
        if self.count(interpreter, wanted)? == 0 {
            self.counts.insert(wanted.to_owned(), 1);
            let alias = (wanted != name).then(|| wanted.to_owned());
            return Ok(Table { name: name.to_owned(), alias });
        }
        let length = with_adapter(interpreter, |adapter| Ok(adapter.table_alias_length()))?;
        let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
        let mut alias = cut(candidate, length).replace('.', "_");
        let count = self.count(interpreter, &alias)? + 1;
        self.counts.insert(alias.clone(), count);
        if count > 1 {
            alias = format!("{}_{count}", cut(&alias, length - 2));
        }
        Ok(Table { name: name.to_owned(), alias: Some(alias) })
    }
}

/// `JOIN users ON`, `LEFT JOIN posts users ON`: how often a statement's joins speak of a table.
fn joined_in(sql: &str, name: &str, quoted: &str) -> usize {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let is = |word: &str| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(quoted);
    words
        .windows(2)
        .enumerate()
        .filter(|(index, pair)| {
            is(pair[0])
                && pair[1].eq_ignore_ascii_case("ON")
                && words[index.saturating_sub(3)..*index].iter().any(|word| word.eq_ignore_ascii_case("JOIN"))
        })
        .count()
}
