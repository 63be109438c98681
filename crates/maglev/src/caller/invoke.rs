//! One invocation of the function, streamed where that is possible. What surely did not reach the function is tried again;
//! what may have reached it is not, for a migration must not run twice.

use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{Builder, StalledStreamProtectionConfig};
use aws_sdk_lambda::operation::invoke_with_response_stream::InvokeWithResponseStreamOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent as StreamEvent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use super::echo::Echo;
use super::interrupt::Interrupt;
use crate::aws::connector;
use crate::aws::trouble::{self, Kind, Trouble};
use crate::envelope::{Answer, Envelope, Frame, FunctionError};
use crate::exit::Exit;
use crate::teller::for_up_to;

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
/// Of those, the one that says that a run is under way.
const BUSY: &str = "TooManyRequestsException";
/// For how long it is tried again, unless `--wait` says otherwise.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// A function that streams gives a sign of life every twenty seconds; without one for so long, nobody is there any more.
const SILENCE: Duration = Duration::from_secs(65);
/// A function that does not stream is silent until its time is up, which Lambda limits.
const LONGEST: Duration = Duration::from_secs(16 * 60);
/// What a slow line carries in a second, in bytes.
const SLOW_LINE: usize = 50_000;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The function that is asked, and how long a busy one is waited for.
pub(crate) struct Function {
    client: Client,
    name: String,
    qualifier: Option<String>,
    config: SdkConfig,
    patience: Duration,
}

/// What came of it.
pub(crate) enum Reply {
    Answer(Box<Answer>),
    /// Streaming is not allowed here; nothing ran.
    WithoutStream,
    /// It has been told why.
    Failed(Exit),
}

impl Function {
    /// `wait`: for how long a busy function is waited for, where that is said.
    pub(crate) fn new(config: &SdkConfig, function: &str, wait: Option<Duration>) -> Self {
        let (name, qualifier) = split_qualifier(function);
        let builder = Builder::from(config)
            .retry_config(RetryConfig::disabled())
            // A migration may be silent for minutes.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .http_client(connector::kept_alive(CONNECT_TIMEOUT));
        Self {
            client: Client::from_conf(builder.build()),
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
            config: config.clone(),
            patience: wait.unwrap_or(PATIENCE),
        }
    }

    /// Asks it, and prints what it says meanwhile. What surely did not arrive is sent again, with growing pauses, while patience lasts.
    pub(crate) async fn invoke(&self, envelope: &Envelope, echo: &mut Echo<'_>, interrupt: &Interrupt) -> Reply {
        // Strings always serialise.
        let payload = Blob::new(serde_json::to_vec(envelope).unwrap_or_default());
        let streams = envelope.is_streamed();
        let started = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            interrupt.set_under_way(true);
            let trouble = if streams {
                match self.invoke_streamed(payload.clone()).await {
                    Ok(output) => return receive(output, echo).await,
                    Err(trouble) if trouble.code.as_deref() == Some("AccessDeniedException") => {
                        return Reply::WithoutStream;
                    }
                    Err(trouble) => trouble,
                }
            } else {
                match self.invoke_buffered(payload.clone()).await {
                    Ok((body, error)) => return buffered(&body, error.as_deref(), echo),
                    Err(trouble) => trouble,
                }
            };
            interrupt.set_under_way(trouble.kind == Kind::Lost);
            let code = trouble.code.as_deref().unwrap_or_default();
            let again = NOT_YET.contains(&code) && started.elapsed() + wait < self.patience;
            if !again {
                return self.give_up(&trouble, echo);
            }
            if wait == FIRST_WAIT {
                let end = for_up_to(self.patience.as_secs());
                echo.note(&if code == BUSY {
                    format!("the function is busy with another run; waiting for it to end{end}")
                } else {
                    format!("the function is not ready ({}); trying again{end}", trouble.message)
                });
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn invoke_streamed(&self, payload: Blob) -> Result<InvokeWithResponseStreamOutput, Trouble> {
        let patience = SILENCE + sending_time(&payload);
        let request = self.client.invoke_with_response_stream().function_name(&self.name);
        let request = request.set_qualifier(self.qualifier.clone()).client_context(client_context()).payload(payload);
        match tokio::time::timeout(patience, request.send()).await {
            Ok(answer) => answer.map_err(|error| Trouble::new(&error, "lambda", &self.config)),
            Err(_) => Err(silent(patience)),
        }
    }

    /// The answer's bytes, and Lambda's word for a function error.
    async fn invoke_buffered(&self, payload: Blob) -> Result<(Vec<u8>, Option<String>), Trouble> {
        let patience = LONGEST + sending_time(&payload);
        let request = self.client.invoke().function_name(&self.name).set_qualifier(self.qualifier.clone());
        let request = request.client_context(client_context()).payload(payload);
        let output = match tokio::time::timeout(patience, request.send()).await {
            Ok(answer) => answer.map_err(|error| Trouble::new(&error, "lambda", &self.config))?,
            Err(_) => return Err(silent(patience)),
        };
        Ok((output.payload.map(Blob::into_inner).unwrap_or_default(), output.function_error))
    }

    fn give_up(&self, trouble: &Trouble, echo: &mut Echo<'_>) -> Reply {
        let (exit, hint) = what_to_do(trouble);
        let class = match exit {
            Exit::Locked => "Maglev::FunctionBusy",
            Exit::Unknown => "Maglev::AnswerLost",
            _ => "Maglev::FunctionUnreachable",
        };
        let message = match (exit, trouble.status) {
            (Exit::Unknown, Some(status)) => format!(
                "AWS Lambda had an error of its own (HTTP {status}, {}); it is not known whether the function `{}` ran",
                trouble.message, self.name
            ),
            (Exit::Unknown, None) => {
                format!("the function `{}` gave no answer: {}", self.name, trouble.message)
            }
            _ => format!("the function `{}` could not be invoked: {}", self.name, trouble.message),
        };
        echo.complain(class, &message, hint);
        Reply::Failed(exit)
    }
}

/// How it exits, and what may help.
fn what_to_do(trouble: &Trouble) -> (Exit, Option<&'static str>) {
    if trouble.kind == Kind::Lost {
        return (Exit::Unknown, Some(ASK));
    }
    if trouble.did_not_arrive() {
        return (Exit::Unreachable, trouble.hint(false));
    }
    let hint = match trouble.code.as_deref().unwrap_or_default() {
        BUSY => {
            return (
                Exit::Locked,
                Some(
                    "another run is under way in it, or in all that the account may run at once; `--wait` waits for it",
                ),
            );
        }
        code if NOT_YET.contains(&code) => "try again in some minutes, or wait for it with `--wait`",
        "ResourceNotFoundException" => "check the function's name, and the region (AWS_REGION, or the profile's)",
        "AccessDeniedException" => {
            "the caller needs lambda:InvokeFunction on this function (the Terraform module's `invoke_policy`)"
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
        | "MissingAuthenticationTokenException" => {
            "AWS does not accept these credentials: have they expired, are they another account's, is this machine's clock right?"
        }
        "RequestTooLargeException" => return (Exit::Usage, Some(TOO_LARGE)),
        code if code.starts_with("KMS") => {
            "Lambda cannot decrypt the function's environment: check its KMS key, and the role's right to use it"
        }
        code if code.starts_with("InvalidRuntime") || code.starts_with("InvalidZip") => {
            "is the zip Maglev's, and its runtime provided.al2023?"
        }
        _ => match trouble.status {
            Some(413) => return (Exit::Usage, Some(TOO_LARGE)),
            // A bad gateway of Lambda's has names of its own, all above.
            Some(500..) => return (Exit::Unknown, Some(ASK)),
            _ => "check AWS_ENDPOINT_URL, the function's name and the caller's rights",
        },
    };
    (Exit::Unreachable, Some(hint))
}

const ASK: &str =
    "ask with `maglev status --function` what is recorded before anything else; the function's log says how it ended";
const TOO_LARGE: &str =
    "an invocation takes 6 MB: name an S3 bucket that the function may read, --bucket s3://BUCKET/PREFIX";

fn silent(patience: Duration) -> Trouble {
    let message = format!("no sign of life for {} s", patience.as_secs());
    Trouble { kind: Kind::Lost, message, code: None, status: None }
}

fn sending_time(payload: &Blob) -> Duration {
    Duration::from_secs((payload.as_ref().len() / SLOW_LINE) as u64)
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

/// Prints a streamed answer as it comes.
async fn receive(mut output: InvokeWithResponseStreamOutput, echo: &mut Echo<'_>) -> Reply {
    let mut pending = Vec::new();
    let mut last = None;
    loop {
        let received = match tokio::time::timeout(SILENCE, output.event_stream.recv()).await {
            Ok(Ok(received)) => received,
            Ok(Err(error)) => return lost(&trouble::chain(&error), echo),
            Err(_) => return lost(&silent(SILENCE).message, echo),
        };
        match received {
            Some(StreamEvent::PayloadChunk(update)) => {
                pending.extend(update.payload.map(Blob::into_inner).unwrap_or_default());
                while let Some(end) = pending.iter().position(|&byte| byte == b'\n') {
                    let line: Vec<u8> = pending.drain(..=end).collect();
                    match read_frame(&line) {
                        Some(Frame::Output(text)) => echo.output(&text),
                        Some(Frame::ErrorOutput(text)) => echo.error_output(&text),
                        Some(Frame::Heartbeat(_)) => {}
                        Some(frame @ (Frame::Answer(_) | Frame::Error(_))) => last = Some(frame),
                        None => return buffered(&[&line, &pending[..]].concat(), Some("Unhandled"), echo),
                    }
                }
            }
            Some(StreamEvent::InvokeComplete(complete)) if complete.error_code.is_some() => {
                let code = complete.error_code.unwrap_or_default();
                let details = complete.error_details.unwrap_or_default();
                let body = if pending.is_empty() { details.into_bytes() } else { pending };
                return buffered(&body, Some(&code), echo);
            }
            Some(_) => {}
            None => break,
        }
    }
    match last {
        Some(Frame::Answer(answer)) => Reply::Answer(answer),
        Some(Frame::Error(error)) => {
            // What the function prints has come already; what it has to add is in the error.
            let is_told = error.error_output.is_empty();
            Reply::Failed(echo.failed(&error, is_told))
        }
        // Without a last word the connection was cut, by whatever is in between.
        _ if pending.is_empty() => lost("the stream ended without the function's last word", echo),
        _ => buffered(&pending, Some("Unhandled"), echo),
    }
}

/// A line of the stream. A frame of a kind that is not known is a newer function's: as good as a sign of life.
fn read_frame(line: &[u8]) -> Option<Frame> {
    let value: serde_json::Value = serde_json::from_slice(line).ok()?;
    let kind = value.as_object().filter(|fields| fields.len() == 1)?.keys().next()?.clone();
    let is_known = ["output", "error_output", "heartbeat", "answer", "error"].contains(&kind.as_str());
    if is_known { serde_json::from_value(value).ok() } else { Some(Frame::Heartbeat(0)) }
}

fn lost(cause: &str, echo: &mut Echo<'_>) -> Reply {
    echo.complain(
        "Maglev::AnswerLost",
        &format!("the connection to the function was lost ({cause}); it may go on all the same"),
        Some(ASK),
    );
    Reply::Failed(Exit::Unknown)
}

/// An answer that came in one piece. `error`: Lambda's word for a function error.
fn buffered(body: &[u8], error: Option<&str>, echo: &mut Echo<'_>) -> Reply {
    if error.is_none()
        && let Ok(answer) = serde_json::from_slice::<Answer>(body)
    {
        echo.output(&answer.output);
        echo.error_output(&answer.error_output);
        return Reply::Answer(Box::new(answer));
    }
    if let Ok(function_error) = serde_json::from_slice::<FunctionError>(body)
        && !function_error.error_message.is_empty()
    {
        if function_error.exit.is_some() {
            return Reply::Failed(echo.failed(&function_error, false));
        }
        let (exit, hint) = of_lambda(&function_error);
        let FunctionError { error_type, error_message, .. } = function_error;
        echo.complain(&error_type, &format!("{error_type}: {error_message}"), Some(hint));
        return Reply::Failed(exit);
    }
    let text: String = String::from_utf8_lossy(body).chars().take(1000).collect();
    echo.complain(
        "Maglev::UnknownAnswer",
        &format!("the function gave no answer that can be read ({}): {text}", error.unwrap_or("no error")),
        Some("is it Maglev's? Ask with `maglev status --function` what took effect"),
    );
    Reply::Failed(Exit::Failed)
}

/// Lambda's own words: Maglev did not come to say anything.
fn of_lambda(error: &FunctionError) -> (Exit, &'static str) {
    let cannot_start =
        error.error_message.contains("exec format error") || error.error_type == "Runtime.InvalidEntrypoint";
    match error.error_type.as_str() {
        _ if cannot_start => {
            (Exit::Unreachable, "the zip is for another architecture than the function, or has no file `bootstrap`")
        }
        "Sandbox.Timedout" => (
            Exit::Unknown,
            "Lambda ended it when its time was up. Ask with `maglev status --function` what is recorded before anything else",
        ),
        "Runtime.OutOfMemory" => (
            Exit::Unknown,
            "give the function more memory. Ask with `maglev status --function` what is recorded before anything else",
        ),
        kind if ["Runtime.", "Sandbox.", "Function.", "Extension."].iter().any(|start| kind.starts_with(start)) => (
            Exit::Unknown,
            "the function died before it could answer. Ask with `maglev status --function` what is recorded before anything \
             else; the function's log says more",
        ),
        _ => (Exit::Failed, "it is not Maglev's word: is this function Maglev?"),
    }
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
