//! What gems add to schema.rb, around the tables: scenic's views, fx's functions. In Ruby each opens `SchemaDumper#tables`.

use super::call::Call;
use super::{Dumper, push_sorted};
use crate::{Adapter, Result};

/// A gem's part of a file. Where several schemas are dumped, it stands around the tables of each.
pub trait Section {
    fn before_tables(&mut self, _: &mut Dumper<'_>) -> Result<()> {
        Ok(())
    }

    /// Also after all that holds between tables.
    fn after_tables(&mut self, dumper: &mut Dumper<'_>) -> Result<()>;
}

/// Makes one for each dump.
pub type MakeSection = fn() -> Box<dyn Section>;

impl Dumper<'_> {
    /// Whoever is loaded later stands further outside.
    pub(super) fn tables_and_sections(&mut self, schema: Option<&str>) -> Result<()> {
        self.schema = schema.map(str::to_owned);
        let mut sections = std::mem::take(&mut self.sections);
        for section in sections.iter_mut().rev() {
            section.before_tables(self)?;
        }
        self.tables(schema)?;
        for section in &mut sections {
            section.after_tables(self)?;
        }
        self.sections = sections;
        Ok(())
    }

    pub fn adapter(&mut self) -> &mut dyn Adapter {
        self.adapter
    }

    /// A line break follows.
    pub fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// The indexes of what is no table, and an empty line after them.
    pub fn add_indexes(&mut self, table: &str) -> Result<()> {
        let indexes = self.adapter.catalogue().indexes(table)?;
        if indexes.is_empty() {
            return Ok(());
        }
        let add = |index| {
            let name = self.relation_name(&self.without_affixes(table), self.schema.as_deref());
            self.index(Call::new("add_index").argument(literals::string(&name)), index)
        };
        let calls = indexes.iter().map(add).collect();
        push_sorted(&mut self.out, "  ", calls);
        self.out.push('\n');
        Ok(())
    }
}
