//! Whether a column is what is asked for: the conditions of `column_exists?`.

use crate::column::Column;
use crate::types::ruby_equal;
use crate::{Arg, Options};

/// The type, where one is asked for, and the options of `column_options_keys`, each equal where it is given.
pub(super) fn has_options(column: &Column, r#type: &Arg, options: &Options) -> bool {
    let attributes = [
        ("limit", Arg::from(column.limit())),
        ("precision", Arg::from(column.precision())),
        ("scale", Arg::from(column.scale())),
        ("default", column.default.clone()),
        ("null", Arg::Bool(column.null)),
        ("collation", Arg::from(column.collation.clone())),
        ("comment", Arg::from(column.comment.clone())),
    ];
    let equal = |(key, value): &(&str, Arg)| options.get_opt(key).is_none_or(|wanted| ruby_equal(value, wanted));
    (!r#type.is_truthy() || r#type.as_str().is_some_and(|r#type| column.r#type() == Some(r#type)))
        && attributes.iter().all(equal)
}
