//! How MariaDB is initialised, started and spoken to.

use std::io::Read as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;

use crate::programs::{self, Owner};
use crate::server::Program;
use crate::{Error, Server};

const PACKAGE: &str = "mariadb-server";
/// Small files copy fast.
const LOG_FILE_SIZE: &str = "--innodb-log-file-size=8M";

pub(crate) fn program() -> Result<Program, Error> {
    Ok(Program {
        server: programs::find("mariadbd", PACKAGE)?,
        owner: Owner::for_server("mysql", PACKAGE)?,
        initialise,
        arguments,
        is_ready,
    })
}

fn initialise(data: &Path, owner: Option<Owner>) -> Result<(), Error> {
    let mut command = programs::command(&programs::find("mariadb-install-db", PACKAGE)?, owner);
    command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", LOG_FILE_SIZE]);
    command.arg(format!("--datadir={}", data.display())).current_dir("/");
    programs::run(command).map(drop)
}

fn arguments(directory: &Path, port: u16) -> Vec<String> {
    let directory = directory.display();
    let mut arguments = vec![
        "--no-defaults".to_string(),
        format!("--datadir={directory}/data"),
        format!("--socket={directory}/socket"),
        format!("--pid-file={directory}/mariadb.pid"),
        // Servers that share one delete what they find there.
        format!("--tmpdir={directory}"),
        format!("--port={port}"),
        LOG_FILE_SIZE.to_string(),
    ];
    let fixed = [
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--character-set-server=utf8mb4",
        "--innodb-buffer-pool-size=32M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--innodb-buffer-pool-load-at-startup=0",
        "--max-connections=300",
    ];
    arguments.extend(fixed.map(str::to_string));
    arguments
}

/// The server greets first.
fn is_ready(directory: &Path, _port: u16) -> bool {
    let mut greeting = [0; 5];
    UnixStream::connect(directory.join("socket")).and_then(|mut stream| stream.read_exact(&mut greeting)).is_ok()
}

pub(crate) fn client(server: &Server, database: Option<&str>, sql: &str) -> Result<Command, Error> {
    let mut command = Command::new(programs::find("mariadb", "mariadb-client")?);
    command.args(["--no-defaults", "--batch", "--raw", "--skip-column-names", "--user=root"]);
    command.arg(format!("--socket={}", server.socket().display())).arg(format!("--execute={sql}")).args(database);
    Ok(command)
}
