//! The function end to end: the real binary under an emulator of AWS Lambda, with moto for KMS, Secrets Manager, SSM, S3
//! and STS, a private MariaDB and PostgreSQL, and as clients the AWS CLI, boto3 and `maglev --function`. The clients
//! are Python's, so the scenarios are too: a module a subject, each run by one test here. `s/setup` installs what they
//! import into target/python.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "of tests, where it is a failure's report")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

#[test]
fn plain_form() {
    run("test_plain_form");
}

#[test]
fn envelope() {
    run("test_envelope");
}

#[test]
fn databases() {
    run("test_databases");
}

#[test]
fn plan() {
    run("test_plan");
}

#[test]
fn secrets() {
    run("test_secrets");
}

#[test]
fn trouble() {
    run("test_trouble");
}

#[test]
fn hostile() {
    run("test_hostile");
}

#[test]
fn caller() {
    run("test_caller");
}

#[test]
fn first_run() {
    run("test_first_run");
}

#[test]
fn scripts() {
    run("test_scripts");
}

#[test]
fn way_over() {
    run("test_way_over");
}

#[test]
fn ci() {
    run("test_ci");
}

#[test]
fn pages() {
    run("test_pages");
}

#[test]
fn operating() {
    run("test_operating");
}

#[test]
fn seen_from_outside() {
    run("test_seen_from_outside");
}

#[test]
fn cancel() {
    run("test_cancel");
}

#[test]
fn tour() {
    run("test_tour");
}

#[test]
fn silence() {
    run("test_silence");
}

/// Runs the tests of one Python module, or those that MAGLEV_FUNCTION_TEST names (`Class.test_name`).
fn run(module: &str) {
    let services = services();
    let mut command = python();
    command.args(["-m", "unittest", "-q"]);
    match std::env::var("MAGLEV_FUNCTION_TEST") {
        Ok(name) => command.arg(format!("{module}.{name}")),
        Err(_) => command.arg(module),
    };
    let output = command
        .env("MAGLEV", env!("CARGO_BIN_EXE_maglev"))
        .env("TOOLS", tools())
        .env("LAMBDA_URL", format!("http://127.0.0.1:{}", services.lambda.port))
        .env("AWS_URL", format!("http://127.0.0.1:{}", services.aws.port))
        .env("MARIADB_PORT", test_servers::mariadb().port().to_string())
        .env("POSTGRESQL_PORT", test_servers::postgresql().port().to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{module}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The emulator and moto, for all tests of this process. They end when their stdin does.
struct Services {
    lambda: Service,
    aws: Service,
}

struct Service {
    port: u64,
    _process: Child,
    _stdin: ChildStdin,
}

fn services() -> &'static Services {
    static SERVICES: OnceLock<Services> = OnceLock::new();
    SERVICES.get_or_init(|| Services {
        lambda: Service::start(python().args(["emulator.py", env!("CARGO_BIN_EXE_bootstrap")])),
        aws: Service::start(python().arg("services.py")),
    })
}

impl Service {
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = process.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).expect("a service that does not start");
        Self { port: said["port"].as_u64().unwrap(), _process: process, _stdin: stdin }
    }
}

fn python() -> Command {
    let mut command = Command::new(tools().join("python"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/function"));
    // No `__pycache__` in the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// target/python/bin, which `s/setup` fills; the target directory is where this test is.
fn tools() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target directory");
    let tools = target.join("python/bin");
    assert!(tools.join("aws").exists(), "{} has no AWS clients; s/setup installs them", tools.display());
    tools
}
