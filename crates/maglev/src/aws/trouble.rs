//! Why a request to AWS failed, in a sentence for a person who may have set this up a minute ago, and what to do about it.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::env_vars;

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    NoCredentials,
    NoRegion,
    UnknownHost,
    /// Nobody listens there.
    Refused,
    /// No connection came to be in time.
    NoRoute,
    NoTls,
    /// What is configured makes no request.
    NotMade,
    /// The service has answered.
    Answered,
    /// Sent, as far as is known, and not answered.
    Lost,
}

/// A request to AWS that failed, in words that tell where it failed.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub kind: Kind,
    /// What happened, on what.
    pub message: String,
    /// AWS' name of the error.
    pub code: Option<String>,
    pub status: Option<u16>,
}

impl Trouble {
    /// `service`: as AWS' host names have it.
    pub(crate) fn new<E>(error: &SdkError<E, HttpResponse>, service: &str, config: &SdkConfig) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code).map(str::to_owned);
        let text = error.as_service_error().and_then(ProvideErrorMetadata::message).map(str::to_owned);
        let status = error.raw_response().map(|response| response.status().as_u16());
        let place = endpoint(service, config);
        let (kind, message) = match (status, &code, text) {
            (Some(_), Some(code), Some(text)) => (Kind::Answered, format!("{code}: {text}")),
            (Some(_), Some(code), None) => (Kind::Answered, code.clone()),
            (Some(status), None, _) => {
                (Kind::Answered, format!("{place} answered HTTP {status} without an error of AWS"))
            }
            (None, ..) => unanswered(&chain(error), &place),
        };
        Self { kind, message, code, status }
    }

    /// Whether the request surely did not arrive.
    pub(crate) fn did_not_arrive(&self) -> bool {
        !matches!(self.kind, Kind::Answered | Kind::Lost)
    }

    /// What to do, where the service did not answer. `in_function`: it was asked from within a VPC, most likely.
    pub(crate) fn hint(&self, in_function: bool) -> Option<&'static str> {
        Some(match (self.kind, in_function) {
            (Kind::NoCredentials, true) => "the function's role gives it credentials: is it run by Lambda?",
            (Kind::NoCredentials, false) => {
                "log in (`aws sso login`, or AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; in CI, let the job \
                 assume a role"
            }
            (Kind::NotMade, _) => "check AWS' configuration: region, profile, endpoint",
            (Kind::NoRegion, _) => "set AWS_REGION, or `region` in the profile",
            (Kind::UnknownHost, false) => {
                "check the region's name, AWS_ENDPOINT_URL, and this machine's network and DNS"
            }
            (Kind::Refused, false) => "check AWS_ENDPOINT_URL, and proxies and firewalls on the way",
            (Kind::NoRoute, false) => "check the network, proxies and firewalls on the way; port 443 must be open",
            (Kind::UnknownHost | Kind::Refused | Kind::NoRoute, true) => {
                "in a VPC the function reaches AWS through an interface endpoint of the service (`create_endpoint = true` of the \
                 Terraform module; its security group must let the function in on port 443) or through a NAT"
            }
            (Kind::NoTls, _) => "is that AWS? A proxy that decrypts needs its certificate among this machine's",
            (Kind::Answered | Kind::Lost, _) => return None,
        })
    }
}

/// What is asked, as far as it is known here.
fn endpoint(service: &str, config: &SdkConfig) -> String {
    let own = format!("{}_{}", env_vars::AWS_ENDPOINT_URL, service.to_uppercase());
    let configured = env_vars::get(&own).or_else(|| config.endpoint_url().map(str::to_owned));
    let region = config.region().map_or("REGION", |region| region.as_ref());
    configured
        .or_else(|| env_vars::get(env_vars::AWS_ENDPOINT_URL))
        .unwrap_or_else(|| format!("{service}.{region}.amazonaws.com"))
}

/// The SDK says why in the texts of the errors below its own.
fn unanswered(chain: &str, place: &str) -> (Kind, String) {
    let has = |part: &str| chain.contains(part);
    let cause = chain.rsplit(": ").next().unwrap_or(chain);
    if has("Missing Region") || has("region must be set") || has("`region` - must be") {
        (Kind::NoRegion, "no AWS region is set, or not one that exists".to_owned())
    } else if has("client error (Connect)") || has("connect timeout") || has("HTTP connect") {
        if has("dns error") {
            (Kind::UnknownHost, format!("the host of {place} is not known: {cause}"))
        } else if has("refused") {
            (Kind::Refused, format!("{place} refused the connection"))
        } else if has("scheme is not http") {
            (Kind::NoTls, format!("{place} is reached over TLS, and this machine has no certificates to trust"))
        } else if has("certificate") || has("message of type") || has("tls") || has("TLS") {
            (Kind::NoTls, format!("{place} does not speak TLS as AWS does: {cause}"))
        } else {
            (Kind::NoRoute, format!("{place} cannot be reached: {cause}"))
        }
    } else if has("credential") || has("SSO") || has("sso") {
        (Kind::NoCredentials, format!("there are no AWS credentials that can be used: {cause}"))
    } else if has("dispatch failure: other") && !has("client error") || has("failed to construct") {
        (Kind::NotMade, format!("no request to {place} can be made: {cause}"))
    } else {
        (Kind::Lost, format!("{place} did not answer: {cause}"))
    }
}

/// The texts of an error and of those that caused it, without saying anything twice.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if !out.contains(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        source = inner.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_failed_on_what() {
        let check = |chain: &str, kind: Kind, message: &str| {
            assert_eq!(unanswered(chain, "kms.eu-west-1.amazonaws.com"), (kind, message.to_owned()));
        };
        check(
            "dispatch failure: other: the credential provider was not enabled: no providers in chain provided credentials",
            Kind::NoCredentials,
            "there are no AWS credentials that can be used: no providers in chain provided credentials",
        );
        check(
            "dispatch failure: other: Invalid Configuration: Missing Region",
            Kind::NoRegion,
            "no AWS region is set, or not one that exists",
        );
        check(
            "dispatch failure: other: no endpoint rule matched",
            Kind::NotMade,
            "no request to kms.eu-west-1.amazonaws.com can be made: no endpoint rule matched",
        );
        check(
            "dispatch failure: io error: client error (Connect): dns error: failed to lookup address information: Name or service \
             not known",
            Kind::UnknownHost,
            "the host of kms.eu-west-1.amazonaws.com is not known: Name or service not known",
        );
        check(
            "dispatch failure: io error: client error (Connect): tcp connect error: Connection refused (os error 111)",
            Kind::Refused,
            "kms.eu-west-1.amazonaws.com refused the connection",
        );
        check(
            "dispatch failure: timeout: client error (Connect): HTTP connect timeout occurred after 3.1s",
            Kind::NoRoute,
            "kms.eu-west-1.amazonaws.com cannot be reached: HTTP connect timeout occurred after 3.1s",
        );
        check(
            "dispatch failure: io error: client error (Connect): received corrupt message of type InvalidContentType",
            Kind::NoTls,
            "kms.eu-west-1.amazonaws.com does not speak TLS as AWS does: received corrupt message of type InvalidContentType",
        );
        check(
            "dispatch failure: io error: client error (Connect): invalid URL, scheme is not http",
            Kind::NoTls,
            "kms.eu-west-1.amazonaws.com is reached over TLS, and this machine has no certificates to trust",
        );
        check(
            "dispatch failure: io error: client error (SendRequest): connection closed before message completed",
            Kind::Lost,
            "kms.eu-west-1.amazonaws.com did not answer: connection closed before message completed",
        );
    }
}
