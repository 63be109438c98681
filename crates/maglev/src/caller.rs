//! `--function`: the same commands, run by a Lambda function. Packs the app's migrations, asks the function, prints what it
//! prints, and asks again for as long as it says that there is more to do than time.

mod databases;
mod echo;
mod interrupt;
mod invoke;
mod package;
mod plain;
mod revision;
pub(crate) mod schema;
mod upload;
mod version;

use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use aws_config::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use crate::aws;
use crate::bundle::Bundle;
use crate::cli::args::Payload;
use crate::envelope::{self, Envelope, Ran, Schema, Status, VERSION};
use crate::exit::Exit;
use crate::request::{
    Common, Format, Load, Migrate, One, Output, Parts, Plain, Redo, Request, Rollback, Running, Sending,
};
use crate::signature::{self, Signed, function_arn, sha256};
use crate::teller::Teller;
use activerecord::migration::migration_context::version_number as migration_version;
use echo::Echo;
use interrupt::Interrupt;
use invoke::{Function, Reply};
use package::Folders;

/// What Lambda takes in one synchronous invocation, bytes.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;
/// How often a function is asked whether another run still holds the lock.
const LOCK_INTERVAL: Duration = Duration::from_secs(2);
/// How often a function may say that there is more to do.
const MAX_INVOCATIONS: usize = 100;

/// Whoever wants something cancelled does not want to wait for its end.
const CANCEL_PATIENCE: Duration = Duration::from_secs(5);
/// What is possible where Lambda lets nobody in beside the run.
const CANNOT_CANCEL: &str = "the function may not run a second time beside the run that is to be cancelled, which goes on: its reserved concurrency, or what \
     is left of the account's, is used up. Allow it one more (`aws lambda put-function-concurrency`, `reserved_concurrency` in the \
     Terraform module), or call `maglev cancel --database URL` where the database is in reach";

/// Sends a request to a function. Err: wrong usage; nothing was sent.
pub(crate) fn run(request: &Request, function: &str, teller: &Teller) -> Result<Exit> {
    match request {
        Request::FunctionVersion(asked) => version::run(asked, function, teller),
        request => ask(request, function, teller).map(|ended| ended.exit),
    }
}

/// What came of a request.
struct Ended {
    exit: Exit,
    /// What the function has dumped.
    schemas: Vec<Schema>,
}

impl From<Exit> for Ended {
    fn from(exit: Exit) -> Self {
        Self { exit, schemas: Vec::new() }
    }
}

fn ask(request: &Request, function: &str, teller: &Teller) -> Result<Ended> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let common = request.common();
    let mut asked = request.clone();
    let (bundle, told) = match &mut asked {
        asked if asked.needs_migrations() => {
            let (mut bundle, told) = told(&root, common, !asked.wants_migrations(), teller)?;
            match asked {
                Request::Load(Load { file: Some(file), .. }) => *file = package::add_schema(&mut bundle, &root, file)?,
                Request::Load(_) | Request::Prepare(_) => {
                    package::add_schemas(&mut bundle, &root, &databases::schema_files(&told.databases))?;
                }
                _ => {}
            }
            (bundle, told)
        }
        asked => {
            let databases = databases::said(&root, teller)?;
            let bundle = match asked {
                Request::Version(_) | Request::Cancel(_) => Bundle::new(),
                _ => package::with_schemas(&root, &databases::schema_files(&databases))?,
            };
            (bundle, Common { databases, ..about_app(&root, common) })
        }
    };
    if asked.output().format == Format::Github {
        asked.output_mut().format = Format::Rails;
    }
    *asked.common_mut() = Common { stream: true, continues: true, ..told };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no event loop")?;
    runtime.block_on(async {
        let config = aws::sdk_config().await;
        let patience = patience(request);
        let cancel = Arc::new(Notify::new());
        let mut caller = Caller {
            function: Function::new(&config, function, patience),
            name: function,
            interrupt: Interrupt::watch(function, teller.printer(), &cancel),
            cancel,
            started: Instant::now(),
            sending: &common.sending,
            config: &config,
            teller,
        };
        caller.send(asked, bundle).await
    })
}

struct Caller<'a> {
    function: Function,
    name: &'a str,
    interrupt: Interrupt,
    /// Whoever is asked by Ctrl-C wants the function's work cancelled.
    cancel: Arc<Notify>,
    started: Instant,
    sending: &'a Sending,
    config: &'a SdkConfig,
    teller: &'a Teller,
}

impl Caller<'_> {
    async fn send(&mut self, request: Request, bundle: Bundle) -> Result<Ended> {
        let _spinner = self.teller.spinner();
        let mut archive = pack(&bundle)?;
        let mut uploaded = None;
        if !fits(archive.len()) {
            let bundle = self.only_pending(&request, bundle).await?;
            archive = pack(&bundle)?;
            if !fits(archive.len()) {
                uploaded = Some(self.upload(&archive).await?);
            }
        }
        let mut echo = Echo::new(self.teller);
        let outcome = self.send_until_done(request, &archive, uploaded.as_ref(), &mut echo).await;
        if let Some(object) = &uploaded {
            upload::delete(self.config, object).await;
        }
        outcome
    }

    async fn send_until_done(
        &mut self,
        mut request: Request,
        archive: &[u8],
        uploaded: Option<&envelope::S3Object>,
        echo: &mut Echo<'_>,
    ) -> Result<Ended> {
        let time_limit = request.running().time_limit;
        let wait = request.running().wait;
        let mut has_run = false;
        let mut invocations = 0;
        while invocations < MAX_INVOCATIONS {
            let left = time_limit.map(|limit| limit.saturating_sub(self.started.elapsed().as_secs()));
            if left == Some(0) {
                echo.complain(
                    "Maglev::DeadlineExceeded",
                    "the time limit is up",
                    Some("run it again: it takes up what is left"),
                );
                return Ok(Exit::Failed.into());
            }
            request.running_mut().time_limit = left;
            // What has been waited is not waited again.
            request.running_mut().wait = wait.saturating_sub(self.started.elapsed().as_secs());
            let mut envelope = envelope(&request, archive, self.sending, Some(self.name))?;
            if uploaded.is_some() {
                envelope.bundle = None;
                envelope.s3 = uploaded.cloned();
            }
            let reply = self.invoke(&envelope, &request, echo).await;
            self.interrupt.set_under_way(false);
            let answer = match reply {
                Reply::Answer(answer) => answer,
                Reply::WithoutStream => {
                    request.common_mut().stream = false;
                    continue;
                }
                Reply::Failed(Exit::Locked) if matches!(request, Request::Cancel(_)) => {
                    self.teller.hint(CANNOT_CANCEL);
                    return Ok(Exit::Locked.into());
                }
                Reply::Failed(Exit::Locked) if self.waits(wait) => {
                    self.teller.note("waiting for the other run to end");
                    tokio::time::sleep(LOCK_INTERVAL).await;
                    continue;
                }
                // Something ran, in an invocation before.
                Reply::Failed(Exit::Unreachable) if has_run => return Ok(Exit::Unknown.into()),
                Reply::Failed(exit) => return Ok(exit.into()),
            };
            if answer.status == Status::Ok {
                return Ok(Ended { exit: echo.finish(answer.exit), schemas: answer.schemas });
            }
            if answer.migrated.is_empty() {
                break;
            }
            has_run = true;
            invocations += 1;
            request = what_is_left(request, &answer.migrated);
            self.teller.note("the function's time was up; going on in another invocation");
        }
        echo.complain(
            "Maglev::DeadlineExceeded",
            "the function does not get on: every invocation runs out of time",
            Some("raise the function's timeout (Lambda allows 900 seconds)"),
        );
        Ok(Exit::Failed.into())
    }

    /// Asks it, and asks it to cancel meanwhile where the user wants that.
    async fn invoke(&self, envelope: &Envelope, request: &Request, echo: &mut Echo<'_>) -> Reply {
        let mut invoked = Box::pin(self.function.invoke(envelope, echo, &self.interrupt));
        loop {
            let mut asked = pin!(self.cancel.notified());
            let reply = poll_fn(|context| match invoked.as_mut().poll(context) {
                Poll::Ready(reply) => Poll::Ready(Some(reply)),
                Poll::Pending => asked.as_mut().poll(context).map(|()| None),
            });
            match reply.await {
                Some(reply) => return reply,
                None => Box::pin(self.cancel_what_runs(request)).await,
            }
        }
    }

    /// A second event, beside the one that is worked on; what that one says of itself follows.
    async fn cancel_what_runs(&self, request: &Request) {
        let common = Common { stream: false, continues: false, dirs: Vec::new(), ..request.common().clone() };
        let asked = Request::Cancel(Plain { common, ..Plain::default() });
        let envelope =
            pack(&Bundle::new()).and_then(|archive| envelope(&asked, &archive, self.sending, Some(self.name)));
        let Ok(envelope) = envelope else { return };
        let mut echo = Echo::asking(self.teller);
        let function = Function::new(self.config, self.name, Some(CANCEL_PATIENCE));
        match function.invoke(&envelope, &mut echo, &Interrupt::none()).await {
            Reply::Answer(answer) => self.teller.note(answer.output.trim_end()),
            Reply::Failed(Exit::Locked) => self.teller.hint(CANNOT_CANCEL),
            Reply::Failed(_) | Reply::WithoutStream => {
                self.teller.note("it could not be cancelled, and goes on; `maglev cancel --function` says more");
            }
        }
    }

    /// Whether another run, which holds the lock, is to be waited for once more, of so many seconds in all.
    fn waits(&self, wait: u64) -> bool {
        self.started.elapsed() + LOCK_INTERVAL < Duration::from_secs(wait)
    }

    /// Asks which versions are recorded, and leaves their files out.
    async fn only_pending(&mut self, request: &Request, mut bundle: Bundle) -> Result<Bundle> {
        let Request::Migrate(migrate) = request else { return Ok(bundle) };
        let asked = Request::Status(Plain {
            common: Common { stream: false, dirs: Vec::new(), ..migrate.common.clone() },
            output: Output { format: Format::Json, quiet: false },
            running: migrate.running.clone(),
        });
        let envelope = envelope(&asked, &pack(&Bundle::new())?, self.sending, Some(self.name))?;
        let mut echo = Echo::silent(self.teller);
        let Reply::Answer(answer) = self.function.invoke(&envelope, &mut echo, &self.interrupt).await else {
            return Ok(bundle);
        };
        let events = answer.output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let recorded: Vec<(Option<String>, u128)> = events
            .filter_map(|event| {
                let version = event["version"].as_str()?.parse().ok()?;
                Some((event["database"].as_str().map(str::to_owned), version))
            })
            .collect();
        let newest = recorded.iter().map(|(_, version)| *version).max().unwrap_or(0);
        let target = migrate.to.as_deref().map(migration_version);
        if target.is_some_and(|target| target < newest) {
            // Downwards every file may be needed.
            return Ok(bundle);
        }
        bundle.retain(|path| {
            let version = migration_version(path.rsplit('/').next().unwrap_or(path));
            let is_recorded = |name: Option<&str>| {
                recorded.iter().any(|(of, recorded)| {
                    *recorded == version && of.as_deref().is_none_or(|of| name.is_none_or(|name| name == of))
                })
            };
            let mut owners = databases::owners(&migrate.common.databases, path).peekable();
            let is_done = match owners.peek() {
                Some(_) => owners.all(|name| is_recorded(Some(name))),
                None => is_recorded(None),
            };
            version == 0 || Some(version) == target || !is_done
        });
        Ok(bundle)
    }

    async fn upload(&self, archive: &[u8]) -> Result<envelope::S3Object> {
        let bucket = self.sending.bucket.clone().or_else(|| crate::env_vars::get(crate::env_vars::MAGLEV_BUCKET));
        let Some(bucket) = bucket else {
            bail!(
                "the migrations have {} bytes, packed; an invocation takes {MAX_PAYLOAD}, base64 included\n\
                 hint: name an S3 bucket that the function may read: --bucket s3://BUCKET/PREFIX",
                archive.len()
            );
        };
        upload::put(self.config, &bucket, archive).await
    }
}

/// For how long a busy function is waited for, where that is said.
fn patience(request: &Request) -> Option<Duration> {
    let Running { wait, time_limit, .. } = request.running();
    match request {
        Request::Cancel(_) => Some(CANCEL_PATIENCE),
        _ if *wait == 0 => None,
        _ => Some(Duration::from_secs((*wait).min(time_limit.unwrap_or(u64::MAX)))),
    }
}

/// What to ask of another invocation, after one whose time was up.
fn what_is_left(request: Request, migrated: &[Ran]) -> Request {
    let reverted = migrated.iter().filter(|ran| ran.direction == "down").count();
    match request {
        Request::Rollback(rollback) => {
            Request::Rollback(Rollback { steps: rollback.steps.saturating_sub(reverted), ..rollback })
        }
        Request::Redo(Redo { common, output, running, version: Some(version), .. }) => {
            Request::Up(One { common, output, running, version, ..One::default() })
        }
        Request::Redo(Redo { common, output, running, steps, version: None, dumping }) => {
            let steps = steps.saturating_sub(reverted);
            if steps > 0 && reverted == migrated.len() {
                Request::Redo(Redo { common, output, running, steps, version: None, dumping })
            } else {
                // As Rails' redo: whatever is pending runs.
                Request::Migrate(Migrate { common, output, running, ..Migrate::default() })
            }
        }
        request => request,
    }
}

/// Whether an archive of so many bytes can be part of an invocation, with some room for the options.
fn fits(archive: usize) -> bool {
    const ROOM: usize = 64 << 10;
    archive.div_ceil(3) * 4 + ROOM <= MAX_PAYLOAD
}

/// The app's files, and what they do not say: its databases and migration folders, those within the bundle. `may_be_none`: without
/// migrations there may be something to do.
fn told(root: &Path, common: &Common, may_be_none: bool, teller: &Teller) -> Result<(Bundle, Common)> {
    let mut databases = databases::said(root, teller)?;
    let folders = match &common.dirs[..] {
        [] if databases.is_empty() => Folders::Configured,
        [] => Folders::Said { dirs: databases::folders(&databases), may_be_none },
        dirs => Folders::ByUser(dirs),
    };
    let package = package::collect(root, &folders, &common.include)?;
    let mut told = about_app(root, common);
    if let Folders::Said { dirs, .. } = &folders {
        databases::relocate(&mut databases, |folder| package::inside(root, folder, dirs.len() == 1));
    } else {
        told.dirs = package.dirs;
    }
    told.databases = databases;
    Ok((package.bundle, told))
}

/// Adds what no file says of the app.
fn about_app(root: &Path, common: &Common) -> Common {
    Common { dirs: Vec::new(), revision: revision::current(root), ..common.clone() }
}

fn pack(bundle: &Bundle) -> Result<Vec<u8>> {
    bundle.pack().context("cannot pack the migrations")
}

/// What is sent: signed, where a key is given.
fn envelope(request: &Request, archive: &[u8], sending: &Sending, function: Option<&str>) -> Result<Envelope> {
    let Parts { command, options } = request.to_parts()?;
    let envelope = match (&sending.sign, function) {
        (Some(key), Some(function)) => {
            let signed = Signed {
                function: function_arn(function)?.to_owned(),
                signed_at: Timestamp::now(),
                nonce: signature::nonce()?,
                command,
                options,
                bundle_sha256: sha256(archive),
            };
            signature::sign(&signed, &signature::read_key(key)?)?
        }
        _ => Envelope { maglev: VERSION, command: Some(command), options: Some(options), ..Envelope::default() },
    };
    Ok(Envelope { bundle: Some(BASE64.encode(archive)), ..envelope })
}

/// `maglev payload`: its text.
pub(crate) fn payload(arguments: &Payload, teller: &Teller) -> Result<String> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let text = if arguments.plain {
        plain::payload(&root, arguments)?
    } else {
        let common = Common { dirs: arguments.dirs.clone(), include: arguments.include.clone(), ..Common::default() };
        let (bundle, common) = told(&root, &common, false, teller)?;
        let request = Request::Migrate(Migrate { common, ..Migrate::default() });
        let sending = Sending { sign: arguments.sign.clone(), bucket: None };
        let archive = pack(&bundle)?;
        let function = arguments.for_function.as_deref();
        serde_json::to_string(&envelope(&request, &archive, &sending, function)?)?
    };
    Ok(if arguments.base64 { BASE64.encode(text) } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_command_is_another() {
        let check = |command: &str, options: &str, directions: &str, expected: &str| {
            let options = serde_json::from_str(options).unwrap();
            let request = Request::from_parts(Parts { command: command.to_owned(), options }).unwrap();
            let ran = |direction: &str| Ran {
                version: "1".to_owned(),
                name: String::new(),
                direction: direction.to_owned(),
                database: None,
                milliseconds: 0.0,
            };
            let ran: Vec<_> = directions.split(' ').map(ran).collect();
            let Parts { command, options } = what_is_left(request, &ran).to_parts().unwrap();
            assert_eq!(format!("{command} {}", serde_json::to_string(&options).unwrap()), expected);
        };
        check("migrate", r#"{"to":"3"}"#, "up", r#"migrate {"to":"3"}"#);
        check("rollback", r#"{"steps":3}"#, "down", r#"rollback {"steps":2}"#);
        check("redo", r#"{"steps":3,"wait":5}"#, "down", r#"redo {"wait":5,"steps":2}"#);
        check("redo", r#"{"steps":2,"quiet":true}"#, "down down", r#"migrate {"quiet":true}"#);
        check("redo", r#"{"steps":1}"#, "down up", "migrate {}");
        check("redo", r#"{"version":"7"}"#, "down", r#"up {"version":"7"}"#);
    }
}
