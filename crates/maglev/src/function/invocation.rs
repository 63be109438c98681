//! One invocation: who asked, until when there is time, and the steps from an event to an answer.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use bytes::Bytes;
use jiff::Timestamp;
use lambda_runtime::LambdaInvocation;
use tokio::sync::mpsc::UnboundedSender;

use super::answer::{self, Outcome, failed};
use super::audit;
use super::databases;
use super::log::Log;
use super::metrics;
use super::payload::{self, Asked};
use super::run::{self, Work};
use super::secrets::Secrets;
use crate::commands::context::Given;
use crate::deadline::Deadline;
use crate::envelope::Frame;
use crate::exit::Exit;
use crate::request::Request;

/// Where the event says no deadline: Lambda's longest.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// One event, and who sent it.
pub(crate) struct Invocation {
    pub request_id: String,
    /// To be sent back with the answer, where Lambda gives one.
    pub invocation_id: Option<String>,
    /// The function's ARN, with the qualifier under which it was invoked.
    pub function_arn: String,
    pub body: Bytes,
    /// What the caller says of itself, unverified.
    pub client_context: Option<serde_json::Value>,
    pub started: Instant,
    pub(super) log: Arc<Log>,
    end: Instant,
    databases: OnceLock<Vec<Place>>,
    statements: Arc<AtomicUsize>,
}

/// Where a database is.
pub(crate) struct Place {
    /// As the server calls it.
    pub name: String,
    /// Nothing, of a file.
    pub host: String,
}

impl Invocation {
    /// Takes from the runtime's headers what is needed of them.
    pub(crate) fn new(invocation: LambdaInvocation) -> Self {
        let LambdaInvocation { parts, body, context } = invocation;
        let header = |name: &str| parts.headers.get(name)?.to_str().ok().map(str::to_owned);
        let now = Timestamp::now().as_millisecond();
        let left = i64::try_from(context.deadline).ok().and_then(|deadline| u64::try_from(deadline - now).ok());
        let left = left.map_or(LONGEST, Duration::from_millis).min(LONGEST);
        let log = Arc::new(Log::new(Some(context.request_id.clone()), context.xray_trace_id));
        Self {
            request_id: context.request_id,
            invocation_id: header("lambda-runtime-invocation-id"),
            function_arn: context.invoked_function_arn,
            body,
            client_context: context.client_context.and_then(|context| serde_json::to_value(context).ok()),
            started: Instant::now(),
            log,
            end: Instant::now() + left,
            databases: OnceLock::new(),
            statements: Arc::default(),
        }
    }

    /// The databases, as far as it came to know them.
    pub(crate) fn databases(&self) -> &[Place] {
        self.databases.get().map_or(&[], Vec::as_slice)
    }

    /// How many statements were sent on the migrations' behalf.
    pub(crate) fn statements(&self) -> usize {
        self.statements.load(Ordering::Relaxed)
    }

    /// What is said of it from outside: its failure, its audit, its metrics.
    fn tell(&self, asked: Option<&Asked>, outcome: &Outcome) {
        if let Outcome::Error(error) = outcome {
            self.log.failure(error);
        }
        audit::write(self, asked, outcome);
        metrics::write(self, outcome);
    }

    /// An event that is not even understood.
    pub(crate) fn rejected(&self, outcome: Outcome) -> Outcome {
        self.tell(None, &outcome);
        outcome
    }

    /// Does what is asked for. Each line of output goes to `frames` as it is printed.
    pub(crate) async fn work(
        &self,
        asked: Asked,
        secrets: &Secrets,
        frames: Option<UnboundedSender<Frame>>,
    ) -> Outcome {
        let outcome = self.try_work(&asked, secrets, frames).await.unwrap_or_else(|outcome| outcome);
        self.tell(Some(&asked), &outcome);
        outcome
    }

    /// Lets no service of AWS keep the function until Lambda ends it.
    async fn in_time<T>(&self, service: &str, asked: impl Future<Output = Result<T, Outcome>>) -> Result<T, Outcome> {
        let stop_at = Deadline::new(self.started, self.end).stop_at();
        tokio::time::timeout_at(stop_at.into(), asked).await.unwrap_or_else(|_| {
            let error = anyhow!(
                "{service} did not answer before the function's time was nearly up; nothing ran\n\
                 hint: in a VPC the function reaches AWS through an interface endpoint of the service, whose security group must \
                 let it in on port 443, or through a NAT"
            );
            Err(failed("Maglev::SecretUnavailable", &error, Exit::Unreachable))
        })
    }

    async fn try_work(
        &self,
        asked: &Asked,
        secrets: &Secrets,
        frames: Option<UnboundedSender<Frame>>,
    ) -> Result<Outcome, Outcome> {
        if matches!(asked.request, Request::FunctionVersion(_)) {
            return Ok(answer::about_itself(self.started));
        }
        let archive = self.in_time("S3", Box::pin(asked.archive(secrets))).await?;
        let bundle = Arc::new(payload::unpack(asked, archive)?);
        let misconfigured = |error: anyhow::Error| failed("Maglev::ConfigurationError", &error, Exit::Usage);
        let wanted = databases::wanted(asked.request.common()).map_err(misconfigured)?;
        let limit = asked.request.running().time_limit;
        let limit = limit.map(|seconds| self.started + Duration::from_secs(seconds.min(LONGEST.as_secs())));
        let end = limit.map_or(self.end, |limit| limit.min(self.end));
        let mut second_try = false;
        loop {
            let mut given = Vec::new();
            for database in &wanted {
                let source = &database.source;
                let config = self.in_time(source.service(), Box::pin(source.config(secrets, second_try))).await?;
                given.push(database.given(config));
            }
            let place = |given: &Given| Place {
                name: given.config.database().unwrap_or_default(),
                host: given.config.host().unwrap_or_default(),
            };
            let _ = self.databases.set(given.iter().map(place).collect());
            let work = Work {
                request: asked.request.clone(),
                bundle: Arc::clone(&bundle),
                databases: given,
                deadline: Arc::new(Deadline::new(self.started, end)),
                frames: frames.clone(),
                started: self.started,
                once: asked.once.clone(),
                log: Arc::clone(&self.log),
                statements: Arc::clone(&self.statements),
                asks_again: !second_try && wanted.iter().any(|database| database.source.is_fetched()),
            };
            match run::run(work).await {
                // The password may have been changed since it was fetched: once more, with a fresh one.
                run::Ended::WrongPassword => second_try = true,
                run::Ended::Done(outcome) => return Ok(outcome),
            }
        }
    }
}
