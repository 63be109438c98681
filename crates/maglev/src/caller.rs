//! `--function`: the same commands, run by a Lambda function. Packs the app's migrations, asks the function, prints what it
//! prints, and asks again for as long as it says that there is more to do than time.

mod interrupt;
mod invoke;
mod package;
mod plain;
mod report;
mod revision;
mod upload;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use aws_config::SdkConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde_json::Value;

use crate::aws;
use crate::bundle::Bundle;
use crate::cli::args::{Command, Format, Payload, Sending};
use crate::envelope::{self, Envelope, Options, Ran, Status, VERSION};
use crate::exit::Exit;
use crate::printer::{Printer, Style};
use crate::signature::{self, Signed, function_arn, sha256};
use activerecord::migration::migration_context::version_number as migration_version;
use interrupt::Interrupt;
use invoke::{Function, Reply};
use report::Report;

/// What Lambda takes in one synchronous invocation, bytes.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;
/// How often a function is asked whether another run still holds the lock.
const LOCK_INTERVAL: Duration = Duration::from_secs(2);
/// How often a function may say that there is more to do.
const MAX_INVOCATIONS: usize = 100;

/// Sends a command to a function. Err: wrong usage; nothing was sent.
pub fn run(command: &Command, function: &str, printer: &Printer) -> Result<Exit> {
    let (name, options) = envelope::request_of(command).context("this command is not for a function")?;
    let common = command.common().context("this command is not for a function")?;
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let package = match name {
        "version" => package::Package::default(),
        _ => package::collect(&root, &common.dir, &common.include)?,
    };
    let options = Options { stream: true, continues: true, ..about_app(&root, package.dirs, options) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no event loop")?;
    runtime.block_on(async {
        let config = aws::sdk_config().await;
        let wait = options.wait.map(Duration::from_secs);
        let mut caller = Caller {
            function: Function::new(&config, function, wait),
            name: function,
            interrupt: Interrupt::watch(function, printer),
            started: Instant::now(),
            sending: &common.sending,
            config: &config,
            printer,
        };
        caller.send(name, options, package.bundle).await
    })
}

struct Caller<'a> {
    function: Function,
    name: &'a str,
    interrupt: Interrupt,
    started: Instant,
    sending: &'a Sending,
    config: &'a SdkConfig,
    printer: &'a Printer,
}

impl Caller<'_> {
    async fn send(&mut self, command: &str, mut options: Options, bundle: Bundle) -> Result<Exit> {
        let _spinner = self.printer.spinner();
        let mut archive = pack(&bundle)?;
        let mut uploaded = None;
        if !fits(archive.len()) {
            let bundle = self.only_pending(command, &options, bundle).await?;
            archive = pack(&bundle)?;
            if !fits(archive.len()) {
                uploaded = Some(self.upload(&archive).await?);
            }
        }
        let mut report = Report::new(self.printer);
        let outcome = self.send_until_done(command, &mut options, &archive, uploaded.as_ref(), &mut report).await;
        if let Some(object) = &uploaded {
            upload::delete(self.config, object).await;
        }
        outcome
    }

    async fn send_until_done(
        &mut self,
        mut command: &str,
        options: &mut Options,
        archive: &[u8],
        uploaded: Option<&envelope::S3Object>,
        report: &mut Report<'_>,
    ) -> Result<Exit> {
        let time_limit = options.time_limit;
        let mut has_run = false;
        let mut invocations = 0;
        while invocations < MAX_INVOCATIONS {
            let left = time_limit.map(|limit| limit.saturating_sub(self.started.elapsed().as_secs()));
            if left == Some(0) {
                report.complain(
                    "Maglev::DeadlineExceeded",
                    "the time limit is up",
                    Some("run it again: it takes up what is left"),
                );
                return Ok(Exit::Failed);
            }
            options.time_limit = left;
            let mut envelope = envelope(command, options, archive, self.sending, Some(self.name))?;
            if uploaded.is_some() {
                envelope.bundle = None;
                envelope.s3 = uploaded.cloned();
            }
            let reply = self.function.invoke(&envelope, report, &self.interrupt).await;
            self.interrupt.set_under_way(false);
            let answer = match reply {
                Reply::Answer(answer) => answer,
                Reply::WithoutStream => {
                    options.stream = false;
                    continue;
                }
                Reply::Failed(Exit::Locked) if self.waits(options) => {
                    self.talk("waiting for the other run to end");
                    tokio::time::sleep(LOCK_INTERVAL).await;
                    continue;
                }
                // Something ran, in an invocation before.
                Reply::Failed(Exit::Unreachable) if has_run => return Ok(Exit::Unknown),
                Reply::Failed(exit) => return Ok(exit),
            };
            if answer.status == Status::Ok {
                return Ok(report.finish(answer.exit));
            }
            if answer.migrated.is_empty() {
                break;
            }
            has_run = true;
            invocations += 1;
            command = what_is_left(command, options, &answer.migrated);
            self.talk("the function's time was up; going on in another invocation");
        }
        report.complain(
            "Maglev::DeadlineExceeded",
            "the function does not get on: every invocation runs out of time",
            Some("raise the function's timeout (Lambda allows 900 seconds)"),
        );
        Ok(Exit::Failed)
    }

    /// Whether another run, which holds the lock, is to be waited for once more.
    fn waits(&self, options: &Options) -> bool {
        options.wait.is_some_and(|wait| self.started.elapsed() + LOCK_INTERVAL < Duration::from_secs(wait))
    }

    fn talk(&self, text: &str) {
        self.printer.talk(&format!("{} {text}", self.printer.style(Style::Dim, "note:")));
    }

    /// Asks which versions are recorded, and leaves their files out.
    async fn only_pending(&mut self, command: &str, options: &Options, mut bundle: Bundle) -> Result<Bundle> {
        if command != "migrate" {
            return Ok(bundle);
        }
        let asked =
            Options { format: Some(Format::Json), quiet: false, stream: false, dirs: Vec::new(), ..options.clone() };
        let asked = Options { to: None, scope: None, no_check: false, ..asked };
        let envelope = envelope("status", &asked, &pack(&Bundle::new())?, self.sending, Some(self.name))?;
        let mut report = Report::silent(self.printer);
        let Reply::Answer(answer) = self.function.invoke(&envelope, &mut report, &self.interrupt).await else {
            return Ok(bundle);
        };
        let events = answer.output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let recorded: Vec<u128> =
            events.filter_map(|event| event["version"].as_str().and_then(|version| version.parse().ok())).collect();
        let newest = recorded.iter().copied().max().unwrap_or(0);
        let target = options.to.as_deref().map(migration_version);
        if target.is_some_and(|target| target < newest) {
            // Downwards every file may be needed.
            return Ok(bundle);
        }
        bundle.retain(|path| {
            let version = migration_version(path.rsplit('/').next().unwrap_or(path));
            version == 0 || Some(version) == target || !recorded.contains(&version)
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

/// The command for another invocation, after one whose time was up.
fn what_is_left<'a>(command: &'a str, options: &mut Options, migrated: &[Ran]) -> &'a str {
    let reverted = migrated.iter().filter(|ran| ran.direction == "down").count();
    match command {
        "rollback" => {
            options.steps = options.steps.map(|steps| steps.saturating_sub(reverted));
            command
        }
        "redo" if options.version.is_some() => "up",
        "redo" => {
            let steps = options.steps.unwrap_or(1).saturating_sub(reverted);
            if steps > 0 && reverted == migrated.len() {
                options.steps = Some(steps);
                return command;
            }
            // As Rails' redo: whatever is pending runs.
            options.steps = None;
            "migrate"
        }
        _ => command,
    }
}

/// Whether an archive of so many bytes can be part of an invocation, with some room for the options.
fn fits(archive: usize) -> bool {
    const ROOM: usize = 64 << 10;
    archive.div_ceil(3) * 4 + ROOM <= MAX_PAYLOAD
}

/// Adds what the bundle does not say of the app.
fn about_app(root: &Path, dirs: Vec<PathBuf>, options: Options) -> Options {
    Options { dirs, revision: revision::current(root), ..options }
}

fn pack(bundle: &Bundle) -> Result<Vec<u8>> {
    bundle.pack().context("cannot pack the migrations")
}

/// What is sent: signed, where a key is given.
fn envelope(
    command: &str,
    options: &Options,
    archive: &[u8],
    sending: &Sending,
    function: Option<&str>,
) -> Result<Envelope> {
    let envelope = match (&sending.sign, function) {
        (Some(key), Some(function)) => {
            let signed = Signed {
                function: function_arn(function)?.to_owned(),
                signed_at: Timestamp::now(),
                nonce: signature::nonce()?,
                command: command.to_owned(),
                options: options.clone(),
                bundle_sha256: sha256(archive),
            };
            signature::sign(&signed, &signature::read_key(key)?)?
        }
        _ => Envelope {
            maglev: VERSION,
            command: Some(command.to_owned()),
            options: Some(options.clone()),
            ..Envelope::default()
        },
    };
    Ok(Envelope { bundle: Some(BASE64.encode(archive)), ..envelope })
}

/// `maglev payload`
pub fn payload(arguments: &Payload, printer: &Printer) -> Result<Exit> {
    let root = std::env::current_dir().context("cannot tell the current folder")?;
    let text = if arguments.plain {
        plain::payload(&root, arguments)?
    } else {
        let package = package::collect(&root, &arguments.dirs, &arguments.include)?;
        let options = about_app(&root, package.dirs, Options::default());
        let sending = Sending { sign: arguments.sign.clone(), bucket: None };
        let archive = pack(&package.bundle)?;
        let function = arguments.for_function.as_deref();
        serde_json::to_string(&envelope("migrate", &options, &archive, &sending, function)?)?
    };
    let text = if arguments.base64 { BASE64.encode(text) } else { text };
    printer.data(&format!("{text}\n"));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_command_is_another() {
        let check = |command: &str, steps: Option<usize>, directions: &str, expected: (&str, Option<usize>)| {
            let version = steps.is_none().then(|| "7".to_owned());
            let mut options = Options { steps, version, ..Options::default() };
            let ran = |direction: &str| Ran {
                version: "1".to_owned(),
                name: String::new(),
                direction: direction.to_owned(),
                milliseconds: 0.0,
            };
            let ran: Vec<_> = directions.split(' ').map(ran).collect();
            let left = what_is_left(command, &mut options, &ran);
            assert_eq!((left, options.steps), expected, "{command} {steps:?}");
        };
        check("migrate", None, "up", ("migrate", None));
        check("rollback", Some(3), "down", ("rollback", Some(2)));
        check("redo", Some(3), "down", ("redo", Some(2)));
        check("redo", Some(2), "down down", ("migrate", None));
        check("redo", Some(1), "down up", ("migrate", None));
        check("redo", None, "down", ("up", None));
    }
}
