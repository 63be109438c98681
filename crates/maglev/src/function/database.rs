//! Where one database of a function is: the variables that begin with its name, those without one, and the password from one
//! of five places.

use adapters::config::Password;
use adapters::{Arg, DatabaseConfig, Dialect, Options};
use anyhow::{Result, anyhow, bail};

use super::answer::{Outcome, failed};
use super::secrets::{Secret, Secrets};
use crate::config::variables_of;
use crate::env_vars;
use crate::exit::Exit;

/// What the environment says of one database.
#[derive(Debug)]
pub(crate) struct Source {
    options: Options,
    /// With the name of its variable.
    secret: Option<(String, Secret)>,
    variables: String,
}

type ReadSecret = fn(String) -> Secret;

/// The names under which the environment has a secret, and how each is read.
const SECRETS: [(&str, ReadSecret); 4] = [
    (env_vars::DATABASE_PASSWORD_ENCRYPTED, Secret::Encrypted),
    (env_vars::DATABASE_PASSWORD_SECRET, Secret::SecretsManager),
    (env_vars::DATABASE_PASSWORD_PARAMETER, Secret::Parameter),
    (env_vars::DATABASE_IAM_AUTH, |_| Secret::Iam),
];

/// Where variables are looked for.
pub(crate) type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// A database whose place is looked for.
pub(crate) struct Sought<'s> {
    /// As config/database.yml calls it.
    pub name: &'s str,
    /// The variables without a name are its own.
    pub is_primary: bool,
    /// What config/database.yml says of it.
    pub options: &'s Options,
}

impl Source {
    /// Reads the variables that begin with the database's name, and in place of those that are not there the ones without
    /// a name. Err: they name several passwords, or no place.
    pub(crate) fn new(variable: Lookup<'_>, sought: &Sought<'_>) -> Result<Self> {
        let prefix = variables_of(sought.name);
        let of_name = |name: &str| variable(&format!("{prefix}{name}"));
        let own = Given::read(&of_name, &prefix)?;
        let mut unnamed = Given::read(variable, "")?;
        let adapter = adapter(sought, &own, &unnamed);
        let is_file = Dialect::of_adapter(&adapter) == Some(Dialect::Sqlite);
        let is_other = |other: String| Dialect::of_adapter(&other) != Dialect::of_adapter(&adapter);
        // What another kind of server is reached by is of no use to this one.
        if unnamed.adapter().is_some_and(is_other) || is_file && !sought.is_primary {
            if own.is_nowhere() {
                bail!(elsewhere(sought.name, &prefix, &adapter));
            }
            unnamed = Given::default();
        }
        let mut options = sought.options.clone();
        let is_said = |said: &Arg| Dialect::of_adapter(&said.to_s()) == Dialect::of_adapter(&adapter);
        // Which of the function's files it is, is for its environment to say; and a file's name is none of a server's.
        if is_file || !options.get_opt("adapter").is_none_or(is_said) {
            options.delete("database");
        }
        // A URL is a place as a whole.
        if !own.is_url {
            options.update(&unnamed.place(sought));
        }
        options.update(&own.options);
        options.insert("adapter", adapter);
        let is_url = own.is_url || unnamed.is_url;
        let secret = secret(&mut options, own, unnamed);
        if !is_url {
            complete(&mut options, sought, &prefix, secret.as_ref())?;
        }
        // RDS' secrets name the database; that of the primary one names another.
        let is_in_secret = secret.as_ref().is_some_and(|(variable, secret)| {
            matches!(secret, Secret::SecretsManager(_)) && variable.starts_with(&prefix)
        });
        if !sought.is_primary && !is_in_secret && !options.get("database").is_present() {
            bail!(
                "nothing says what the database `{}` is called on its server: set {prefix}DATABASE_NAME, or \
                 {prefix}DATABASE_URL with a path",
                sought.name
            );
        }
        let is_iam = matches!(secret, Some((_, Secret::Iam)));
        secure(&mut options, &|name| of_name(name).or_else(|| variable(name)), is_iam)?;
        let variables = if sought.is_primary { String::new() } else { prefix };
        Ok(Self { options, secret, variables })
    }

    /// Whether the password comes from elsewhere, and may have changed there.
    pub(crate) fn is_fetched(&self) -> bool {
        self.secret.is_some()
    }

    /// Who is asked for the password.
    pub(crate) fn service(&self) -> &'static str {
        match self.secret {
            Some((_, Secret::Encrypted(_))) => "KMS",
            Some((_, Secret::SecretsManager(_))) => "Secrets Manager",
            Some((_, Secret::Parameter(_))) => "SSM",
            Some((_, Secret::Iam)) | None => "AWS",
        }
    }

    /// The configuration with its password. `fresh`: not the one that an earlier event fetched.
    pub(crate) async fn config(&self, secrets: &Secrets, fresh: bool) -> Result<DatabaseConfig, Outcome> {
        let mut options = self.options.clone();
        let Some((variable, secret)) = &self.secret else {
            self.named(&options)?;
            return Ok(DatabaseConfig::new(options));
        };
        let fetched = secrets.fetch(secret, variable, &options, fresh).await?;
        // RDS' form says more than a password; what the environment says goes before.
        options.reverse_update(&fetched.options);
        self.named(&options)?;
        let mut config = DatabaseConfig::new(options);
        config.password = Some(Password::new(fetched.password.reveal()));
        Ok(config)
    }

    /// A run without a database would fail at its first statement.
    fn named(&self, options: &Options) -> Result<(), Outcome> {
        if options.get("database").is_nil() {
            let prefix = &self.variables;
            let error =
                anyhow!("the database has no name: set {prefix}DATABASE_NAME, or give {prefix}DATABASE_URL a path");
            return Err(failed("Maglev::ConfigurationError", &error, Exit::Usage));
        }
        Ok(())
    }
}

/// What the variables with one beginning say.
#[derive(Default)]
struct Given {
    is_url: bool,
    options: Options,
    secrets: Vec<(String, Secret)>,
    password: Option<String>,
}

impl Given {
    fn read(variable: Lookup<'_>, prefix: &str) -> Result<Self> {
        let url = variable(env_vars::DATABASE_URL);
        let mut options = match &url {
            Some(url) => adapters::connection_url_resolver::resolve(url)
                .map_err(|error| anyhow!("{prefix}DATABASE_URL: {}", error.message()))?,
            None => parts(variable, prefix)?,
        };
        let in_url = options.delete("password");
        let plain = variable(env_vars::DATABASE_PASSWORD);
        let secrets: Vec<_> = SECRETS
            .into_iter()
            .filter_map(|(name, read)| {
                let value = variable(name).filter(|value| value != "0")?;
                Some((format!("{prefix}{name}"), read(value)))
            })
            .collect();
        if secrets.len() + usize::from(plain.is_some()) + usize::from(!in_url.is_nil()) > 1 {
            bail!("more than one source of a password is set; exactly one of {} is to be", names(prefix));
        }
        let in_url = (!in_url.is_nil()).then(|| in_url.to_s());
        Ok(Self { is_url: url.is_some(), options, secrets, password: plain.or(in_url) })
    }

    fn adapter(&self) -> Option<String> {
        self.options.get_opt("adapter").map(Arg::to_s)
    }

    /// Nothing says where it is.
    fn is_nowhere(&self) -> bool {
        let names_host = self.secrets.iter().any(|(_, secret)| matches!(secret, Secret::SecretsManager(_)));
        !self.is_url && self.options.get_opt("host").is_none() && !names_host
    }

    /// Of the variables without a name, where a database is: on their server. Their own database is the primary one alone.
    fn place(&self, sought: &Sought<'_>) -> Options {
        if sought.is_primary { self.options.clone() } else { self.options.except(&["database"]) }
    }
}

/// The adapter that the environment names for a database, else config/database.yml's.
fn adapter(sought: &Sought<'_>, own: &Given, unnamed: &Given) -> String {
    let unnamed_adapter = unnamed.adapter();
    let said = sought.options.get_opt("adapter").filter(|adapter| adapter.is_truthy()).map(Arg::to_s);
    // Who has given a server wants no file.
    let is_server = !unnamed.is_nowhere() && !unnamed.is_url && sought.is_primary;
    let said = said.filter(|said| !is_server || Dialect::of_adapter(said) != Some(Dialect::Sqlite));
    let adapter = own
        .adapter()
        .or_else(|| if sought.is_primary { unnamed_adapter.clone().or(said) } else { said.or(unnamed_adapter) });
    adapter.unwrap_or_else(|| "mysql2".to_owned())
}

fn elsewhere(name: &str, prefix: &str, adapter: &str) -> String {
    format!(
        "the database `{name}` has the adapter `{adapter}`, and the function's DATABASE_ variables name a server of another \
         kind: set {prefix}DATABASE_URL, or leave it out (`--name` picks one database)"
    )
}

/// The password's source: the database's own, else the one without a name.
fn secret(options: &mut Options, own: Given, unnamed: Given) -> Option<(String, Secret)> {
    let has_own = own.password.is_some() || !own.secrets.is_empty();
    let Given { mut secrets, password, .. } = if has_own { own } else { unnamed };
    if let Some(password) = password {
        options.insert("password", password);
    }
    secrets.pop()
}

/// Without a URL: there has to be a host, and somebody who connects.
fn complete(options: &mut Options, sought: &Sought<'_>, prefix: &str, secret: Option<&(String, Secret)>) -> Result<()> {
    if options.get_opt("host").is_some() {
        options.or_insert("username", || Arg::str("root"));
        return Ok(());
    }
    // RDS' secrets name the host; nothing else can.
    match secret {
        Some((_, Secret::SecretsManager(_))) => Ok(()),
        _ if sought.is_primary => {
            bail!("no database is configured: set DATABASE_URL, or DATABASE_HOST and DATABASE_NAME")
        }
        _ => bail!(
            "the function has no place for the database `{}`: set {prefix}DATABASE_URL, or {prefix}DATABASE_HOST, or \
             DATABASE_HOST for all of them",
            sought.name
        ),
    }
}

fn names(prefix: &str) -> String {
    let mut names = vec![format!("{prefix}{}", env_vars::DATABASE_PASSWORD)];
    names.extend(SECRETS.map(|(name, _)| format!("{prefix}{name}")));
    names.join(", ")
}

/// Without a URL: the parts of it, as far as they are there.
fn parts(variable: Lookup<'_>, prefix: &str) -> Result<Options> {
    let mut options = Options::new();
    for (key, name) in [
        ("adapter", env_vars::DATABASE_ADAPTER),
        ("host", env_vars::DATABASE_HOST),
        ("database", env_vars::DATABASE_NAME),
        ("username", env_vars::DATABASE_USERNAME),
    ] {
        if let Some(value) = variable(name) {
            options.insert(key, value);
        }
    }
    if let Some(port) = variable(env_vars::DATABASE_PORT) {
        let Ok(port) = port.parse::<u16>() else { bail!("{prefix}DATABASE_PORT is not a port: `{port}`") };
        options.insert("port", i64::from(port));
    }
    Ok(options)
}

/// What libpq and libmysqlclient call each way to use TLS.
const MODES: [[&str; 2]; 5] = [
    ["disable", "disabled"],
    ["prefer", "preferred"],
    ["require", "required"],
    ["verify-ca", "verify_ca"],
    ["verify-full", "verify_identity"],
];

/// TLS, under the names that each adapter has: `verify-full` of libpq is `verify_identity` of libmysqlclient.
fn secure(options: &mut Options, variable: Lookup<'_>, iam: bool) -> Result<()> {
    let mode = variable(env_vars::DATABASE_SSL_MODE);
    let authorities = variable(env_vars::DATABASE_SSL_CA);
    let adapter = options.get("adapter").to_s();
    let configured = options.get_opt("ssl_mode").or_else(|| options.get_opt("sslmode")).is_some();
    let mode = match mode {
        Some(mode) => mode,
        // A token is a password for whoever reads it.
        None if iam && !configured => "verify-full".to_owned(),
        None if authorities.is_some() && !configured => "verify-full".to_owned(),
        None => return Ok(()),
    };
    let wanted = mode.to_ascii_lowercase();
    let Some([libpq, mysql]) = MODES.into_iter().find(|names| names.contains(&wanted.as_str())) else {
        let known = MODES.map(|[libpq, _]| libpq).join(", ");
        bail!("DATABASE_SSL_MODE is `{mode}`; it may be {known}");
    };
    if iam && matches!(libpq, "disable" | "prefer") {
        bail!("DATABASE_IAM_AUTH needs TLS; DATABASE_SSL_MODE is `{mode}`");
    }
    let authorities = authorities.unwrap_or_else(|| adapters::tls::RDS.to_owned());
    let verifies = matches!(libpq, "verify-ca" | "verify-full");
    let on_postgresql = Dialect::of_adapter(&adapter) == Some(Dialect::PostgreSql);
    let (mode_key, mode, authorities_key) = match adapter.as_str() {
        _ if on_postgresql => ("sslmode", libpq, "sslrootcert"),
        "trilogy" => ("ssl_mode", mysql, "ssl_ca"),
        _ => ("ssl_mode", mysql, "sslca"),
    };
    options.insert(mode_key, mode);
    if verifies {
        options.insert(authorities_key, authorities);
    }
    if iam && !on_postgresql {
        options.insert("enable_cleartext_plugin", true);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(variables: &[(&str, &str)]) -> Result<Source> {
        let find =
            |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        Source::new(&find, &Sought { name: "primary", is_primary: true, options: &Options::new() })
    }

    #[test]
    fn the_environment_names_a_database() {
        let check = |variables: &[(&str, &str)], expected: &str| {
            let text = source(variables).map_or_else(
                |error| error.to_string(),
                |source| format!("{} {:?}", source.options.inspect(), source.secret.map(|(_, secret)| secret)),
            );
            assert_eq!(text, expected);
        };
        let host = ("DATABASE_HOST", "db");
        check(
            &[host, ("DATABASE_NAME", "shop"), ("DATABASE_PASSWORD_ENCRYPTED", "AQ==")],
            r#"{:host=>"db", :database=>"shop", :adapter=>"mysql2", :username=>"root"} Some(Encrypted)"#,
        );
        check(
            &[("DATABASE_URL", "postgresql://app@db/shop"), ("DATABASE_IAM_AUTH", "1")],
            r#"{:adapter=>"postgresql", :username=>"app", :database=>"shop", :host=>"db", :sslmode=>"verify-full", :sslrootcert=>"rds"} Some(Iam)"#,
        );
        check(
            &[
                host,
                ("DATABASE_PORT", "3307"),
                ("DATABASE_SSL_MODE", "verify-full"),
                ("DATABASE_SSL_CA", "/opt/ca.pem"),
            ],
            r#"{:host=>"db", :port=>3307, :adapter=>"mysql2", :username=>"root", :ssl_mode=>"verify_identity", :sslca=>"/opt/ca.pem"} None"#,
        );
        check(&[], "no database is configured: set DATABASE_URL, or DATABASE_HOST and DATABASE_NAME");
        check(
            &[host, ("DATABASE_PASSWORD", "x"), ("DATABASE_PASSWORD_PARAMETER", "/y")],
            "more than one source of a password is set; exactly one of DATABASE_PASSWORD, DATABASE_PASSWORD_ENCRYPTED, \
             DATABASE_PASSWORD_SECRET, DATABASE_PASSWORD_PARAMETER, DATABASE_IAM_AUTH is to be",
        );
        check(
            &[host, ("DATABASE_IAM_AUTH", "1"), ("DATABASE_SSL_MODE", "disable")],
            "DATABASE_IAM_AUTH needs TLS; DATABASE_SSL_MODE is `disable`",
        );
        check(
            &[host, ("DATABASE_SSL_MODE", "on")],
            "DATABASE_SSL_MODE is `on`; it may be disable, prefer, require, verify-ca, verify-full",
        );
        check(&[host, ("DATABASE_PORT", "x")], "DATABASE_PORT is not a port: `x`");
    }

    #[test]
    fn each_database_has_variables_of_its_own() {
        let check = |name: &str, said: &[(&str, &str)], variables: &[(&str, &str)], expected: &str| {
            let find =
                |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
            let options: Options = said.iter().fold(Options::new(), |mut options, (key, value)| {
                options.insert(*key, *value);
                options
            });
            let sought = Sought { name, is_primary: name == "primary", options: &options };
            let text = Source::new(&find, &sought).map_or_else(
                |error| error.to_string(),
                |Source { options, secret, .. }| {
                    let options: Vec<_> =
                        options.iter().map(|(name, value)| format!("{name}={}", value.to_s())).collect();
                    let secret = secret.map_or_else(String::new, |(variable, _)| format!(" {variable}"));
                    format!("{}{secret}", options.join(" "))
                },
            );
            assert_eq!(text, expected, "{name} {said:?} {variables:?}");
        };
        let said = [("adapter", "postgresql"), ("database", "shop_cache"), ("encoding", "unicode")];
        let unnamed = ("DATABASE_URL", "postgresql://app:s@db/shop");
        let on_the_same = "adapter=postgresql database=shop_cache encoding=unicode username=app host=db password=s";
        check("cache", &said, &[unnamed], on_the_same);
        let nameless = "nothing says what the database `cache` is called on its server: set CACHE_DATABASE_NAME, or \
                        CACHE_DATABASE_URL with a path";
        check("cache", &said[..1], &[unnamed], nameless);
        check("cache", &said[..1], &[("DATABASE_PASSWORD_SECRET", "arn")], nameless);
        check(
            "cache",
            &said[..1],
            &[unnamed, ("CACHE_DATABASE_PASSWORD_SECRET", "arn")],
            "adapter=postgresql username=app host=db CACHE_DATABASE_PASSWORD_SECRET",
        );
        check(
            "primary",
            &said,
            &[unnamed],
            "adapter=postgresql database=shop encoding=unicode username=app host=db password=s",
        );
        check(
            "cache",
            &said,
            &[unnamed, ("CACHE_DATABASE_URL", "postgis://c:t@cache/c?sslmode=require")],
            "adapter=postgis database=c encoding=unicode username=c host=cache sslmode=require password=t",
        );
        check(
            "cache",
            &said,
            &[unnamed, ("CACHE_DATABASE_NAME", "c"), ("CACHE_DATABASE_PASSWORD_SECRET", "arn")],
            "adapter=postgresql database=c encoding=unicode username=app host=db CACHE_DATABASE_PASSWORD_SECRET",
        );
        check(
            "my-cache",
            &[],
            &[("MY_CACHE_DATABASE_HOST", "c"), ("MY_CACHE_DATABASE_NAME", "x"), ("DATABASE_IAM_AUTH", "1")],
            "host=c database=x adapter=mysql2 username=root ssl_mode=verify_identity sslca=rds \
             enable_cleartext_plugin=true DATABASE_IAM_AUTH",
        );
        let elsewhere = |adapter: &str| {
            format!(
                "the database `cache` has the adapter `{adapter}`, and the function's DATABASE_ variables name a server of \
                 another kind: set CACHE_DATABASE_URL, or leave it out (`--name` picks one database)"
            )
        };
        check("cache", &said, &[("DATABASE_URL", "mysql2://db/shop")], &elsewhere("postgresql"));
        let files = [("adapter", "sqlite3"), ("database", "storage/cache.sqlite3")];
        check("cache", &files, &[("DATABASE_HOST", "db")], &elsewhere("sqlite3"));
        check("cache", &files, &[("DATABASE_URL", "sqlite3:/tmp/a")], &elsewhere("sqlite3"));
        check("cache", &files, &[unnamed, ("CACHE_DATABASE_URL", "sqlite3:/tmp/c")], "adapter=sqlite3 database=/tmp/c");
        // Development's file is not what a function with a server is asked for.
        check("primary", &files, &[("DATABASE_HOST", "db")], "adapter=mysql2 host=db username=root");
        check(
            "cache",
            &said,
            &[],
            "the function has no place for the database `cache`: set CACHE_DATABASE_URL, or CACHE_DATABASE_HOST, or \
             DATABASE_HOST for all of them",
        );
        check(
            "cache",
            &said,
            &[("CACHE_DATABASE_URL", "postgresql://c:t@cache/c"), ("CACHE_DATABASE_PASSWORD", "x")],
            "more than one source of a password is set; exactly one of CACHE_DATABASE_PASSWORD, \
             CACHE_DATABASE_PASSWORD_ENCRYPTED, CACHE_DATABASE_PASSWORD_SECRET, CACHE_DATABASE_PASSWORD_PARAMETER, \
             CACHE_DATABASE_IAM_AUTH is to be",
        );
    }
}
