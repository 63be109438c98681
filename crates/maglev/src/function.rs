//! The Lambda function: AWS' runtime loop, and what becomes of one event. The loop is `lambda_runtime`'s; the answer is
//! ours down to its bytes, for an error carries more than the crate's `Diagnostic` has room for.
//!
//! Each event is worked off by an interpreter and a connection of its own. What outlives it: the SDK's configuration,
//! and the secret that the last event fetched.

mod answer;
mod audit;
mod database;
mod databases;
mod environment;
mod invocation;
mod log;
mod metrics;
pub(crate) mod payload;
mod run;
mod secrets;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::{Method, Request};
use lambda_runtime::{Error, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use lambda_runtime_api_client::body::{Body, sender::Sender};
use lambda_runtime_api_client::build_request;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::env_vars;
use crate::envelope::Frame;
use crate::exit::Exit;
use answer::{Outcome, failed, fitting_answer, fitting_error};
use invocation::Invocation;
use log::{Level, Log};
use payload::Asked;
use secrets::Secrets;

/// The variables without which `lambda_runtime` panics.
const RUNTIME_VARIABLES: [&str; 4] = [
    env_vars::AWS_LAMBDA_RUNTIME_API,
    env_vars::AWS_LAMBDA_FUNCTION_NAME,
    env_vars::AWS_LAMBDA_FUNCTION_VERSION,
    env_vars::AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
];
/// A streamed answer says at least this often that the function lives: network equipment drops what is silent.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Serves events until the process is ended.
pub(crate) fn run() -> Result<()> {
    if let Some(missing) = RUNTIME_VARIABLES.iter().find(|name| env_vars::get(name).is_none()) {
        bail!("{missing} is not set: `maglev function` runs where AWS Lambda, or an emulator of it, starts it");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no event loop")?;
    runtime.block_on(serve()).map_err(|error| anyhow::anyhow!("the Lambda runtime API: {error}"))
}

async fn serve() -> Result<(), Error> {
    let secrets = Arc::new(Secrets::default());
    let client = Arc::new(lambda_runtime_api_client::Client::builder().build()?);
    let service = service_fn(move |invocation: LambdaInvocation| {
        let (secrets, client) = (Arc::clone(&secrets), Arc::clone(&client));
        async move {
            let answer = handle(invocation, secrets).await?;
            let response = client.call(answer).await?;
            if !response.status().is_success() {
                // The caller has its answer from Lambda already, such as that the time was over.
                let told = format!("the Lambda runtime API did not take the answer: {}", response.status());
                Log::new(None, None).say(Level::Warn, &told);
            }
            Ok::<(), Error>(())
        }
    });
    // The runtime's own handler is never asked: the layer puts the service in its place.
    let unused = service_fn(|_: LambdaEvent<()>| async { Ok::<(), Error>(()) });
    Runtime::new(unused).layer(Instead(service)).run().await
}

/// A layer that is not around a service, but in its place.
struct Instead<S>(S);

impl<S: Clone, I> lambda_runtime::tower::Layer<I> for Instead<S> {
    type Service = S;

    fn layer(&self, _: I) -> S {
        self.0.clone()
    }
}

async fn handle(invocation: LambdaInvocation, secrets: Arc<Secrets>) -> Result<Request<Body>, Error> {
    let invocation = Invocation::new(invocation);
    let id = invocation.request_id.clone();
    let echo = invocation.invocation_id.clone();
    let outcome = match payload::read(&invocation) {
        Ok(asked) if asked.request.common().stream => return stream(invocation, asked, secrets),
        Ok(asked) => invocation.work(asked, &secrets, None).await,
        Err(error) => invocation.rejected(failed("Maglev::InvalidEvent", &error, Exit::Usage)),
    };
    let (path, kind, body) = match outcome {
        Outcome::Answer(answer) => ("response", None, fitting_answer(*answer)?),
        Outcome::Error(error) => ("error", Some(error.error_type.clone()), fitting_error(*error)?),
    };
    let mut request = request(&id, path, echo.as_deref())?;
    if let Some(kind) = kind {
        let kind = http::HeaderValue::from_str(&kind);
        request = request
            .header("lambda-runtime-function-error-type", kind.unwrap_or(http::HeaderValue::from_static("unhandled")));
    }
    Ok(request.body(Body::from(body))?)
}

fn request(id: &str, path: &str, echo: Option<&str>) -> Result<http::request::Builder, Error> {
    let request = build_request().method(Method::POST).uri(format!("/2018-06-01/runtime/invocation/{id}/{path}"));
    Ok(match echo {
        Some(echo) => request.header("lambda-runtime-invocation-id", echo),
        None => request,
    })
}

/// Answers at once, and line by line as the work goes on.
fn stream(invocation: Invocation, asked: Asked, secrets: Arc<Secrets>) -> Result<Request<Body>, Error> {
    let (sender, body) = Body::channel();
    let (frames, received) = mpsc::unbounded_channel();
    let request = request(&invocation.request_id, "response", invocation.invocation_id.as_deref())?
        .header("Transfer-Encoding", "chunked")
        .header("Lambda-Runtime-Function-Response-Mode", "streaming")
        .header("Content-Type", "application/octet-stream")
        .body(body)?;
    tokio::spawn(forward(received, sender));
    tokio::spawn(async move {
        let outcome = invocation.work(asked, &secrets, Some(frames.clone())).await;
        let _ = frames.send(match outcome {
            Outcome::Answer(answer) => Frame::Answer(answer),
            Outcome::Error(error) => Frame::Error(error),
        });
    });
    Ok(request)
}

/// Sends frames as they come, and a heartbeat where none comes. A caller that has gone away stops nothing.
async fn forward(mut frames: UnboundedReceiver<Frame>, mut sender: Sender) {
    let started = Instant::now();
    // At once: the caller knows that it has been heard.
    if sender.send_data(Bytes::from(Frame::Heartbeat(0).line())).await.is_err() {
        return;
    }
    loop {
        let frame = match tokio::time::timeout(HEARTBEAT, frames.recv()).await {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(_) => Frame::Heartbeat(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
        };
        if sender.send_data(Bytes::from(frame.line())).await.is_err() {
            return;
        }
    }
}
