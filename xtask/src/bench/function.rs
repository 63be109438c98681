//! The function's times: its start beside that of a bare `lambda_runtime` function, one create_table beside Active Record's,
//! and the memory that a whole history takes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use test_servers::Server;

use super::runtime_api::Function;
use super::{Bench, measure, median};
use crate::print;

const PASSWORD: &str = "bench password";

impl Bench {
    pub(super) fn function_times(&self) -> Result<()> {
        self.start_against_hello()?;
        self.create_table_against_rails()
    }

    fn start_against_hello(&self) -> Result<()> {
        let hello = hello()?;
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..=self.runs {
            let (_, a) = Function::start(Command::new(&self.function).env("DATABASE_URL", "sqlite3::memory:"))?;
            let (_, b) = Function::start(&mut Command::new(&hello))?;
            if run > 0 {
                ours.push(milliseconds(a));
                theirs.push(milliseconds(b));
                ratios.push(a.as_secs_f64() / b.as_secs_f64());
            }
        }
        print(&format!(
            "function, start to the first request for an event: maglev / hello-world of lambda_runtime\n  \
             {:.2} ms / {:.2} ms = {:.3}, medians of {} pairs\n",
            median(&mut ours),
            median(&mut theirs),
            median(&mut ratios),
            self.runs
        ));
        Ok(())
    }

    /// Cold: from the start of the process to its answer, KMS included. Warm: from the event to its answer.
    fn create_table_against_rails(&self) -> Result<()> {
        let Some(rails) = &self.rails else {
            print("function, one create_table on MariaDB: left out without `--rails PATH`\n");
            return Ok(());
        };
        let server = test_servers::mariadb();
        let kms = Kms::start()?;
        let dir = self.migration_folder()?;
        server.execute(
            None,
            &format!("CREATE OR REPLACE USER bench@'%' IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO bench@'%'"),
        )?;
        let (mut cold, mut warm, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        let (mut cold_ratios, mut warm_ratios) = (Vec::new(), Vec::new());
        for run in 0..=self.runs {
            let (a, b) = self.cold_and_warm(server, |command| {
                command.env("DATABASE_PASSWORD_ENCRYPTED", &kms.ciphertext).env("AWS_ENDPOINT_URL", &kms.endpoint);
            })?;
            fresh(server)?;
            let c = measure(&mut rails.bare("migrate.rb", &server.url("bench"), &dir))?;
            ensure!(c.succeeded, "Active Record failed");
            let c = c.wall;
            if run > 0 {
                cold.push(milliseconds(a));
                warm.push(milliseconds(b));
                theirs.push(milliseconds(c));
                cold_ratios.push(c.as_secs_f64() / a.as_secs_f64());
                warm_ratios.push(c.as_secs_f64() / b.as_secs_f64());
            }
        }
        print(&format!(
            "function, one create_table on MariaDB, the password from KMS: ruby -ractive_record / maglev\n  \
             cold: {theirs:.1} ms / {:.1} ms = {:.1}; warm: {theirs:.1} ms / {:.1} ms = {:.1}; medians of {} runs\n",
            median(&mut cold),
            median(&mut cold_ratios),
            median(&mut warm),
            median(&mut warm_ratios),
            self.runs,
            theirs = median(&mut theirs),
        ));
        Ok(())
    }

    /// Cold: from the start of the process to its first answer. Warm: from an event to its answer. `set` gives the function
    /// what it needs to know beside the database's place.
    pub(super) fn cold_and_warm(&self, server: &Server, set: impl Fn(&mut Command)) -> Result<(Duration, Duration)> {
        let dir = self.migration_folder()?;
        let event =
            plain_form("20240102030405_create_users.rb", &fs::read(dir.join("20240102030405_create_users.rb"))?);
        fresh(server)?;
        let mut command = self.function_command(server);
        set(&mut command);
        let (mut function, _) = Function::start(&mut command)?;
        function.invoke(&event)?;
        let cold = function.age();
        function.await_next()?;
        fresh(server)?;
        let (_, warm) = function.invoke(&event)?;
        Ok((cold, warm))
    }

    /// What an invocation with a whole history takes: those of its files that complete.
    pub(super) fn function_memory(&self, history: &Path) -> Result<()> {
        let server = test_servers::mariadb();
        let mut files = migrations(history)?;
        let all = files.len();
        let completed = self.completed(server, history)?;
        files.retain(|file| completed.contains(&name(file)));
        loop {
            fresh(server)?;
            let mut command = self.function_command(server);
            command.env("DATABASE_URL", server.url("bench"));
            let (mut function, _) = Function::start(&mut command)?;
            let options = json!({"no_check": true, "quiet": true});
            let event = json!({"maglev": 1, "command": "migrate", "options": options, "bundle": bundle(&files)?});
            let failed = match function.invoke(&event.to_string()) {
                Ok(_) => {
                    print(&format!(
                        "function, the {} files of {} that complete (of {all}) in one invocation on MariaDB\n  \
                         peak memory {:.1} MB\n",
                        files.len(),
                        history.display(),
                        function.peak_megabytes()?
                    ));
                    return Ok(());
                }
                Err(error) => error.to_string(),
            };
            let before = files.len();
            // The error names the file that failed.
            files.retain(|file| !failed.contains(&name(file)));
            ensure!(files.len() < before, "no file is named in: {failed}");
        }
    }

    /// The files that complete where those that fail are passed over.
    fn completed(&self, server: &Server, history: &Path) -> Result<BTreeSet<String>> {
        fresh(server)?;
        let options = ["--keep-going", "--no-check", "--format", "json"];
        let output = self.maglev(&server.url("bench"), history, &options).output()?;
        let events = String::from_utf8_lossy(&output.stdout).into_owned();
        let events = events.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let migrated = events.filter(|event| event["event"] == "migrated");
        Ok(migrated.filter_map(|event| Some(name(Path::new(event["file"].as_str()?)))).collect())
    }

    fn function_command(&self, server: &Server) -> Command {
        let mut command = Command::new(&self.function);
        for (name, value) in [
            ("DATABASE_HOST", "127.0.0.1"),
            ("DATABASE_PORT", &server.port().to_string()),
            ("DATABASE_NAME", "bench"),
            ("DATABASE_USERNAME", "bench"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ] {
            command.env(name, value);
        }
        command.env_remove("DATABASE_URL");
        command
    }
}

fn fresh(server: &Server) -> Result<()> {
    server.execute(None, "DROP DATABASE IF EXISTS bench; CREATE DATABASE bench")?;
    Ok(())
}

fn plain_form(name: &str, source: &[u8]) -> String {
    let files: Map<String, Value> = [(format!("migrate/{name}"), BASE64.encode(source).into())].into_iter().collect();
    Value::Object(files).to_string()
}

fn migrations(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<_> = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rb"));
    files.sort();
    Ok(files)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// As `tar cz db/migrate | base64` makes it.
fn bundle(files: &[PathBuf]) -> Result<String> {
    let scratch = tempfile::tempdir()?;
    let dir = scratch.path().join("db/migrate");
    fs::create_dir_all(&dir)?;
    for file in files {
        fs::copy(file, dir.join(name(file)))?;
    }
    let output = Command::new("tar").arg("-C").arg(scratch.path()).args(["-cz", "db/migrate"]).output()?;
    ensure!(output.status.success(), "tar: {}", String::from_utf8_lossy(&output.stderr));
    Ok(BASE64.encode(output.stdout))
}

/// The example `hello`, built as what is published is.
fn hello() -> Result<PathBuf> {
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--profile", "dist", "--locked", "--package", "xtask", "--example", "hello"])
        .status()?;
    ensure!(built.success(), "cannot build the hello-world function");
    Ok(target_folder().join("dist/examples/hello"))
}

fn target_folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

/// moto's KMS, with a key and a password encrypted by it.
struct Kms {
    process: Child,
    endpoint: String,
    ciphertext: String,
}

impl Kms {
    fn start() -> Result<Self> {
        let programs = target_folder().join("python/bin");
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new(programs.join("moto_server"))
            .args(["--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start moto_server; `s/setup` installs it")?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut kms = Self { process, endpoint, ciphertext: String::new() };
        for _ in 0..100 {
            if let Ok(ciphertext) = kms.encrypt(&programs.join("python")) {
                kms.ciphertext = ciphertext;
                return Ok(kms);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("moto_server does not answer")
    }

    fn encrypt(&self, python: &Path) -> Result<String> {
        const SCRIPT: &str = "import base64, boto3, sys\n\
                              kms = boto3.client('kms', endpoint_url=sys.argv[1], region_name='eu-west-1')\n\
                              key = kms.create_key()['KeyMetadata']['KeyId']\n\
                              blob = kms.encrypt(KeyId=key, Plaintext=sys.argv[2].encode())['CiphertextBlob']\n\
                              print(base64.b64encode(blob).decode())";
        let output = Command::new(python)
            .args(["-c", SCRIPT, &self.endpoint, PASSWORD])
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .stderr(Stdio::null())
            .output()?;
        ensure!(output.status.success(), "not yet");
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

impl Drop for Kms {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
