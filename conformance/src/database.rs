//! The databases that cases run on: a fresh one for each run.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Sqlite3,
    MariaDb,
    MySql,
    PostgreSql,
}

impl Target {
    pub const ALL: [Self; 4] = [Self::Sqlite3, Self::MariaDb, Self::MySql, Self::PostgreSql];

    /// The directory below `recorded/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite3 => "sqlite3",
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
            Self::PostgreSql => "postgresql",
        }
    }

    /// Rails' name of the adapter.
    pub fn adapter(self) -> &'static str {
        match self {
            Self::Sqlite3 => "sqlite3",
            Self::MariaDb | Self::MySql => "mysql2",
            Self::PostgreSql => "postgresql",
        }
    }
}

/// A server on this machine whose superuser needs no password, or a place for SQLite files.
#[derive(Clone, Debug)]
pub enum Server {
    Sqlite3,
    MySql { port: u16 },
    PostgreSql { port: u16 },
}

impl Server {
    /// The private server of this process for `target`; `None` for MySQL proper, which Debian does not have.
    pub fn private(target: Target) -> Option<Self> {
        match target {
            Target::Sqlite3 => Some(Self::Sqlite3),
            Target::MariaDb => Some(Self::MySql { port: test_servers::mariadb().port() }),
            Target::MySql => None,
            Target::PostgreSql => Some(Self::PostgreSql { port: test_servers::postgresql().port() }),
        }
    }

    /// A server by its URL, whatever database that names.
    pub fn at(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once(':').context("a URL begins with its scheme")?;
        let port = || -> Result<u16> {
            let authority = rest.trim_start_matches("//").split('/').next().unwrap_or_default();
            let (_, port) = authority.rsplit_once(':').with_context(|| format!("no port in `{url}`"))?;
            Ok(port.parse()?)
        };
        match scheme {
            "sqlite3" => Ok(Self::Sqlite3),
            "mysql2" | "trilogy" => Ok(Self::MySql { port: port()? }),
            "postgresql" | "postgres" => Ok(Self::PostgreSql { port: port()? }),
            _ => bail!("unknown scheme `{scheme}`"),
        }
    }

    /// Rails' name of the adapter.
    pub fn adapter(&self) -> &'static str {
        match self {
            Self::Sqlite3 => "sqlite3",
            Self::MySql { .. } => "mysql2",
            Self::PostgreSql { .. } => "postgresql",
        }
    }

    /// A new, empty database.
    pub fn database(&self) -> Result<Database> {
        let name = fresh_name();
        match self {
            Self::Sqlite3 => {
                let directory = tempfile::Builder::new().prefix("maglev_").tempdir()?;
                let name = directory.path().join("database.sqlite3").display().to_string();
                return Ok(Database { server: self.clone(), name, directory: Some(directory), dump: Mutex::default() });
            }
            Self::MySql { .. } => self.execute(&format!("CREATE DATABASE `{name}` DEFAULT CHARACTER SET `utf8mb4`"))?,
            Self::PostgreSql { .. } => self.execute(&format!("CREATE DATABASE \"{name}\" ENCODING = 'unicode'"))?,
        }
        Ok(Database { server: self.clone(), name, directory: None, dump: Mutex::default() })
    }

    fn execute(&self, sql: &str) -> Result<()> {
        let mut command = match self {
            Self::Sqlite3 => return Ok(()),
            Self::MySql { port } => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "--user=root", "--host=127.0.0.1"]);
                command.arg(format!("--port={port}")).arg(format!("--execute={sql}"));
                command
            }
            Self::PostgreSql { port } => {
                let mut command = psql(*port);
                command.args(["--quiet", "postgres"]).arg(format!("--command={sql}"));
                command
            }
        };
        run(&mut command).map(drop)
    }
}

/// Dropped with its value.
#[derive(Debug)]
pub struct Database {
    pub(crate) server: Server,
    name: String,
    directory: Option<tempfile::TempDir>,
    /// Of MySQL and MariaDB: what `copy` has written.
    dump: Mutex<Option<tempfile::NamedTempFile>>,
}

impl Database {
    /// The database's name, or the file's path.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn path(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|_| PathBuf::from(&self.name))
    }

    /// Rails' DATABASE_URL.
    pub fn url(&self) -> String {
        let name = &self.name;
        match &self.server {
            Server::Sqlite3 => format!("sqlite3:{name}"),
            Server::MySql { port } => format!("mysql2://root@127.0.0.1:{port}/{name}"),
            Server::PostgreSql { port } => format!("postgresql://postgres@127.0.0.1:{port}/{name}"),
        }
    }
}

impl Database {
    /// Runs a statement there with the database's own client.
    pub fn execute(&self, sql: &str) -> Result<()> {
        match &self.server {
            Server::Sqlite3 => Ok(rusqlite::Connection::open(&self.name)?.execute_batch(sql)?),
            Server::MySql { port } => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "--user=root", "--host=127.0.0.1"]);
                command.arg(format!("--port={port}")).arg(format!("--execute={sql}")).arg(&self.name);
                run(&mut command).map(drop)
            }
            Server::PostgreSql { port } => {
                let mut command = psql(*port);
                command.arg("--quiet").arg(format!("--command={sql}")).arg(&self.name);
                run(&mut command).map(drop)
            }
        }
    }
}

impl Database {
    /// What a query answers on a server, in the plain form of its own client.
    pub fn ask(&self, sql: &str) -> Result<String> {
        let mut command = match &self.server {
            Server::Sqlite3 => bail!("SQLite is no server"),
            Server::MySql { port } => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "--user=root", "--host=127.0.0.1", "--skip-column-names", "--batch"]);
                command.arg(format!("--port={port}")).arg(format!("--execute={sql}")).arg(&self.name);
                command
            }
            Server::PostgreSql { port } => {
                let mut command = psql(*port);
                command.args(["--tuples-only", "--no-align"]).arg(format!("--command={sql}")).arg(&self.name);
                command
            }
        };
        run(&mut command)
    }

    /// A new database with everything that this one holds, which nobody may be using, nor change after the first copy.
    pub fn copy(&self) -> Result<Self> {
        match &self.server {
            Server::Sqlite3 => {
                let copy = self.server.database()?;
                std::fs::copy(&self.name, &copy.name)?;
                Ok(copy)
            }
            Server::MySql { port } => {
                let copy = self.server.database()?;
                let port = format!("--port={port}");
                let account = ["--no-defaults", "--user=root", "--host=127.0.0.1", &port];
                let dump = self.dump(&account)?;
                run(Command::new("mariadb").args(account).arg(&copy.name).stdin(dump))?;
                Ok(copy)
            }
            Server::PostgreSql { .. } => {
                let name = fresh_name();
                self.server.execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{}\"", self.name))?;
                Ok(Self { server: self.server.clone(), name, directory: None, dump: Mutex::default() })
            }
        }
    }
}

impl Database {
    /// What the first copy wrote, since writing it takes as long as reading it.
    fn dump(&self, account: &[&str]) -> Result<File> {
        let Ok(mut dump) = self.dump.lock() else { bail!("a copy panicked") };
        if dump.is_none() {
            let file = tempfile::NamedTempFile::new()?;
            let mut command = Command::new("mariadb-dump");
            let status = command.args(account).arg("--routines").arg(&self.name).stdout(file.reopen()?).status();
            if !status.context("cannot run `mariadb-dump`")?.success() {
                bail!("`mariadb-dump` failed");
            }
            *dump = Some(file);
        }
        Ok(File::open(dump.as_ref().context("no dump")?.path())?)
    }
}

pub(crate) fn fresh_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("maglev_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A database that is made once and emptied between uses, where that is cheaper than making one each time.
#[derive(Debug)]
pub struct Scratch {
    server: Server,
    database: Option<Database>,
}

/// Everything that a migration may have left in a PostgreSQL database.
const EMPTY: &str = "DO $$ DECLARE name text; BEGIN \
     FOR name IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP \
       EXECUTE format('DROP EXTENSION %I CASCADE', name); END LOOP; \
     FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP \
       EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP; \
     CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC; END $$";

impl Scratch {
    pub fn new(server: Server) -> Self {
        Self { server, database: None }
    }

    /// An empty database. Its schema is not quite as a new one's: its comments and privileges are not restored.
    pub fn empty(&mut self) -> Result<&Database> {
        let used = self.database.take();
        let emptied = used.filter(|database| database.is_emptied().is_ok_and(|emptied| emptied));
        let database = emptied.map_or_else(|| self.server.database(), Ok)?;
        Ok(self.database.insert(database))
    }

    /// A database that nobody has used.
    pub fn renew(&mut self) -> Result<&Database> {
        self.database = None;
        self.empty()
    }
}

impl Database {
    fn is_emptied(&self) -> Result<bool> {
        let Server::PostgreSql { port } = &self.server else { return Ok(false) };
        let mut command = psql(*port);
        command.args(["--quiet", "--set=ON_ERROR_STOP=1"]).arg(format!("--command={EMPTY}")).arg(&self.name);
        run(command.env("PGOPTIONS", "-c client_min_messages=error")).map(|_| true)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = &self.name;
        // What cannot be dropped goes with the server.
        let _ = match &self.server {
            Server::Sqlite3 => Ok(()),
            Server::MySql { .. } => self.server.execute(&format!("DROP DATABASE IF EXISTS `{name}`")),
            Server::PostgreSql { .. } => {
                self.server.execute(&format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"))
            }
        };
    }
}

/// PostgreSQL's client, as its superuser.
pub(crate) fn psql(port: u16) -> Command {
    let mut command = test_servers::client("psql");
    command.args(["--no-psqlrc", "--host=127.0.0.1", "--username=postgres"]).arg(format!("--port={port}"));
    command
}

pub(crate) fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot run `{program}`"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
