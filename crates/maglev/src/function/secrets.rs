//! The database's password, from where the environment says: KMS, Secrets Manager, SSM, or an IAM token that is signed
//! here. What was fetched is kept for the next event, and fetched anew when the database does not accept it.

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use adapters::config::Password;
use adapters::{Arg, Dialect, Options};
use anyhow::{Context as _, Result, anyhow, bail};
use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_kms::operation::decrypt::DecryptError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use tokio::sync::Mutex;

use super::answer::{Outcome, failed};
use super::environment;
use crate::aws::trouble::{self, Trouble};
use crate::env_vars;
use crate::exit::Exit;

/// RDS' tokens are good for so long.
const TOKEN_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Where a password is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    /// base64 of a KMS ciphertext
    Encrypted(String),
    /// Name or ARN in Secrets Manager; the value is a password, or RDS' JSON.
    SecretsManager(String),
    /// Name in SSM's Parameter Store
    Parameter(String),
    /// RDS' IAM authentication
    Iam,
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Encrypted(_) => "Encrypted",
            Self::SecretsManager(_) => "SecretsManager",
            Self::Parameter(_) => "Parameter",
            Self::Iam => "Iam",
        })
    }
}

/// What was found there.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    pub password: Password,
    /// What RDS' form says besides: host, port, user, database.
    pub options: Options,
}

/// AWS' configuration and the last secret of each place, made when they are first needed.
#[derive(Default)]
pub(crate) struct Secrets {
    sdk_config: OnceLock<SdkConfig>,
    fetched: Mutex<Vec<(Secret, Fetched)>>,
}

impl Secrets {
    /// The SDK's configuration, read when it is first asked for and kept.
    pub(crate) fn sdk_config(&self) -> &SdkConfig {
        self.sdk_config.get_or_init(environment::sdk_config)
    }

    /// `variable` has named it; `options` say for which host and user a token is to be. `fresh`: not what an earlier event
    /// fetched.
    pub(crate) async fn fetch(
        &self,
        secret: &Secret,
        variable: &str,
        options: &Options,
        fresh: bool,
    ) -> Result<Fetched, Outcome> {
        let mut kept = self.fetched.lock().await;
        // A token is signed in microseconds, and does not last.
        let reusable = !fresh && *secret != Secret::Iam;
        if let Some((_, fetched)) = kept.iter().find(|(of, _)| reusable && of == secret) {
            return Ok(fetched.clone());
        }
        let config = self.sdk_config();
        let fetched = match secret {
            Secret::Encrypted(ciphertext) => decrypt(config, variable, ciphertext).await.map(only_password),
            Secret::SecretsManager(id) => from_secrets_manager(config, variable, id).await,
            Secret::Parameter(name) => from_parameter_store(config, variable, name).await.map(only_password),
            Secret::Iam => token(config, options).await.map(only_password),
        };
        let fetched = fetched.map_err(|error| failed("Maglev::SecretUnavailable", &error, Exit::Unreachable))?;
        kept.retain(|(of, _)| of != secret);
        kept.push((secret.clone(), fetched.clone()));
        Ok(fetched)
    }
}

fn only_password(password: Password) -> Fetched {
    Fetched { password, options: Options::new() }
}

async fn decrypt(config: &SdkConfig, name: &str, ciphertext: &str) -> Result<Password> {
    let compact: Vec<u8> = ciphertext.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let blob = BASE64.decode(compact).map_err(|error| anyhow!("{name} is not base64: {error}"))?;
    let client = aws_sdk_kms::Client::new(config);
    let request = || client.decrypt().ciphertext_blob(blob.clone().into());
    let mut response = request().send().await;
    if let Err(error) = &response
        && matches!(error.as_service_error(), Some(DecryptError::InvalidCiphertextException(_)))
        && let Some(function) = env_vars::get(env_vars::AWS_LAMBDA_FUNCTION_NAME)
    {
        // What the Lambda console encrypts is bound to the function's name.
        let bound = request().encryption_context("LambdaFunctionName", function).send().await;
        if bound.is_ok() {
            response = bound;
        }
    }
    let plaintext = response.map_err(|error| unavailable(name, "KMS", "kms", &error, config))?.plaintext;
    let plaintext = plaintext.context("KMS answered without a plaintext")?.into_inner();
    let text = String::from_utf8(plaintext).map_err(|_| anyhow!("{name}: what KMS decrypted is not UTF-8"))?;
    Ok(Password::new(text.trim_end_matches('\n')))
}

/// Why a service did not give the secret that `variable` names.
fn unavailable<E>(
    variable: &str,
    name: &str,
    service: &str,
    error: &SdkError<E, HttpResponse>,
    config: &SdkConfig,
) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let trouble = Trouble::new(error, service, config);
    let hint = trouble.hint(true).or_else(|| {
        Some(match trouble.code.as_deref()? {
            "AccessDeniedException" => {
                "let the function's role read it (the Terraform module's does), and use its KMS key"
            }
            "ResourceNotFoundException" | "ParameterNotFound" | "NotFoundException" => {
                "check the name, and that it is in the function's region and account"
            }
            "InvalidCiphertextException" | "IncorrectKeyException" => {
                "is it the base64 of `aws kms encrypt`, made in this region and account, without an encryption context?"
            }
            "DisabledException" | "KMSInvalidStateException" => "enable the KMS key",
            _ => return None,
        })
    });
    match hint {
        Some(hint) => anyhow!("{variable}: {name}: {}\nhint: {hint}", trouble.message),
        None => anyhow!("{variable}: {name}: {}", trouble.message),
    }
}

async fn from_secrets_manager(config: &SdkConfig, name: &str, id: &str) -> Result<Fetched> {
    let response = aws_sdk_secretsmanager::Client::new(config).get_secret_value().secret_id(id).send().await;
    let value = response.map_err(|error| unavailable(name, "Secrets Manager", "secretsmanager", &error, config))?;
    let text = value.secret_string.with_context(|| format!("{name}: the secret is binary, not text"))?;
    secret_value(&text).with_context(|| name.to_owned())
}

/// A password, or the JSON that RDS and its rotation use.
fn secret_value(text: &str) -> Result<Fetched> {
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return Ok(only_password(Password::new(text))) };
    let Some(password) = fields.get("password").and_then(Value::as_str) else {
        bail!("the secret is JSON without a `password`");
    };
    let mut options = Options::new();
    for (field, option) in [("host", "host"), ("username", "username"), ("dbname", "database")] {
        if let Some(text) = fields.get(field).and_then(Value::as_str) {
            options.insert(option, text);
        }
    }
    let port = fields.get("port").and_then(|port| port.as_i64().or_else(|| port.as_str()?.parse().ok()));
    if let Some(port) = port {
        options.insert("port", port);
    }
    Ok(Fetched { password: Password::new(password), options })
}

async fn from_parameter_store(config: &SdkConfig, name: &str, parameter: &str) -> Result<Password> {
    let client = aws_sdk_ssm::Client::new(config);
    let response = client.get_parameter().name(parameter).with_decryption(true).send().await;
    let response = response.map_err(|error| unavailable(name, "SSM", "ssm", &error, config))?;
    let value = response.parameter.and_then(|parameter| parameter.value);
    value.map(Password::new).with_context(|| format!("{name}: SSM answered without a value"))
}

/// RDS' authentication token: a presigned request, as the CLI's `rds generate-db-auth-token` makes it.
async fn token(config: &SdkConfig, options: &Options) -> Result<Password> {
    let provider = config.credentials_provider().context("DATABASE_IAM_AUTH: there are no AWS credentials")?;
    let credentials = provider.provide_credentials().await;
    let credentials = credentials.map_err(|error| anyhow!("DATABASE_IAM_AUTH: {}", trouble::chain(&error)))?;
    let region = config.region().context("DATABASE_IAM_AUTH: no AWS region is set")?.to_string();
    let dialect = Dialect::of_adapter(&options.get("adapter").to_s()).unwrap_or(Dialect::MySql);
    let port = match options.get("port") {
        Arg::Int(port) => *port,
        _ => i64::from(dialect.default_port().unwrap_or_default()),
    };
    let place = format!("{}:{port}", options.get("host").to_s());
    sign_token(&place, &options.get("username").to_s(), &region, credentials, SystemTime::now()).map(Password::new)
}

fn sign_token(
    place: &str,
    user: &str,
    region: &str,
    credentials: aws_credential_types::Credentials,
    now: SystemTime,
) -> Result<String> {
    let mut settings = SigningSettings::default();
    settings.expires_in = Some(TOKEN_LIFETIME);
    settings.signature_location = SignatureLocation::QueryParams;
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("rds-db")
        .time(now)
        .settings(settings)
        .build()?;
    let uri = http::Uri::builder()
        .scheme("https")
        .authority(place)
        .path_and_query(format!("/?Action=connect&DBUser={}", percent_encoded(user)))
        .build()
        .context("DATABASE_IAM_AUTH: the host is not a name")?;
    let mut request = http::Request::builder().uri(&uri).body(())?;
    let text = uri.to_string();
    let signable = SignableRequest::new("GET", &text, std::iter::empty(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    let signed = request.uri().to_string();
    Ok(signed.trim_start_matches("https://").to_owned())
}

/// All but RFC 3986's unreserved characters.
fn percent_encoded(text: &str) -> String {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if is_unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_password_or_the_json_of_rds() {
        let check = |text: &str, password: &str, options: &str| {
            let fetched = secret_value(text).unwrap();
            assert_eq!((fetched.password.reveal(), fetched.options.inspect().as_str()), (password, options));
        };
        check("s3cret", "s3cret", "{}");
        check("123", "123", "{}");
        check(
            r#"{"username":"app","password":"p","host":"db.example","port":3306,"dbname":"shop","engine":"mysql"}"#,
            "p",
            r#"{:host=>"db.example", :username=>"app", :database=>"shop", :port=>3306}"#,
        );
        assert!(secret_value(r#"{"username":"app"}"#).is_err());
        assert_eq!(
            format!("{:?}", secret_value("s3cret").unwrap()),
            "Fetched { password: [FILTERED], options: Options({}) }"
        );
    }

    #[test]
    fn a_token_is_what_the_aws_cli_signs() {
        let credentials =
            aws_credential_types::Credentials::new("AKIDEXAMPLE", "SECRETKEY", Some("TOKEN".to_owned()), None, "test");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_322_800);
        let token = sign_token("db.example.com:3306", "app user", "eu-west-1", credentials, now).unwrap();
        // The order of parameters means nothing.
        let sorted = |token: &str| {
            let mut parts: Vec<_> = token.split(['?', '&']).map(str::to_owned).collect();
            parts.sort();
            parts
        };
        assert_eq!(sorted(&token), sorted(RECORDED_TOKEN));
    }

    /// `generate_db_auth_token` of boto3 at that time with those credentials.
    const RECORDED_TOKEN: &str = "db.example.com:3306/?Action=connect&DBUser=app%20user&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Feu-west-1%2Frds-db%2Faws4_request&X-Amz-Date=20260102T030000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Security-Token=TOKEN&X-Amz-Signature=eae1ab28adc8e380d7e04e4f0826c92bc4ae091e5cea507c3fccd00f98e2ae2a";
}
