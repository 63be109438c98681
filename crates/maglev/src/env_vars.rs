//! Every environment variable that Maglev reads, by name. Nothing else reads the environment, but for
//! `config/database.yml`, whose ERB sees it as it does under Rails.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

/// The database to connect to, before `config/database.yml`.
pub(crate) const DATABASE_URL: &str = "DATABASE_URL";
/// Of a function, in place of `DATABASE_URL`: its parts.
pub(crate) const DATABASE_ADAPTER: &str = "DATABASE_ADAPTER";
pub(crate) const DATABASE_HOST: &str = "DATABASE_HOST";
pub(crate) const DATABASE_PORT: &str = "DATABASE_PORT";
pub(crate) const DATABASE_NAME: &str = "DATABASE_NAME";
pub(crate) const DATABASE_USERNAME: &str = "DATABASE_USERNAME";
/// Of a function: the password, or where it is.
pub(crate) const DATABASE_PASSWORD: &str = "DATABASE_PASSWORD";
pub(crate) const DATABASE_PASSWORD_ENCRYPTED: &str = "DATABASE_PASSWORD_ENCRYPTED";
pub(crate) const DATABASE_PASSWORD_SECRET: &str = "DATABASE_PASSWORD_SECRET";
pub(crate) const DATABASE_PASSWORD_PARAMETER: &str = "DATABASE_PASSWORD_PARAMETER";
pub(crate) const DATABASE_IAM_AUTH: &str = "DATABASE_IAM_AUTH";
/// Of a function: libpq's words, whatever the database.
pub(crate) const DATABASE_SSL_MODE: &str = "DATABASE_SSL_MODE";
/// Of a function: a PEM file, or `rds` for the certificates that are built in.
pub(crate) const DATABASE_SSL_CA: &str = "DATABASE_SSL_CA";
/// Of a function: ed25519 public keys; only what is signed with one of them is accepted.
pub(crate) const MAGLEV_TRUSTED_KEYS: &str = "MAGLEV_TRUSTED_KEYS";
/// Of a function: the names of more variables that Ruby code may see.
pub(crate) const MAGLEV_RUBY_ENV: &str = "MAGLEV_RUBY_ENV";
/// Of the caller: the S3 bucket for what is larger than an invocation may be.
pub(crate) const MAGLEV_BUCKET: &str = "MAGLEV_BUCKET";
/// Set by AWS Lambda.
pub(crate) const AWS_LAMBDA_RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
pub(crate) const AWS_LAMBDA_FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";
pub(crate) const AWS_LAMBDA_FUNCTION_VERSION: &str = "AWS_LAMBDA_FUNCTION_VERSION";
pub(crate) const AWS_LAMBDA_FUNCTION_MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// As the SDKs and the AWS CLI read them; the first is an emulator's.
pub(crate) const AWS_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
pub(crate) const AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
pub(crate) const AWS_REGION: &str = "AWS_REGION";
pub(crate) const AWS_DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
pub(crate) const AWS_USE_FIPS_ENDPOINT: &str = "AWS_USE_FIPS_ENDPOINT";
pub(crate) const AWS_USE_DUALSTACK_ENDPOINT: &str = "AWS_USE_DUALSTACK_ENDPOINT";
/// Rails' log on stdout: the function then logs each statement.
pub(crate) const RAILS_LOG_TO_STDOUT: &str = "RAILS_LOG_TO_STDOUT";
/// The environment; [`RACK_ENV`] where it is not set.
pub(crate) const RAILS_ENV: &str = "RAILS_ENV";
pub(crate) const RACK_ENV: &str = "RACK_ENV";
/// The key of the app's credentials, before config/master.key.
pub(crate) const RAILS_MASTER_KEY: &str = "RAILS_MASTER_KEY";
/// Rails' arguments of its database tasks.
pub(crate) const VERSION: &str = "VERSION";
pub(crate) const STEP: &str = "STEP";
pub(crate) const SCOPE: &str = "SCOPE";
pub(crate) const VERBOSE: &str = "VERBOSE";
pub(crate) const SCHEMA: &str = "SCHEMA";
pub(crate) const SCHEMA_FORMAT: &str = "SCHEMA_FORMAT";
/// Whatever its value: no environment is protected from what destroys.
pub(crate) const DISABLE_DATABASE_ENVIRONMENT_CHECK: &str = "DISABLE_DATABASE_ENVIRONMENT_CHECK";
/// Whatever its value: what is done to development's databases is not done to test's.
pub(crate) const SKIP_TEST_DATABASE: &str = "SKIP_TEST_DATABASE";
/// The encoding of a PostgreSQL database whose configuration names none.
pub(crate) const CHARSET: &str = "CHARSET";
/// `config.active_record.table_name_prefix` and `table_name_suffix` of an app that sets them.
pub(crate) const TABLE_NAME_PREFIX: &str = "MAGLEV_TABLE_NAME_PREFIX";
pub(crate) const TABLE_NAME_SUFFIX: &str = "MAGLEV_TABLE_NAME_SUFFIX";
/// The app's settings are left alone, as by a bare Active Record.
pub(crate) const MAGLEV_BARE: &str = "MAGLEV_BARE";
/// The seconds since 1970 that are a plan's now (reproducible-builds.org).
pub(crate) const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";
/// No colour, whatever its value, unless empty (no-color.org).
pub(crate) const NO_COLOR: &str = "NO_COLOR";

/// What stands behind a task on the command line (`db:migrate RAILS_ENV=test`): to Rails, and so here, variables like others.
static GIVEN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Takes the command line's.
pub(crate) fn give(variables: HashMap<String, String>) {
    GIVEN.lock().unwrap_or_else(PoisonError::into_inner).extend(variables);
}

/// Lets a variable have another value as long as some work takes.
pub(crate) fn with<T>(name: &str, value: &str, work: impl FnOnce() -> T) -> T {
    let set = |value: Option<String>| {
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            Some(value) => given.insert(name.to_owned(), value),
            None => given.remove(name),
        }
    };
    let before = set(Some(value.to_owned()));
    let done = work();
    set(before);
    done
}

/// The words of a list, apart by commas or white space.
pub(crate) fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(|letter: char| letter == ',' || letter.is_whitespace()).filter(|word| !word.is_empty())
}

/// The value of a variable that is set, to nothing too: for those that are a lock.
pub(crate) fn get_even_empty(name: &str) -> Option<String> {
    let given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
    given.or_else(|| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

/// The value of a variable that is set to something.
pub(crate) fn get(name: &str) -> Option<String> {
    get_even_empty(name).filter(|value| !value.is_empty())
}
