//! What was read of the schema and may be read again: schema_cache.rb, without its dump file.

use std::collections::HashSet;

/// What Rails would have read already; only the knowledge that a data source exists matters to the order of statements.
#[derive(Debug, Default)]
pub struct SchemaCache {
    data_sources: HashSet<String>,
}

impl SchemaCache {
    pub fn clear_data_source_cache(&mut self, name: &str) {
        self.data_sources.remove(name);
    }

    pub fn clear(&mut self) {
        self.data_sources.clear();
    }
}
