//! What comes to Maglev from outside as bytes and is no migration: whatever it is, an error or a value, and soon.

pub use maglev::fuzzing::{database_yml, event};
