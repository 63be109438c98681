//! AWS' configuration: region, credentials, profile and endpoint from where the AWS CLI has them.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::error::display::DisplayErrorContext;

/// Reads the environment and the shared files; asks nobody before the first request.
pub async fn sdk_config() -> SdkConfig {
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await
}

/// An error of the SDK with its causes on one line.
pub fn describe(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    DisplayErrorContext(error).to_string()
}
