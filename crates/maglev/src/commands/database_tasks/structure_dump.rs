//! `structure_dump` of the three tasks: PostgreSQL's and MySQL's by the programs that Rails calls, with its arguments; SQLite's as
//! the sqlite3 shell's `.schema --nosys` prints it, without it. The only place that starts a process.

mod sqlite;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use activerecord::schema_migration;
use adapters::schema_dumper::{DumpOptions, DumpSchemas, IgnoredTable};
use adapters::{Adapter, Arg, DatabaseConfig, Dialect};

use crate::commands::context;
use crate::commands::stop::{ScriptError, Why};
use crate::commands::whole_file::{self, Beside};

/// What is to be known of a dump beside the database.
pub(crate) struct StructureDump<'a> {
    pub config: &'a DatabaseConfig,
    /// Of `structure_dump_flags`.
    pub flags: &'a [String],
    pub options: &'a DumpOptions,
    pub place: context::Place,
    /// Where the file is to be: what a program writes stands beside it until it is whole.
    pub file: &'a Path,
}

/// The file's text. The adapter is connected.
pub(crate) fn structure_dump(adapter: &mut dyn Adapter, dump: &StructureDump<'_>) -> Result<String, Why> {
    let mut text = match adapter.dialect() {
        Dialect::Sqlite => sqlite::dump(adapter, dump)?,
        Dialect::PostgreSql => postgresql(adapter, dump)?,
        Dialect::MySql => mysql(adapter, dump)?,
    };
    if schema_migration::table_exists(adapter)? {
        text.push_str(&versions(adapter)?);
        text.push('\n');
    }
    Ok(text)
}

/// `dump_schema_versions`, with the line's end that follows it.
fn versions(adapter: &mut dyn Adapter) -> adapters::Result<String> {
    let versions = schema_migration::versions(adapter)?;
    if versions.is_empty() {
        return Ok("\n".to_owned());
    }
    let table = adapter.quote_table_name(&schema_migration::table_name(adapter));
    let rows = versions.iter().rev().map(|version| Ok(format!("({})", adapter.quote(&Arg::str(version))?)));
    let rows = rows.collect::<adapters::Result<Vec<_>>>()?.join(",\n");
    Ok(format!("INSERT INTO {table} (version) VALUES\n{rows};\n"))
}

fn postgresql(adapter: &mut dyn Adapter, dump: &StructureDump<'_>) -> Result<String, Why> {
    let search_path = match &dump.options.schemas {
        DumpSchemas::SearchPath => dump.config.string("schema_search_path"),
        DumpSchemas::All => None,
        DumpSchemas::Named(names) => Some(names.join(",")),
    };
    let mut arguments: Vec<String> = ["--schema-only", "--no-privileges", "--no-owner"].map(str::to_owned).to_vec();
    arguments.extend(["--file".to_owned(), OUTPUT.to_owned()]);
    arguments.extend(dump.flags.iter().cloned());
    if let Some(path) = search_path.filter(|path| !path.trim().is_empty()) {
        arguments.extend(path.split(',').map(|part| format!("--schema={}", part.trim())));
    }
    for table in ignored_tables(adapter, &dump.options.ignored_tables)? {
        arguments.extend(["-T".to_owned(), table]);
    }
    arguments.push(dump.config.database().unwrap_or_default());
    let text = run(&["pg_dump"], &arguments, &psql_environment(dump.config), dump)?;
    let mut text = without_comments(&text);
    let search_path = adapter.catalogue().schema_search_path()?;
    let _ = write!(text, "SET search_path TO {search_path};\n\n");
    Ok(text)
}

/// `remove_sql_header_comments`: those of the head and, behind `\unrestrict`, of the foot; and what restricts psql.
fn without_comments(dump: &str) -> String {
    let mut text = String::new();
    let mut is_removing = true;
    for line in dump.split_inclusive('\n') {
        if line.starts_with("\\restrict ") {
            continue;
        }
        if line.starts_with("\\unrestrict ") {
            is_removing = true;
            continue;
        }
        if !(is_removing && (line.starts_with("--") || line.trim().is_empty())) {
            text.push_str(line);
            is_removing = false;
        }
    }
    text
}

/// `psql_env`
fn psql_environment(config: &DatabaseConfig) -> Vec<(&'static str, String)> {
    let mut environment: Vec<_> = config.host().map(|host| ("PGHOST", host)).into_iter().collect();
    let password = config.password.as_ref().map(|password| password.reveal().to_owned());
    for (variable, key) in [
        ("PGPORT", "port"),
        ("PGPASSWORD", "password"),
        ("PGUSER", "username"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLKEY", "sslkey"),
        ("PGSSLROOTCERT", "sslrootcert"),
    ] {
        let value = match key {
            "password" => password.clone(),
            key => Some(config.get(key)).filter(|value| value.is_truthy()).map(Arg::to_s),
        };
        environment.extend(value.map(|value| (variable, value)));
    }
    environment
}

fn mysql(adapter: &mut dyn Adapter, dump: &StructureDump<'_>) -> Result<String, Why> {
    let database = dump.config.database().unwrap_or_default();
    let mut arguments: Vec<String> = dump.flags.to_vec();
    arguments.extend(command_options(dump.config));
    arguments.extend(["--result-file", OUTPUT, "--no-data", "--routines", "--skip-comments"].map(str::to_owned));
    for table in ignored_tables(adapter, &dump.options.ignored_tables)? {
        arguments.push(format!("--ignore-table={database}.{table}"));
    }
    arguments.push(database);
    run(&["mysqldump", "mariadb-dump"], &arguments, &[], dump)
}

/// `prepare_command_options`
fn command_options(config: &DatabaseConfig) -> Vec<String> {
    const OPTIONS: [(&str, &str); 12] = [
        ("host", "--host"),
        ("port", "--port"),
        ("socket", "--socket"),
        ("username", "--user"),
        ("password", "--password"),
        ("encoding", "--default-character-set"),
        ("sslca", "--ssl-ca"),
        ("sslcert", "--ssl-cert"),
        ("sslcapath", "--ssl-capath"),
        ("sslcipher", "--ssl-cipher"),
        ("sslkey", "--ssl-key"),
        ("ssl_mode", "--ssl-mode"),
    ];
    let value = |key: &str| match key {
        "password" => config.password.as_ref().map(|password| password.reveal().to_owned()),
        key => Some(config.get(key)).filter(|value| value.is_truthy()).map(Arg::to_s),
    };
    OPTIONS.iter().filter_map(|(key, option)| value(key).map(|value| format!("{option}={value}"))).collect()
}

fn ignored_tables(adapter: &mut dyn Adapter, ignored: &[IgnoredTable]) -> adapters::Result<Vec<String>> {
    if ignored.is_empty() {
        return Ok(Vec::new());
    }
    let is_ignored = |table: &String| ignored.iter().any(|pattern| pattern.names(table));
    Ok(adapter.catalogue().data_sources()?.into_iter().filter(is_ignored).collect())
}

/// Stands for the path of the file that a program writes.
const OUTPUT: &str = "\0";

/// `run_cmd`, of the first of these programs that is there: what it has written.
fn run(
    programs: &[&str],
    arguments: &[String],
    environment: &[(&str, String)],
    dump: &StructureDump<'_>,
) -> Result<String, Why> {
    if dump.place == context::Place::Function {
        return Err(Why::Unusable(format!("structure.sql is written by `{}`, which a function has not", programs[0])));
    }
    let output = output_beside(dump.file)?;
    let path = output.path.to_string_lossy().into_owned();
    let arguments: Vec<&str> = arguments.iter().map(|word| if word == OUTPUT { path.as_str() } else { word }).collect();
    start(programs, &arguments, environment)?;
    fs::read_to_string(&output.path)
        .map_err(|error| failed(format!("cannot read what `{}` wrote: {error}", programs[0])))
}

fn start(programs: &[&str], arguments: &[&str], environment: &[(&str, String)]) -> Result<(), Why> {
    for program in programs {
        let environment = environment.iter().map(|(name, value)| (name, value));
        match Command::new(program).args(arguments).envs(environment).status() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(status) if status.success() => return Ok(()),
            _ => return Err(failed(could_not(program, arguments))),
        }
    }
    let packages = if programs[0] == "pg_dump" { "postgresql-client" } else { "mariadb-client or mysql-client" };
    let program = programs[0];
    let hint = format!("hint: there is no `{program}`; install {packages}, or keep the schema in db/schema.rb");
    Err(failed(format!("{}{hint}", could_not(program, arguments))))
}

/// `run_cmd_error`, without the password.
fn could_not(program: &str, arguments: &[&str]) -> String {
    let shown = |argument: &&str| match argument.split_once('=') {
        Some(("--password", _)) => "--password=[FILTERED]".to_owned(),
        _ => (*argument).to_owned(),
    };
    let arguments: Vec<String> = arguments.iter().map(shown).collect();
    format!(
        "failed to execute:\n{program} {}\n\nPlease check the output above for any errors and make sure that `{program}` is \
         installed in your PATH and has proper permissions.\n\n",
        arguments.join(" ")
    )
}

/// An empty file beside the one that is to be written, or among the temporary ones where that is stdout or no file.
fn output_beside(file: &Path) -> Result<Beside, Why> {
    let is_other = file == Path::new("-") || fs::metadata(file).is_ok_and(|there| !there.is_file());
    let folder = if is_other { std::env::temp_dir() } else { PathBuf::new() };
    let beside = Beside::new(&folder.join(if is_other { Path::new("structure.sql") } else { file }));
    beside.map_err(|error| whole_file::unwritable(file, &error))
}

fn failed(message: String) -> Why {
    Why::Script(Box::new(ScriptError { class: "RuntimeError".to_owned(), message, is_lost: false }))
}
