//! What was read of the schema and may be read again: schema_cache.rb, without its dump file. A table is forgotten where
//! Rails forgets it, so a model may see columns that have changed since.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::abstract_adapter::AdapterBase;
use crate::column::Column;
use crate::{Arg, Result};

/// What is known of each table that was asked for.
#[derive(Debug, Default)]
pub struct SchemaCache {
    data_sources: HashSet<String>,
    columns: HashMap<String, Rc<Vec<Column>>>,
    primary_keys: HashMap<String, Arg>,
}

impl SchemaCache {
    /// `clear_data_source_cache!`
    pub fn clear_data_source_cache(&mut self, name: &str) {
        self.data_sources.remove(name);
        self.columns.remove(name);
        self.primary_keys.remove(name);
    }

    /// `clear!`
    pub fn clear(&mut self) {
        self.data_sources.clear();
        self.columns.clear();
        self.primary_keys.clear();
    }
}

/// `schema_cache.data_source_exists?`: only a table that is there is remembered.
pub fn data_source_exists<A: AdapterBase + ?Sized>(adapter: &mut A, name: &str) -> Result<bool> {
    if adapter.base().schema_cache.data_sources.contains(name) {
        return Ok(true);
    }
    let exists = adapter.catalogue().data_source_exists(name)?;
    if exists {
        adapter.base_mut().schema_cache.data_sources.insert(name.to_owned());
    }
    Ok(exists)
}

/// `schema_cache.columns`
pub fn columns<A: AdapterBase + ?Sized>(adapter: &mut A, table_name: &str) -> Result<Rc<Vec<Column>>> {
    if let Some(columns) = adapter.base().schema_cache.columns.get(table_name) {
        return Ok(Rc::clone(columns));
    }
    let columns = Rc::new(adapter.catalogue().columns(table_name)?);
    adapter.base_mut().schema_cache.columns.insert(table_name.to_owned(), Rc::clone(&columns));
    Ok(columns)
}

/// `schema_cache.primary_keys`: nil for a table that is not there.
pub fn primary_keys<A: AdapterBase + ?Sized>(adapter: &mut A, table_name: &str) -> Result<Arg> {
    if let Some(primary_key) = adapter.base().schema_cache.primary_keys.get(table_name) {
        return Ok(primary_key.clone());
    }
    if !data_source_exists(adapter, table_name)? {
        return Ok(Arg::Nil);
    }
    let primary_key = adapter.catalogue().primary_key(table_name)?;
    adapter.base_mut().schema_cache.primary_keys.insert(table_name.to_owned(), primary_key.clone());
    Ok(primary_key)
}
