//! A running server: its directory, socket and port, and the watcher that ends it with this process.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::programs::{self, Owner};
use crate::{Database, Error, mariadb, postgresql};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    MariaDb,
    PostgreSql,
}

/// Ends when the process ends, however it ends.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    directory: PathBuf,
    port: u16,
    databases: AtomicU32,
    _watched: ChildStdin,
}

/// What a kind of server needs to be started.
pub(crate) struct Program {
    pub server: PathBuf,
    pub owner: Option<Owner>,
    /// Makes an empty data directory at the path given.
    pub initialise: fn(&Path, Option<Owner>) -> Result<(), Error>,
    pub arguments: fn(directory: &Path, port: u16) -> Vec<String>,
    pub is_ready: fn(directory: &Path, port: u16) -> bool,
}

/// Runs the server (its arguments) until the pipe on stdin closes, which is when its maker is gone; then ends the
/// server and removes its directory (the first argument).
const WATCHER: &str = r#"
directory=$1; shift
"$@" </dev/null >"$directory/log" 2>&1 &
server=$!
echo "$server" >"$directory/pid"
read -r line
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$directory"
"#;

const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    pub fn start(kind: Kind) -> Result<Self, Error> {
        let program = match kind {
            Kind::MariaDb => mariadb::program()?,
            Kind::PostgreSql => postgresql::program()?,
        };
        let template = template(kind, &program)?;
        let directory = temporary_directory(program.owner)?;
        copy(&template, &directory.join("data"))?;
        let port = free_port()?;
        let mut watcher = watch(&directory, &program, port)?;
        let Some(watched) = watcher.stdin.take() else {
            return Err(Error::Failed { what: "sh".to_string(), output: "no pipe".to_string() });
        };
        wait_until_ready(&directory, &program, port, &mut watcher)?;
        Ok(Self { kind, directory, port, databases: AtomicU32::new(0), _watched: watched })
    }

    /// A new, empty database.
    ///
    /// # Panics
    /// When the server refuses to make one.
    pub fn database(&self) -> Database<'_> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("test_{}_{number}", std::process::id());
        match Database::create(self, name) {
            Ok(database) => database,
            Err(error) => panic!("{error}"),
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// MariaDB's socket file; for PostgreSQL the directory that holds it, which is what its clients want as host.
    pub fn socket(&self) -> PathBuf {
        match self.kind {
            Kind::MariaDb => self.directory.join("socket"),
            Kind::PostgreSql => self.directory.clone(),
        }
    }

    /// The user that may do everything, without a password.
    pub fn username(&self) -> &'static str {
        match self.kind {
            Kind::MariaDb => "root",
            Kind::PostgreSql => "postgres",
        }
    }

    /// Rails' URL of a database on this server.
    pub fn url(&self, database: &str) -> String {
        let scheme = match self.kind {
            Kind::MariaDb => "mysql2",
            Kind::PostgreSql => "postgresql",
        };
        format!("{scheme}://{}@127.0.0.1:{}/{database}", self.username(), self.port)
    }

    /// Runs SQL through the command line client and returns its plain output, columns separated by tabs.
    pub fn execute(&self, database: Option<&str>, sql: &str) -> Result<String, Error> {
        programs::run(match self.kind {
            Kind::MariaDb => mariadb::client(self, database, sql)?,
            Kind::PostgreSql => postgresql::client(self, database, sql)?,
        })
    }
}

/// A data directory made once per machine and server version and copied for each server after that.
fn template(kind: Kind, program: &Program) -> Result<PathBuf, Error> {
    let mut version = programs::command(&program.server, program.owner);
    version.arg("--version");
    let version: String =
        programs::run(version)?.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect();
    let user = program.owner.map_or_else(|| std::env::var("USER").unwrap_or_default(), |owner| owner.uid.to_string());
    let home = std::env::temp_dir().join(format!("test_servers_{user}"));
    let path = home.join(format!("{kind:?}_{}", version.trim_end_matches('_')));
    if path.is_dir() {
        return Ok(path);
    }
    fs::create_dir_all(&home).map_err(Error::io("make", &home))?;
    programs::chown(&home, program.owner)?;
    let new =
        tempfile::Builder::new().prefix("new_").tempdir_in(&home).map_err(Error::io("make a directory in", &home))?;
    programs::chown(new.path(), program.owner)?;
    let data = new.path().join("data");
    (program.initialise)(&data, program.owner)?;
    // Another process may have been faster; its copy is as good.
    match fs::rename(&data, &path) {
        Err(_) if path.is_dir() => Ok(path),
        result => result.map(|()| path.clone()).map_err(Error::io("make", &path)),
    }
}

fn temporary_directory(owner: Option<Owner>) -> Result<PathBuf, Error> {
    let home = std::env::temp_dir();
    let directory = tempfile::Builder::new()
        .prefix("ts_")
        .tempdir_in(&home)
        .map_err(Error::io("make a directory in", &home))?
        .keep();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).map_err(Error::io("open", &directory))?;
    programs::chown(&directory, owner)?;
    Ok(directory)
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let mut command = Command::new("cp");
    command.args(["-a", "--reflink=auto", "--sparse=always"]).arg(from).arg(to);
    programs::run(command).map(drop)
}

fn free_port() -> Result<u16, Error> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::io("find a free port on", "127.0.0.1"))
}

fn watch(directory: &Path, program: &Program, port: u16) -> Result<Child, Error> {
    let mut command = programs::command(Path::new("/bin/sh"), program.owner);
    command.args(["-c", WATCHER, "watcher"]).arg(directory).arg(&program.server);
    command.args((program.arguments)(directory, port));
    // A process group of its own, so that Ctrl-C reaches the tests and the watcher lives to clean up. A working
    // directory that it may enter, whoever it runs as.
    command.process_group(0).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(Error::io("run", "/bin/sh"))
}

fn wait_until_ready(directory: &Path, program: &Program, port: u16, watcher: &mut Child) -> Result<(), Error> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if (program.is_ready)(directory, port) {
            return Ok(());
        }
        let ended = server_has_ended(directory) || !matches!(watcher.try_wait(), Ok(None));
        if ended {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut output = String::new();
    if let Ok(mut log) = fs::File::open(directory.join("log")) {
        let _ = log.read_to_string(&mut output);
    }
    Err(Error::Failed { what: program.server.display().to_string(), output })
}

fn server_has_ended(directory: &Path) -> bool {
    let Ok(pid) = fs::read_to_string(directory.join("pid")) else {
        return false;
    };
    let pid = pid.trim();
    // An ended child stays as a zombie until the watcher waits for it.
    !pid.is_empty() && fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "))
}
