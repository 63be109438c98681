//! Every environment variable that Maglev reads, by name. Nothing else reads the environment, but for
//! `config/database.yml`, whose ERB sees it as it does under Rails. What each means is said here, and docs/reference.md is made of it:
//! a line `// ...` is the heading of those below it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

// Which database
/// The database, as Rails has it; before `config/database.yml`. Of a function too.
pub(crate) const DATABASE_URL: &str = "DATABASE_URL";
/// The environment: `development` where it is not set, `production` in a function.
pub(crate) const RAILS_ENV: &str = "RAILS_ENV";
/// The same where `RAILS_ENV` is not set.
pub(crate) const RACK_ENV: &str = "RACK_ENV";
/// The key of the app's credentials, before config/master.key.
pub(crate) const RAILS_MASTER_KEY: &str = "RAILS_MASTER_KEY";

// A function's database, without a URL
/// `mysql2`, `trilogy`, `postgresql` or `postgis`; `mysql2` where neither this nor config/database.yml says it.
pub(crate) const DATABASE_ADAPTER: &str = "DATABASE_ADAPTER";
/// The host's name.
pub(crate) const DATABASE_HOST: &str = "DATABASE_HOST";
/// The port; 3306 or 5432 where it is not set.
pub(crate) const DATABASE_PORT: &str = "DATABASE_PORT";
/// What the server calls the database.
pub(crate) const DATABASE_NAME: &str = "DATABASE_NAME";
/// Who connects; `root` where it is not set.
pub(crate) const DATABASE_USERNAME: &str = "DATABASE_USERNAME";

// A function's password, one of these
/// The password itself.
pub(crate) const DATABASE_PASSWORD: &str = "DATABASE_PASSWORD";
/// base64 of what KMS has encrypted, without an encryption context or with that of the Lambda console.
pub(crate) const DATABASE_PASSWORD_ENCRYPTED: &str = "DATABASE_PASSWORD_ENCRYPTED";
/// Name or ARN of a secret in Secrets Manager: a password, or the JSON that RDS keeps there, with host, port, user and database.
pub(crate) const DATABASE_PASSWORD_SECRET: &str = "DATABASE_PASSWORD_SECRET";
/// The name of a parameter in SSM's Parameter Store, a SecureString.
pub(crate) const DATABASE_PASSWORD_PARAMETER: &str = "DATABASE_PASSWORD_PARAMETER";
/// `1`: a token of IAM, which the function signs itself, over TLS.
pub(crate) const DATABASE_IAM_AUTH: &str = "DATABASE_IAM_AUTH";

// A function's TLS
/// `disable`, `prefer`, `require`, `verify-ca` or `verify-full`, whatever the database; `verify-full` with IAM or `DATABASE_SSL_CA`.
pub(crate) const DATABASE_SSL_MODE: &str = "DATABASE_SSL_MODE";
/// A PEM file, or `rds`, as where it is not set: Amazon RDS' authorities, which are built in.
pub(crate) const DATABASE_SSL_CA: &str = "DATABASE_SSL_CA";

// More of a function
/// ed25519 public keys, base64, apart by commas or spaces: only what is signed with one of them is run, within fifteen minutes, once.
pub(crate) const MAGLEV_TRUSTED_KEYS: &str = "MAGLEV_TRUSTED_KEYS";
/// Names of variables that Ruby code may see besides `RAILS_*` (but `RAILS_MASTER_KEY`), `RACK_ENV`, `TZ` and `LANG`.
pub(crate) const MAGLEV_RUBY_ENV: &str = "MAGLEV_RUBY_ENV";
/// Set to anything: the function logs every statement with its time, in JSON with the level INFO in place of DEBUG.
pub(crate) const RAILS_LOG_TO_STDOUT: &str = "RAILS_LOG_TO_STDOUT";

// Whoever calls a function
/// The function that commands go to which take `--function`, in place of that option; `--function ''` and `--database` go before it.
pub(crate) const MAGLEV_FUNCTION: &str = "MAGLEV_FUNCTION";
/// The S3 bucket for what is larger than an invocation may be, as `--bucket`.
pub(crate) const MAGLEV_BUCKET: &str = "MAGLEV_BUCKET";

// AWS, as its CLI and SDKs read them
/// Where services are, for emulators. `AWS_ENDPOINT_URL_LAMBDA` and its kin go before it.
pub(crate) const AWS_ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";
/// `true`: no variable and no profile says where services are.
pub(crate) const AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
/// The region.
pub(crate) const AWS_REGION: &str = "AWS_REGION";
/// The region where `AWS_REGION` is not set.
pub(crate) const AWS_DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// `true`: FIPS endpoints.
pub(crate) const AWS_USE_FIPS_ENDPOINT: &str = "AWS_USE_FIPS_ENDPOINT";
/// `true`: endpoints of IPv6 too.
pub(crate) const AWS_USE_DUALSTACK_ENDPOINT: &str = "AWS_USE_DUALSTACK_ENDPOINT";

// Set by AWS Lambda
/// Where the runtime API is; set, the binary is a function.
pub(crate) const AWS_LAMBDA_RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
/// The function's name, to which the Lambda console binds what it encrypts.
pub(crate) const AWS_LAMBDA_FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";
/// The function's version.
pub(crate) const AWS_LAMBDA_FUNCTION_VERSION: &str = "AWS_LAMBDA_FUNCTION_VERSION";
/// The function's memory in MB, which bounds what a run may take.
pub(crate) const AWS_LAMBDA_FUNCTION_MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// `JSON`: the log has one JSON object a line; `Text` otherwise.
pub(crate) const AWS_LAMBDA_LOG_FORMAT: &str = "AWS_LAMBDA_LOG_FORMAT";
/// `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` or `FATAL`: what matters less is not logged, but for audit and metrics; `INFO` where it is not set. Statements are `DEBUG`.
pub(crate) const AWS_LAMBDA_LOG_LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

// Arguments of Rails' tasks
/// Of `db:migrate` and its kin: the version.
pub(crate) const VERSION: &str = "VERSION";
/// Of `db:rollback`, `db:migrate:redo` and `db:forward`: how many migrations.
pub(crate) const STEP: &str = "STEP";
/// Of `db:migrate`: the engine whose migrations run.
pub(crate) const SCOPE: &str = "SCOPE";
/// `false`: as `--quiet`.
pub(crate) const VERBOSE: &str = "VERBOSE";
/// The schema's file.
pub(crate) const SCHEMA: &str = "SCHEMA";
/// `ruby` or `sql`: the form of the schema's file.
pub(crate) const SCHEMA_FORMAT: &str = "SCHEMA_FORMAT";
/// Whatever its value: no environment is protected from what destroys.
pub(crate) const DISABLE_DATABASE_ENVIRONMENT_CHECK: &str = "DISABLE_DATABASE_ENVIRONMENT_CHECK";
/// Whatever its value: what is done to development's databases is not done to test's.
pub(crate) const SKIP_TEST_DATABASE: &str = "SKIP_TEST_DATABASE";
/// The encoding of a PostgreSQL database whose configuration names none.
pub(crate) const CHARSET: &str = "CHARSET";

// The rest
/// `config.active_record.table_name_prefix` of an app that sets it where Maglev does not look.
pub(crate) const TABLE_NAME_PREFIX: &str = "MAGLEV_TABLE_NAME_PREFIX";
/// `config.active_record.table_name_suffix`, likewise.
pub(crate) const TABLE_NAME_SUFFIX: &str = "MAGLEV_TABLE_NAME_SUFFIX";
/// Set to anything: the app's settings are left alone, as by a bare Active Record.
pub(crate) const MAGLEV_BARE: &str = "MAGLEV_BARE";
/// The seconds since 1970 that are a plan's now (reproducible-builds.org).
pub(crate) const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";
/// Set by CI systems, whose terminals nobody watches.
pub(crate) const CI: &str = "CI";
/// Set by GitHub's actions: the folder of the checkout, which annotations' files are below.
pub(crate) const GITHUB_WORKSPACE: &str = "GITHUB_WORKSPACE";
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
