//! Every environment variable that Maglev reads, by name. Nothing else reads the environment, but for
//! `config/database.yml`, whose ERB sees it as it does under Rails.

/// The database to connect to, before `config/database.yml`.
pub const DATABASE_URL: &str = "DATABASE_URL";
/// The environment; [`RACK_ENV`] where it is not set.
pub const RAILS_ENV: &str = "RAILS_ENV";
pub const RACK_ENV: &str = "RACK_ENV";
/// Rails' arguments of its database tasks.
pub const VERSION: &str = "VERSION";
pub const STEP: &str = "STEP";
pub const SCOPE: &str = "SCOPE";
pub const VERBOSE: &str = "VERBOSE";
/// `config.active_record.table_name_prefix` and `table_name_suffix` of an app that sets them.
pub const TABLE_NAME_PREFIX: &str = "MAGLEV_TABLE_NAME_PREFIX";
pub const TABLE_NAME_SUFFIX: &str = "MAGLEV_TABLE_NAME_SUFFIX";
/// No colour, whatever its value, unless empty (no-color.org).
pub const NO_COLOR: &str = "NO_COLOR";

/// The value of a variable that is set to something.
pub fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
