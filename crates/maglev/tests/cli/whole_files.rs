//! A schema's file is written whole or not at all, whatever happens meanwhile: the writer is killed, the disk is full, another one
//! writes, the folder may not be written.

use std::fs::{self, Permissions};
use std::io::{Write as _, stderr};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::app::{App, Outcome, finished};

/// Longer than what anything below lets through.
const OLD: &str = "# What was there\n";

/// More than SQLite writes where it only reads, and less than the file of [`shop`], in the shell's blocks.
const LIMIT: usize = 512;

/// An app whose schema makes a file of some 500 KB.
fn shop() -> App {
    let app = App::new();
    let columns = "(1..50).each { |number| t.string \"#{\"long_\" * 2_000}#{number}\" }";
    app.migration(1, "create_table", &format!("create_table(:table) {{ |t| {columns} }}"));
    app.sqlite(&["migrate"]).exits(0);
    app.file("db/schema.rb", OLD);
    app
}

fn dump(app: &App) -> Vec<String> {
    ["schema", "dump", "--database", &app.sqlite_url()].map(str::to_owned).to_vec()
}

/// The command in a shell that makes what it needs of the system first.
fn in_shell(app: &App, first: &str, arguments: &[String]) -> Command {
    let mut command = app.command(&[]);
    let program = command.get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{first}; exec \"$0\" \"$@\"")).arg(program).args(arguments);
    shell.current_dir(app.path());
    command = shell;
    command
}

fn schema_rb(app: &App) -> String {
    fs::read_to_string(app.path().join("db/schema.rb")).unwrap()
}

/// What stands in the folder beside the schema's file and the migrations.
fn others(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !["schema.rb", "structure.sql", "migrate"].contains(&name.as_str())).collect()
}

/// One message, and nothing changed.
#[track_caller]
fn refused(app: &App, outcome: &Outcome, class: &str, message: &str) {
    outcome.exits(1);
    assert_eq!(outcome.stdout, "");
    assert_eq!(outcome.stderr, format!("error: {class}: cannot write db/schema.rb: {message}\n"));
    assert_eq!(schema_rb(app), OLD);
    assert_eq!(others(&app.path().join("db")), [""; 0]);
}

/// SIGXFSZ kills in the middle of a write, without a word, as SIGKILL would.
#[test]
fn what_is_killed_while_it_writes_leaves_the_old_file() {
    let app = shop();
    let outcome = in_shell(&app, &format!("ulimit -c 0; ulimit -f {LIMIT}"), &dump(&app)).output().unwrap();
    assert_eq!(outcome.status.signal(), Some(25), "{outcome:?}");
    assert_eq!(schema_rb(&app), OLD);
    let left = others(&app.path().join("db"));
    assert_eq!(left.len(), 1, "{left:?}");
    // The next one takes away what is surely nobody's.
    let path = app.path().join("db").join(&left[0]);
    assert!(fs::metadata(&path).unwrap().len() > 0);
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    assert!(path.exists());
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
    file.lock().unwrap();
    app.file("db/schema.rb", OLD);
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    assert!(path.exists());
    drop(file);
    app.file("db/schema.rb", OLD);
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    assert_eq!(others(&app.path().join("db")), [""; 0]);
    assert!(schema_rb(&app).ends_with("  end\nend\n"));
}

#[test]
fn killed_at_any_time_it_leaves_the_old_file_or_the_new_one() {
    let app = shop();
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    let new = schema_rb(&app);
    let started = std::time::Instant::now();
    app.file("db/schema.rb", OLD);
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    let whole = started.elapsed();
    for step in 0..10 {
        app.file("db/schema.rb", OLD);
        let mut run = app.start(&dump(&app).iter().map(String::as_str).collect::<Vec<_>>());
        std::thread::sleep(whole * step / 9);
        run.kill().unwrap();
        run.wait().unwrap();
        let text = schema_rb(&app);
        assert!(text == OLD || text == new, "{} bytes", text.len());
    }
}

/// As a small disk has it, and as a limit of the process.
#[test]
fn a_full_disk() {
    let app = shop();
    let outcome = finished(in_shell(&app, &format!("trap '' XFSZ; ulimit -f {LIMIT}"), &dump(&app)));
    refused(&app, &outcome, "Errno::EFBIG", "File too large (os error 27)");
    let outcome = finished(app.command(&["schema", "dump", "--database", &app.sqlite_url(), "--file", "/dev/full"]));
    outcome.exits(1).complains("error: Errno::ENOSPC: cannot write /dev/full: No space left on device (os error 28)\n");
    let small = "mount -t tmpfs -o size=256k none db && printf '%s\\n' '# What was there' > db/schema.rb";
    let show = "ls -A db; cat db/schema.rb";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    command.arg(format!("{small} || {{ echo no tmpfs; exit 99; }}; \"$0\" \"$@\"; code=$?; {show}; exit $code"));
    command.arg(app.command(&[]).get_program()).args(dump(&app)).current_dir(app.path());
    let outcome = finished(command);
    if outcome.code == 99 || outcome.stderr.contains("unshare") {
        let _ = writeln!(stderr(), "not tried on a tmpfs, which this user may not mount: {}", outcome.stderr);
        return;
    }
    outcome.exits(1);
    assert_eq!(
        outcome.stderr,
        "error: Errno::ENOSPC: cannot write db/schema.rb: No space left on device (os error 28)\n"
    );
    assert_eq!(outcome.stdout, format!("schema.rb\n{OLD}"));
}

#[test]
fn after_a_migration_it_says_that_the_migrations_ran() {
    let app = shop();
    app.migration(2, "create_more", "create_table :more");
    let mut command = app.command(&["migrate", "--dump", "--database", &app.sqlite_url()]);
    command.env("SCHEMA", "/dev/full");
    let message = "cannot write /dev/full: No space left on device (os error 28) (the migrations ran)\n";
    finished(command).exits(1).complains(message).says("2 CreateMore: migrated");
    app.sqlite(&["pending"]).exits(0);
}

/// As a user that may not write there: root may everywhere.
fn as_nobody(app: &App, arguments: &[&str]) -> Outcome {
    let mut command = app.command(arguments);
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    finished(command)
}

#[test]
fn what_may_not_be_written() {
    let app = shop();
    let rights = |path: &str, mode| fs::set_permissions(app.path().join(path), Permissions::from_mode(mode)).unwrap();
    // SQLite wants to write beside its file.
    app.file("storage/.keep", "");
    fs::rename(app.path().join("test.sqlite3"), app.path().join("storage/test.sqlite3")).unwrap();
    for (path, mode) in
        [("", 0o755), ("storage", 0o777), ("storage/test.sqlite3", 0o666), ("db/schema.rb", 0o666), ("db", 0o555)]
    {
        rights(path, mode);
    }
    let dump = ["schema", "dump", "--database", "sqlite3:storage/test.sqlite3"];
    refused(&app, &as_nobody(&app, &dump), "Errno::EACCES", "Permission denied (os error 13)");
    rights("db", 0o777);
    rights("db/schema.rb", 0o444);
    refused(&app, &as_nobody(&app, &dump), "Errno::EACCES", "Permission denied (os error 13)");
    rights("db/schema.rb", 0o640);
    app.run(&dump).exits(0);
    assert_eq!(fs::metadata(app.path().join("db/schema.rb")).unwrap().mode() & 0o777, 0o640);
    app.file("taken", "");
    let outcome = as_nobody(&app, &[&dump[..], &["--file", "taken/schema.rb"]].concat());
    outcome.exits(1).complains("error: Errno::EEXIST: cannot write taken/schema.rb: ");
    let outcome = app.run(&[&dump[..], &["--file", "db/migrate/schema.rb/"]].concat());
    assert_ne!(outcome.code, 101, "{}", outcome.stderr);
}

/// Rails writes into the file, so that a link stays one, and the file its owner's.
#[test]
fn a_link_stays_a_link_and_the_file_its_owners() {
    let app = shop();
    let path = app.path().join("db/schema.rb");
    fs::rename(&path, app.path().join("of_all_releases.rb")).unwrap();
    symlink("../of_all_releases.rb", &path).unwrap();
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        std::os::unix::fs::chown(&path, Some(1234), Some(1234)).unwrap();
    }
    let owner = fs::metadata(&path).unwrap().uid();
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert!(fs::read_to_string(app.path().join("of_all_releases.rb")).unwrap().ends_with("  end\nend\n"));
    assert_eq!(fs::metadata(&path).unwrap().uid(), owner);
    fs::remove_file(app.path().join("of_all_releases.rb")).unwrap();
    finished(in_shell(&app, ":", &dump(&app))).exits(0);
    assert!(app.path().join("of_all_releases.rb").exists());
    for device in ["/dev/null", "/dev/stdout"] {
        finished(app.command(&["schema", "dump", "--file", device, "--database", &app.sqlite_url()])).exits(0);
    }
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

/// Of two databases, so that it shows whose file it is.
#[test]
fn two_at_once_leave_a_whole_one() {
    let (app, other) = (shop(), App::new());
    other.migration(1, "create_one", "create_table :one");
    other.sqlite(&["migrate"]).exits(0);
    let text = |of: &App| {
        let outcome = of.run(&["schema", "dump", "--file", "-", "--database", &of.sqlite_url()]);
        outcome.exits(0);
        outcome.stdout.clone()
    };
    let whole = [text(&app), text(&other)];
    let urls = [app.sqlite_url(), other.sqlite_url()];
    for _ in 0..5 {
        let start = |number: usize| app.start(&["schema", "dump", "--database", &urls[number % 2]]);
        let mut running: Vec<_> = (0..4).map(start).collect();
        while !running.is_empty() {
            let there = schema_rb(&app);
            assert!(there == OLD || whole.contains(&there), "{} bytes", there.len());
            running.retain_mut(|run| match run.try_wait().unwrap() {
                Some(status) => {
                    assert!(status.success());
                    false
                }
                None => true,
            });
        }
        assert!(whole.contains(&schema_rb(&app)));
        assert_eq!(others(&app.path().join("db")), [""; 0]);
    }
}
