//! What MySQL's TableDefinition makes of a column: mysql/schema_definitions.rb. Its IndexDefinition and `t.blob` and
//! their like are part of the abstract ones.

use crate::abstract_mysql_adapter::MysqlAdapter;
use crate::schema_definitions::{self, ColumnDefinition};
use crate::{Arg, Options, Result};

pub fn new_column_definition(
    adapter: &MysqlAdapter,
    name: &str,
    r#type: &Arg,
    mut options: Options,
) -> Result<ColumnDefinition> {
    let mut r#type = r#type.clone();
    if r#type.is_symbol("virtual") {
        r#type = options.get("type").clone();
    } else if r#type.is_symbol("primary_key") {
        r#type = Arg::symbol("integer");
        options.or_insert("limit", || Arg::Int(8));
        options.insert("primary_key", true);
    } else if let Some(signed) = r#type.as_str().and_then(|name| name.strip_prefix("unsigned_"))
        && !signed.is_empty()
    {
        r#type = Arg::symbol(signed);
        options.insert("unsigned", true);
    }
    schema_definitions::new_column_definition(adapter, name, &r#type, options)
}

/// An integer primary key counts by itself, unless told not to.
pub fn integer_like_primary_key_type(r#type: &Arg, options: &mut Options) -> Arg {
    if !options.get("auto_increment").is_false() {
        options.insert("auto_increment", true);
    }
    r#type.clone()
}
