//! How PostgreSQL is initialised, started and spoken to.

use std::path::Path;
use std::process::Command;

use crate::programs::{self, Owner};
use crate::server::Program;
use crate::{Error, Server};

const PACKAGE: &str = "postgresql";

pub(crate) fn program() -> Result<Program, Error> {
    Ok(Program {
        server: programs::find("postgres", PACKAGE)?,
        owner: Owner::for_server("postgres", PACKAGE)?,
        initialise,
        arguments,
        is_ready,
    })
}

fn initialise(data: &Path, owner: Option<Owner>) -> Result<(), Error> {
    let mut command = programs::command(&programs::find("initdb", PACKAGE)?, owner);
    command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    command.arg("--pgdata").arg(data).current_dir("/");
    programs::run(command).map(drop)
}

fn arguments(directory: &Path, port: u16) -> Vec<String> {
    let directory = directory.display();
    let settings = [
        format!("unix_socket_directories={directory}"),
        format!("port={port}"),
        "listen_addresses=127.0.0.1".to_string(),
        "fsync=off".to_string(),
        "synchronous_commit=off".to_string(),
        "full_page_writes=off".to_string(),
        "autovacuum=off".to_string(),
        "shared_buffers=32MB".to_string(),
        "max_connections=300".to_string(),
    ];
    let mut arguments = vec!["-D".to_string(), format!("{directory}/data")];
    arguments.extend(settings.into_iter().flat_map(|setting| ["-c".to_string(), setting]));
    arguments
}

/// The postmaster says in its pid file when it takes connections.
fn is_ready(directory: &Path, _port: u16) -> bool {
    std::fs::read_to_string(directory.join("data/postmaster.pid"))
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "ready"))
}

pub(crate) fn client(server: &Server, database: Option<&str>, sql: &str) -> Result<Command, Error> {
    let mut command = Command::new(programs::find("psql", "postgresql-client")?);
    command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t"]);
    command.args(["--set=ON_ERROR_STOP=1", "--username=postgres"]);
    command.arg(format!("--host={}", server.socket().display())).arg(format!("--port={}", server.port()));
    command.arg(format!("--dbname={}", database.unwrap_or("postgres"))).arg(format!("--command={sql}"));
    Ok(command)
}
