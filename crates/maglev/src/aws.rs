//! What the caller and the function share of AWS: the caller's configuration (region, credentials, profile and endpoint
//! from where the AWS CLI has them), connections, and errors.

pub(crate) mod connector;
pub(crate) mod trouble;

use std::time::Duration;

#[cfg(feature = "caller")]
use aws_config::BehaviorVersion;
use aws_config::SdkConfig;

use crate::env_vars;

/// What the SDK's own client gives a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);

/// Reads the environment and the shared files; asks nobody before the first request.
#[cfg(feature = "caller")]
pub(crate) async fn sdk_config() -> SdkConfig {
    let client = connector::kept_alive(CONNECT_TIMEOUT);
    aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await
}

/// S3, by path where an emulator answers: it has no host names for buckets.
pub(crate) fn s3_client(config: &SdkConfig) -> aws_sdk_s3::Client {
    let by_path = env_vars::get(env_vars::AWS_ENDPOINT_URL).is_some();
    aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(by_path).build())
}
