//! The subset of ActiveSupport that migrations use, one file a topic.

pub mod calculations;
pub mod conversions;
pub mod duration;
pub mod inflector;
pub mod time_with_zone;
pub mod time_zone;
mod time_zone_names;

use crate::interpreter::Interpreter;

/// Defines the extensions, after the builtin classes. Tables only.
pub fn define(interpreter: &mut Interpreter) {
    inflector::methods::define(interpreter);
    time_with_zone::define(interpreter);
    duration::define(interpreter);
    calculations::define(interpreter);
    time_zone::define(interpreter);
    conversions::define(interpreter);
}
