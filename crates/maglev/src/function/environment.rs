//! AWS' configuration as a function has it: Lambda puts region and credentials into the environment. The SDK's own chain
//! would bring shared files, single sign-on, STS and the metadata of instances and containers along, of which a function
//! has none.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use crate::aws::{CONNECT_TIMEOUT, connector};
use crate::env_vars;

/// Reads the environment, in the words of AWS' SDKs and Tools Reference Guide.
pub(super) fn sdk_config() -> SdkConfig {
    let region = env_vars::get(env_vars::AWS_REGION).or_else(|| env_vars::get(env_vars::AWS_DEFAULT_REGION));
    let endpoints = Endpoints { ignored: is_true(env_vars::AWS_IGNORE_CONFIGURED_ENDPOINT_URLS) };
    let mut builder = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(connector::kept_alive(CONNECT_TIMEOUT))
        .retry_config(RetryConfig::standard())
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .use_fips(is_true(env_vars::AWS_USE_FIPS_ENDPOINT))
        .use_dual_stack(is_true(env_vars::AWS_USE_DUALSTACK_ENDPOINT));
    builder.set_endpoint_url(endpoints.of_all());
    builder.service_config(endpoints).build()
}

fn is_true(name: &str) -> bool {
    env_vars::get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// `AWS_ENDPOINT_URL`, and `AWS_ENDPOINT_URL_SECRETS_MANAGER` and the like, which go before it.
#[derive(Debug)]
struct Endpoints {
    ignored: bool,
}

impl Endpoints {
    fn of_all(&self) -> Option<String> {
        env_vars::get(env_vars::AWS_ENDPOINT_URL).filter(|_| !self.ignored)
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_ascii_uppercase().replace(' ', "_");
        env_vars::get(&format!("{}_{service}", key.env())).filter(|_| !self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_a_variable_of_its_own() {
        let key = || {
            let key = ServiceConfigKey::builder().service_id("Secrets Manager").env("ENVIRONMENT_TEST").profile("");
            key.build().unwrap()
        };
        env_vars::give([("ENVIRONMENT_TEST".to_owned(), "of all".to_owned())].into());
        assert_eq!(Endpoints { ignored: false }.load_config(key()), None);
        env_vars::give([("ENVIRONMENT_TEST_SECRETS_MANAGER".to_owned(), "its own".to_owned())].into());
        assert_eq!(Endpoints { ignored: false }.load_config(key()).as_deref(), Some("its own"));
        assert_eq!(Endpoints { ignored: true }.load_config(key()), None);
    }
}
