//! statement_pool.rb, with the `StatementPool` of postgresql_adapter.rb.

use std::collections::HashMap;

/// `StatementPool`: the names of prepared statements, by search path and SQL, the least recently used first.
pub struct StatementPool {
    names: HashMap<String, String>,
    order: Vec<String>,
    counter: u64,
    limit: usize,
}

/// The most statements kept, unless `statement_limit` says otherwise.
const DEFAULT_STATEMENT_LIMIT: usize = 1000;

impl StatementPool {
    /// `statement_limit:`; Rails' own where there is none.
    pub fn new(limit: Option<i64>) -> Self {
        let limit = limit.map_or(DEFAULT_STATEMENT_LIMIT, |limit| usize::try_from(limit).unwrap_or(0));
        Self { names: HashMap::new(), order: Vec::new(), counter: 0, limit }
    }

    /// Forgets what a connection that is gone had prepared.
    pub fn reset(&mut self) {
        *self = Self { limit: self.limit, ..Self::new(None) };
    }

    /// The name of what was prepared for this key, which is used again.
    pub fn get(&mut self, key: &str) -> Option<String> {
        let name = self.names.get(key)?.clone();
        self.order.retain(|other| other != key);
        self.order.push(key.to_owned());
        Some(name)
    }

    /// A name for what is prepared next.
    pub fn next_key(&mut self) -> String {
        self.counter += 1;
        format!("a{}", self.counter)
    }

    /// Keeps a name as the one that was used last.
    pub fn insert(&mut self, key: String, name: String) {
        self.order.push(key.clone());
        self.names.insert(key, name);
    }

    /// Forgets a statement that the server no longer has.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        self.order.retain(|other| other != key);
        self.names.remove(key)
    }

    /// The name that has to go before another statement fits in.
    pub fn evict(&mut self) -> Option<String> {
        let oldest = if self.order.len() >= self.limit { self.order.first().cloned() } else { None };
        oldest.and_then(|key| self.remove(&key))
    }

    /// Empties the pool; the names are still prepared.
    pub fn drain(&mut self) -> Vec<String> {
        self.order.drain(..).filter_map(|key| self.names.remove(&key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes() {
        let mut pool = StatementPool::new(Some(2));
        for key in ["x", "y"] {
            let name = pool.next_key();
            pool.insert(key.to_owned(), name);
        }
        assert_eq!(pool.get("x").as_deref(), Some("a1"));
        assert_eq!(pool.evict().as_deref(), Some("a2"));
        assert_eq!(pool.evict(), None);
        assert_eq!(pool.drain(), ["a1"]);
        assert_eq!(pool.next_key(), "a3");
    }
}
