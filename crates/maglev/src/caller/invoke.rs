//! One invocation of the function, streamed where that is possible. What surely did not reach the function is tried again;
//! what may have reached it is not, for a migration must not run twice.

use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{Builder, StalledStreamProtectionConfig};
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke_with_response_stream::InvokeWithResponseStreamOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent as StreamEvent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use super::report::Report;
use crate::aws;
use crate::envelope::{Answer, Envelope, Frame, FunctionError};
use crate::exit::Exit;

/// Lambda's words for what did not reach the function and may do so later: throttling, an update of the function, a
/// network interface that is not there yet.
const NOT_YET: [&str; 9] = [
    "TooManyRequestsException",
    "ResourceConflictException",
    "ResourceNotReadyException",
    "EC2ThrottledException",
    "EC2UnexpectedException",
    "ENILimitReachedException",
    "SubnetIPAddressLimitReachedException",
    "SnapStartNotReadyException",
    "SnapStartTimeoutException",
];
/// For how long it is tried again.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

pub struct Function {
    client: Client,
    name: String,
    qualifier: Option<String>,
}

/// What came of it.
pub enum Reply {
    Answer(Box<Answer>),
    /// Streaming is not allowed here; nothing ran.
    WithoutStream,
    /// It has been told why.
    Failed(Exit),
}

/// Why an invocation gave no answer.
struct Refusal {
    code: Option<String>,
    message: String,
    /// It surely did not reach the function.
    did_not_run: bool,
    is_timeout: bool,
}

impl Function {
    pub fn new(config: &SdkConfig, function: &str) -> Self {
        let (name, qualifier) = split_qualifier(function);
        let config = Builder::from(config)
            .retry_config(RetryConfig::disabled())
            // A migration may be silent for minutes.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Self { client: Client::from_conf(config), name: name.to_owned(), qualifier: qualifier.map(str::to_owned) }
    }

    pub async fn invoke(&self, envelope: &Envelope, report: &mut Report<'_>) -> Reply {
        // Strings always serialise.
        let payload = Blob::new(serde_json::to_vec(envelope).unwrap_or_default());
        let streams = envelope.is_streamed();
        let started = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let refusal = if streams {
                match self.invoke_streamed(payload.clone()).await {
                    Ok(output) => return receive(output, report).await,
                    Err(refusal) if refusal.code.as_deref() == Some("AccessDeniedException") => {
                        return Reply::WithoutStream;
                    }
                    Err(refusal) => refusal,
                }
            } else {
                match self.invoke_buffered(payload.clone()).await {
                    Ok((body, error)) => return buffered(&body, error.as_deref(), report),
                    Err(refusal) => refusal,
                }
            };
            let code = refusal.code.as_deref().unwrap_or_default();
            let again = (NOT_YET.contains(&code) || refusal.is_timeout) && started.elapsed() + wait < PATIENCE;
            if !again {
                return self.give_up(&refusal, report);
            }
            if wait == FIRST_WAIT {
                report.note(&format!("the function is not ready ({}); trying again", refusal.message));
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn invoke_streamed(&self, payload: Blob) -> Result<InvokeWithResponseStreamOutput, Refusal> {
        let request = self.client.invoke_with_response_stream().function_name(&self.name);
        let request = request.set_qualifier(self.qualifier.clone()).client_context(client_context()).payload(payload);
        request.send().await.map_err(refusal)
    }

    /// The answer's bytes, and Lambda's word for a function error.
    async fn invoke_buffered(&self, payload: Blob) -> Result<(Vec<u8>, Option<String>), Refusal> {
        let request = self.client.invoke().function_name(&self.name).set_qualifier(self.qualifier.clone());
        let output = request.client_context(client_context()).payload(payload).send().await.map_err(refusal)?;
        Ok((output.payload.map(Blob::into_inner).unwrap_or_default(), output.function_error))
    }

    fn give_up(&self, refusal: &Refusal, report: &Report<'_>) -> Reply {
        let message = format!("the function `{}` could not be invoked: {}", self.name, refusal.message);
        let hint = match refusal.code.as_deref() {
            Some("TooManyRequestsException") => "another run may be under way in it; try again when it has ended",
            Some("ResourceNotFoundException") => {
                "check the function's name, and the region (AWS_REGION, or the profile's)"
            }
            Some("AccessDeniedException") => "the caller needs lambda:InvokeFunction on this function",
            _ if refusal.did_not_run => "check AWS' credentials and the network",
            _ => "it may have run all the same: ask with `maglev status --function` before anything else",
        };
        report.complain(&message, Some(hint));
        Reply::Failed(if refusal.code.as_deref() == Some("TooManyRequestsException") {
            Exit::Locked
        } else {
            Exit::Unreachable
        })
    }
}

/// `NAME:QUALIFIER`, `ARN:QUALIFIER`: the qualifier goes apart.
fn split_qualifier(function: &str) -> (&str, Option<&str>) {
    let parts = function.split(':').count();
    // NAME, ACCOUNT:function:NAME and an ARN have as many parts without one.
    match (parts, function.rsplit_once(':')) {
        (2 | 4 | 8, Some((name, qualifier))) => (name, Some(qualifier)),
        _ => (function, None),
    }
}

/// Who asks, for the function's audit. As the mobile SDKs have it, for the runtime knows no other form.
fn client_context() -> String {
    let user =
        ["GITHUB_ACTOR", "CIRCLE_USERNAME", "GITLAB_USER_LOGIN", "USER"].into_iter().find_map(crate::env_vars::get);
    let context = json!({
        "client": {
            "installation_id": "",
            "app_title": "maglev",
            "app_version_name": env!("CARGO_PKG_VERSION"),
            "app_version_code": "",
            "app_package_name": "maglev",
        },
        "custom": {"user": user.unwrap_or_default()},
        "env": {},
    });
    BASE64.encode(context.to_string())
}

fn refusal<E, R>(error: SdkError<E, R>) -> Refusal
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).map(str::to_owned);
    let text = error.as_service_error().and_then(ProvideErrorMetadata::message).map(str::to_owned);
    let is_timeout = matches!(&error, SdkError::DispatchFailure(failure) if failure.is_timeout());
    let did_not_run = code.is_some() || is_timeout || matches!(&error, SdkError::ConstructionFailure(_));
    let message = match (&code, text) {
        (Some(code), Some(text)) => format!("{code}: {text}"),
        (Some(code), None) => code.clone(),
        _ => aws::describe(&error),
    };
    Refusal { code, message, did_not_run, is_timeout }
}

/// Prints a streamed answer as it comes.
async fn receive(mut output: InvokeWithResponseStreamOutput, report: &mut Report<'_>) -> Reply {
    let mut pending = Vec::new();
    let mut last = None;
    loop {
        match output.event_stream.recv().await {
            Ok(Some(StreamEvent::PayloadChunk(update))) => {
                pending.extend(update.payload.map(Blob::into_inner).unwrap_or_default());
                while let Some(end) = pending.iter().position(|&byte| byte == b'\n') {
                    let line: Vec<u8> = pending.drain(..=end).collect();
                    match serde_json::from_slice(&line) {
                        Ok(Frame::Output(text)) => report.output(&text),
                        Ok(Frame::ErrorOutput(text)) => report.error_output(&text),
                        Ok(Frame::Heartbeat(_)) => {}
                        Ok(frame @ (Frame::Answer(_) | Frame::Error(_))) => last = Some(frame),
                        Err(_) => return buffered(&[&line, &pending[..]].concat(), Some("Unhandled"), report),
                    }
                }
            }
            Ok(Some(StreamEvent::InvokeComplete(complete))) if complete.error_code.is_some() => {
                let code = complete.error_code.unwrap_or_default();
                let details = complete.error_details.unwrap_or_default();
                let body = if pending.is_empty() { details.into_bytes() } else { pending };
                return buffered(&body, Some(&code), report);
            }
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => {
                report.complain(
                    &format!("the connection to the function was lost: {}", aws::describe(&error)),
                    Some("it may go on all the same: ask with `maglev status --function` before anything else"),
                );
                return Reply::Failed(Exit::Unreachable);
            }
        }
    }
    match last {
        Some(Frame::Answer(answer)) => Reply::Answer(answer),
        Some(Frame::Error(error)) => {
            // What the function prints has come already; what it has to add is in the error.
            let is_told = error.error_output.is_empty();
            Reply::Failed(report.failed(&error, is_told))
        }
        _ => buffered(&pending, Some("Unhandled"), report),
    }
}

/// An answer that came in one piece. `error`: Lambda's word for a function error.
fn buffered(body: &[u8], error: Option<&str>, report: &mut Report<'_>) -> Reply {
    if error.is_none()
        && let Ok(answer) = serde_json::from_slice::<Answer>(body)
    {
        report.output(&answer.output);
        report.error_output(&answer.error_output);
        return Reply::Answer(Box::new(answer));
    }
    if let Ok(function_error) = serde_json::from_slice::<FunctionError>(body)
        && !function_error.error_message.is_empty()
    {
        let exit = report.failed(&function_error, false);
        if function_error.exit.is_none() {
            report.complain(
                "it was not Maglev's word: the function crashed, or its time was over",
                Some("ask with `maglev status --function` what took effect; the function's log says more"),
            );
        }
        return Reply::Failed(exit);
    }
    let text = String::from_utf8_lossy(body);
    report.complain(
        &format!("the function gave no answer that can be read ({}): {text}", error.unwrap_or("no error")),
        Some("is it Maglev's? Ask with `maglev status --function` what took effect"),
    );
    Reply::Failed(Exit::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qualifier_is_what_follows_the_name() {
        let check = |function: &str, expected: (&str, Option<&str>)| assert_eq!(split_qualifier(function), expected);
        check("migrator", ("migrator", None));
        check("migrator:live", ("migrator", Some("live")));
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:migrator";
        check(arn, (arn, None));
        check(&format!("{arn}:7"), (arn, Some("7")));
        check("123456789012:function:migrator", ("123456789012:function:migrator", None));
    }
}
