//! The subset of ActiveSupport that migrations use, one file a topic.

pub mod calculations;
pub mod collections;
pub mod concern;
pub mod conversions;
pub mod duration;
pub mod hash;
pub mod inflector;
pub mod module;
pub mod number_helper;
pub mod object;
pub mod reporting;
pub mod text;
pub mod time_with_zone;
pub mod time_zone;
mod time_zone_names;

use crate::runtime::interpreter::Interpreter;

/// Defines the extensions, after the builtin classes. Tables only.
pub fn define(interpreter: &mut Interpreter) {
    inflector::methods::define(interpreter);
    object::define(interpreter);
    reporting::define(interpreter);
    text::define(interpreter);
    collections::define(interpreter);
    hash::define(interpreter);
    module::define(interpreter);
    concern::define(interpreter);
    time_with_zone::define(interpreter);
    duration::define(interpreter);
    calculations::define(interpreter);
    time_zone::define(interpreter);
    conversions::define(interpreter);
    number_helper::define(interpreter);
}
