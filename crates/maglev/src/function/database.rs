//! Which database a function works on: its environment variables, and the password from one of five places.

use adapters::config::Password;
use adapters::{Arg, DatabaseConfig, Dialect, Options};
use anyhow::{Result, anyhow, bail};

use super::answer::{Outcome, failed};
use super::secrets::{Secret, Secrets};
use crate::env_vars;
use crate::exit::Exit;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Source {
    options: Options,
    secret: Option<Secret>,
}

type ReadSecret = fn(String) -> Secret;

/// The names under which the environment has a secret, and how each is read.
const SECRETS: [(&str, ReadSecret); 4] = [
    (env_vars::DATABASE_PASSWORD_ENCRYPTED, Secret::Encrypted),
    (env_vars::DATABASE_PASSWORD_SECRET, Secret::SecretsManager),
    (env_vars::DATABASE_PASSWORD_PARAMETER, Secret::Parameter),
    (env_vars::DATABASE_IAM_AUTH, |_| Secret::Iam),
];

impl Source {
    /// Reads the function's variables. Err: they name several passwords, or no database.
    pub(crate) fn from_environment() -> Result<Self> {
        Self::new(&env_vars::get)
    }

    fn new(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let url = variable(env_vars::DATABASE_URL);
        let mut options = match &url {
            Some(url) => adapters::connection_url_resolver::resolve(url)
                .map_err(|error| anyhow::anyhow!("DATABASE_URL: {}", error.message()))?,
            None => parts(variable)?,
        };
        let mut given: Vec<(&str, Secret)> = SECRETS
            .into_iter()
            .filter_map(|(name, read)| {
                Some((name, variable(name).filter(|value| value != "0")?)).map(|(n, v)| (n, read(v)))
            })
            .collect();
        let plain = variable(env_vars::DATABASE_PASSWORD);
        let in_url = options.get_opt("password").is_some();
        if given.len() + usize::from(plain.is_some()) + usize::from(in_url) > 1 {
            bail!("more than one source of a password is set; exactly one of {} is to be", names());
        }
        if let Some(password) = plain {
            options.insert("password", password);
        }
        let secret = given.pop().map(|(_, secret)| secret);
        secure(&mut options, variable, matches!(secret, Some(Secret::Iam)))?;
        Ok(Self { options, secret })
    }

    /// Whether the password comes from elsewhere, and may have changed there.
    pub(crate) fn is_fetched(&self) -> bool {
        self.secret.is_some()
    }

    /// Who is asked for the password.
    pub(crate) fn service(&self) -> &'static str {
        match self.secret {
            Some(Secret::Encrypted(_)) => "KMS",
            Some(Secret::SecretsManager(_)) => "Secrets Manager",
            Some(Secret::Parameter(_)) => "SSM",
            Some(Secret::Iam) | None => "AWS",
        }
    }

    /// The configuration with its password. `fresh`: not the one that an earlier event fetched.
    pub(crate) async fn config(&self, secrets: &Secrets, fresh: bool) -> Result<DatabaseConfig, Outcome> {
        let mut options = self.options.clone();
        let Some(secret) = &self.secret else {
            named(&options)?;
            return Ok(DatabaseConfig::new(options));
        };
        let fetched = secrets.fetch(secret, &options, fresh).await?;
        // RDS' form says more than a password; what the environment says goes before.
        options.reverse_update(&fetched.options);
        named(&options)?;
        let mut config = DatabaseConfig::new(options);
        config.password = Some(Password::new(fetched.password.reveal()));
        Ok(config)
    }
}

/// A run without a database would fail at its first statement.
fn named(options: &Options) -> Result<(), Outcome> {
    if options.get("database").is_nil() {
        let error = anyhow!("the database has no name: set DATABASE_NAME, or give DATABASE_URL a path");
        return Err(failed("Maglev::ConfigurationError", &error, Exit::Usage));
    }
    Ok(())
}

fn names() -> String {
    let mut names = vec![env_vars::DATABASE_PASSWORD];
    names.extend(SECRETS.map(|(name, _)| name));
    names.join(", ")
}

/// Without DATABASE_URL: the parts of it.
fn parts(variable: &dyn Fn(&str) -> Option<String>) -> Result<Options> {
    let adapter = variable(env_vars::DATABASE_ADAPTER).unwrap_or_else(|| "mysql2".to_owned());
    let mut options = Options::from([("adapter", Arg::str(adapter))]);
    // RDS' secrets name the host; nothing else can.
    let host = variable(env_vars::DATABASE_HOST);
    if host.is_none() && variable(env_vars::DATABASE_PASSWORD_SECRET).is_none() {
        bail!("no database is configured: set DATABASE_URL, or DATABASE_HOST and DATABASE_NAME");
    }
    let has_secret = host.is_none();
    for (key, value) in [
        ("host", host),
        ("database", variable(env_vars::DATABASE_NAME)),
        ("username", variable(env_vars::DATABASE_USERNAME).or_else(|| (!has_secret).then(|| "root".to_owned()))),
    ] {
        if let Some(value) = value {
            options.insert(key, value);
        }
    }
    if let Some(port) = variable(env_vars::DATABASE_PORT) {
        let Ok(port) = port.parse::<u16>() else { bail!("DATABASE_PORT is not a port: `{port}`") };
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
fn secure(options: &mut Options, variable: &dyn Fn(&str) -> Option<String>, iam: bool) -> Result<()> {
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
        Source::new(&find)
    }

    #[test]
    fn the_environment_names_a_database() {
        let check = |variables: &[(&str, &str)], expected: &str| {
            let text = source(variables).map_or_else(
                |error| error.to_string(),
                |source| format!("{} {:?}", source.options.inspect(), source.secret),
            );
            assert_eq!(text, expected);
        };
        let host = ("DATABASE_HOST", "db");
        check(
            &[host, ("DATABASE_NAME", "shop"), ("DATABASE_PASSWORD_ENCRYPTED", "AQ==")],
            r#"{:adapter=>"mysql2", :host=>"db", :database=>"shop", :username=>"root"} Some(Encrypted)"#,
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
            r#"{:adapter=>"mysql2", :host=>"db", :username=>"root", :port=>3307, :ssl_mode=>"verify_identity", :sslca=>"/opt/ca.pem"} None"#,
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
}
