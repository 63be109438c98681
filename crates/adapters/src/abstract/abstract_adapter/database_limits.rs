//! How long names may be and how many values: the module of abstract/database_limits.rb.

/// How long names may be: the module of abstract/database_limits.rb.
pub trait DatabaseLimits {
    fn max_identifier_length(&self) -> usize {
        64
    }
    fn table_name_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn table_alias_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn index_name_length(&self) -> usize {
        self.max_identifier_length()
    }
    fn bind_params_length(&self) -> usize {
        65535
    }
}
