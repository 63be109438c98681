//! Each way to install, from the packages that s/package makes into an empty folder, to `maglev --version`. The packed binary is a
//! stand-in of one line, which hands over to the one that is tested: to pack and unpack what has symbols in it takes half a minute.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::app::{App, Outcome, finished};

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn read(file: &str) -> String {
    fs::read_to_string(repository().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// This machine's.
fn target() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// A command that sees little of this machine, and nothing of its user.
fn clean(program: impl AsRef<std::ffi::OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home).current_dir(home);
    command
}

/// A folder with `download/vVERSION/` and `latest/download/`, as releases have, or a mirror.
fn releases() -> &'static Path {
    static RELEASES: OnceLock<PathBuf> = OnceLock::new();
    RELEASES.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("releases");
        let _ = fs::remove_dir_all(&folder);
        let files = folder.join(format!("download/v{VERSION}"));
        fs::create_dir_all(folder.join("latest")).unwrap();
        fs::create_dir_all(&files).unwrap();
        let stand_in = folder.join("maglev");
        fs::write(&stand_in, format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_maglev"))).unwrap();
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
        let packages = repository().join("deploy/packages");
        let python = |script: &str| {
            let mut command = Command::new("python3");
            command.arg("-B").arg(packages.join(script));
            command
        };
        let mut pack = python("pack.py");
        pack.arg(&stand_in).arg(target()).arg(&files);
        finished(pack).exits(0);
        fs::copy(repository().join("install.sh"), files.join("install.sh")).unwrap();
        let mut release = python("release.py");
        release.arg(&files);
        finished(release).exits(0);
        std::os::unix::fs::symlink(&files, folder.join("latest/download")).unwrap();
        folder
    })
}

fn package(suffix: &str) -> PathBuf {
    let files = fs::read_dir(releases().join(format!("download/v{VERSION}"))).unwrap();
    let found = files.map(|file| file.unwrap().path()).find(|path| path.to_string_lossy().ends_with(suffix));
    found.unwrap_or_else(|| panic!("no package ends in {suffix}"))
}

#[track_caller]
fn tells_its_version(binary: &Path, home: &Path) {
    let mut command = clean(binary, home);
    command.arg("--version");
    finished(command).exits(0).says(&format!("maglev {VERSION} ("));
    // Arguments and exit codes go through whatever stands before the binary.
    let mut command = clean(binary, home);
    command.args(["migrate", "no such argument"]);
    finished(command).exits(2);
}

fn install(home: &Path, prepare: impl FnOnce(&mut Command)) -> Outcome {
    let mut command = clean("sh", home);
    command.env("MAGLEV_BASE_URL", format!("file://{}", releases().display()));
    prepare(&mut command);
    finished(command)
}

#[test]
fn by_install_sh() {
    let script = repository().join("install.sh");
    let home = tempfile::tempdir().unwrap();
    let binary = home.path().join(".local/bin/maglev");
    let outcome = install(home.path(), |command| _ = command.arg(&script));
    outcome.exits(0).says(&format!("maglev {VERSION} (")).says("PATH lacks its folder");
    tells_its_version(&binary, home.path());
    // A version may be named, with what its tag begins with or without; read from a pipe, it is the same script.
    for version in [VERSION, &format!("v{VERSION}"), "latest"] {
        install(home.path(), |command| _ = command.arg(&script).arg(version)).exits(0);
        let elsewhere = home.path().join(version);
        let outcome = install(home.path(), |command| {
            command.env("MAGLEV_VERSION", version).env("MAGLEV_INSTALL", &elsewhere);
            command.env("PATH", format!("{}:/usr/bin:/bin", elsewhere.display()));
            command.stdin(fs::File::open(&script).unwrap());
        });
        assert!(!outcome.exits(0).stdout.contains("PATH lacks"), "{}", outcome.stdout);
        tells_its_version(&elsewhere.join("maglev"), home.path());
    }
    let left: Vec<_> = fs::read_dir(binary.parent().unwrap()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["maglev"]);
}

#[test]
fn install_sh_refuses_what_is_not_the_release() {
    let script = repository().join("install.sh");
    let home = tempfile::tempdir().unwrap();
    let check = |complaint: &str, prepare: &dyn Fn(&mut Command)| {
        let outcome = install(home.path(), |command| {
            command.arg(&script);
            prepare(command);
        });
        outcome.exits(1).complains(complaint);
        assert!(!home.path().join(".local").exists());
    };
    check("could not be downloaded", &|command| _ = command.arg("9.9.9"));
    check("is no version", &|command| _ = command.arg("../../elsewhere"));
    check("this release has no maglev-sparc-sun-solaris.tar.gz", &|command| {
        command.env("MAGLEV_TARGET", "sparc-sun-solaris");
    });
    // Somebody has changed the archive on its way.
    let mirror = home.path().join("mirror");
    let files = mirror.join("latest/download");
    fs::create_dir_all(&files).unwrap();
    fs::copy(package("SHA256SUMS"), files.join("SHA256SUMS")).unwrap();
    let archive = package(".tar.gz");
    let mut content = fs::read(&archive).unwrap();
    content.push(0);
    fs::write(files.join(archive.file_name().unwrap()), content).unwrap();
    check("is not what its release says", &|command| {
        command.env("MAGLEV_BASE_URL", format!("file://{}", mirror.display()));
    });
}

#[test]
fn by_the_archive() {
    let home = tempfile::tempdir().unwrap();
    let mut tar = clean("tar", home.path());
    tar.arg("-xzf").arg(package(".tar.gz"));
    finished(tar).exits(0);
    tells_its_version(&home.path().join("maglev"), home.path());
    let file = |path: &str| fs::read_to_string(home.path().join(path)).unwrap_or_else(|_| panic!("no {path}"));
    assert!(file("share/man/man1/maglev.1").contains("maglev\\-migrate"), "the page names the commands' pages");
    assert!(file("share/man/man1/maglev-migrate.1").contains("\\-\\-function"));
    assert!(file("share/zsh/site-functions/_maglev").starts_with("#compdef maglev"));
    assert!(file("share/fish/vendor_completions.d/maglev.fish").contains("complete -c maglev"));
    file("LICENSE");
    let mut bash = clean("bash", home.path());
    let completed = "COMP_WORDS=(maglev roll); COMP_CWORD=1; _maglev maglev roll maglev; echo \"${COMPREPLY[@]}\"";
    bash.arg("-c").arg(format!(". share/bash-completion/completions/maglev; {completed}"));
    assert_eq!(finished(bash).exits(0).stdout, "rollback\n");
}

#[test]
fn by_the_wheel() {
    let home = tempfile::tempdir().unwrap();
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("python/bin");
    let mut make = clean(tools.join("python"), home.path());
    make.args(["-m", "venv", "--without-pip", "venv"]);
    finished(make).exits(0);
    let mut pip = clean(tools.join("python"), home.path());
    pip.args(["-m", "pip", "--python", "venv/bin/python", "install", "-q"]);
    pip.args(["--disable-pip-version-check", "--no-index"]);
    pip.arg(package(".whl"));
    finished(pip).exits(0);
    tells_its_version(&home.path().join("venv/bin/maglev"), home.path());
}

#[test]
fn by_the_gem() {
    let home = tempfile::tempdir().unwrap();
    let gems = home.path().join("gems");
    let mut gem = clean("gem", home.path());
    gem.args(["install", "--local", "--no-document", "--bindir", "bin", "--install-dir"]).arg(&gems);
    gem.arg(package(".gem"));
    finished(gem).exits(0);
    let mut maglev = clean(home.path().join("bin/maglev"), home.path());
    maglev.env("GEM_HOME", &gems).arg("--version");
    finished(maglev).exits(0).says(&format!("maglev {VERSION} ("));
    let mut maglev = clean(home.path().join("bin/maglev"), home.path());
    maglev.env("GEM_HOME", &gems).args(["migrate", "no such argument"]);
    finished(maglev).exits(2);
}

/// Homebrew itself is not here; what it would download is.
#[test]
fn the_formula_names_the_archive() {
    let home = tempfile::tempdir().unwrap();
    let stub = "class Formula\n  def self.method_missing(name, *arguments)\n    puts \"#{name} #{arguments.join}\"\n    \
                yield if block_given? && name.start_with?('on_')\n  end\n  def self.respond_to_missing?(*) = true\n  def self.test = nil\nend\n\
                load ARGV[0]\n";
    let mut ruby = clean("ruby", home.path());
    ruby.args(["-e", stub]).arg(package("maglev.rb"));
    let said = finished(ruby).exits(0).stdout.clone();
    let archive = package(".tar.gz").file_name().unwrap().to_string_lossy().into_owned();
    assert!(said.contains(&format!("url {}/releases/download/v{VERSION}/{archive}\n", cargo("repository"))), "{said}");
    let sums = fs::read_to_string(package("SHA256SUMS")).unwrap();
    let sum = sums.lines().find_map(|line| line.strip_suffix(&archive)).unwrap().trim();
    assert!(said.contains(&format!("sha256 {sum}\n")), "{said}");
}

#[test]
fn the_sums_are_of_all_files() {
    let folder = releases().join(format!("download/v{VERSION}"));
    let mut sha256sum = clean("sha256sum", &folder);
    sha256sum.args(["--check", "--strict", "SHA256SUMS"]);
    finished(sha256sum).exits(0);
    let sums = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count() + 1, fs::read_dir(folder).unwrap().count(), "{sums}");
}

#[test]
fn what_cannot_be_packed_here_is_said() {
    let check = |part: &str, why: &str| {
        let mut package = Command::new(repository().join("s/package"));
        package.arg(part);
        finished(package).exits(1).complains(&format!("for {part}: {why}"));
    };
    check("aarch64-apple-darwin", "Apple's linker and libraries are on macOS only");
    check("sparc-sun-solaris", "it is not in deploy/packages/targets.py");
}

/// A line of Cargo.toml's `[workspace.package]`.
fn cargo(key: &str) -> String {
    let text = read("Cargo.toml");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = \""))).unwrap();
    line.trim_end_matches('"').to_owned()
}

/// What cannot read Cargo.toml says the same: the installer, the orb, and the examples, whose users copy them.
#[test]
fn names_and_versions_are_of_one_place() {
    let repository = cargo("repository");
    let slug = repository.strip_prefix("https://github.com/").unwrap();
    assert!(read("install.sh").contains(&format!("\nrepository={repository}\n")));
    assert!(read("crates/maglev/Cargo.toml").contains("/releases/download/v{ version }/maglev-{ target }.tar.gz"));
    let folder = self::repository().join("deploy/ci");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    let files = files.iter().map(|name| format!("deploy/ci/{}", name.display()));
    for file in files.chain(["docs/install.md".to_owned(), "README.md".to_owned()]) {
        let text = read(&file);
        for place in text.split("github.com/").skip(1).chain(text.split("githubusercontent.com/").skip(1)) {
            let is_ours = !place.contains("maglev") || place.starts_with(slug) || !place.starts_with("maglev");
            assert!(is_ours, "{file}: {place:.60}");
        }
        for place in text.split("/download/v").skip(1).chain(text.split(&format!("{slug}/v")).skip(1)) {
            let is_said = place.starts_with(['$', '{', 'V']) || place.starts_with(VERSION);
            assert!(is_said, "{file}: {place:.60}");
        }
        for place in text.split("MAGLEV_VERSION: \"").skip(1) {
            assert!(place.starts_with(VERSION), "{file}: {place:.60}");
        }
    }
}

#[test]
fn the_version_tells_commit_and_target() {
    let app = App::new();
    let said = app.run(&["--version"]).exits(0).stdout.clone();
    let made = said.strip_prefix(&format!("maglev {VERSION} (")).and_then(|rest| rest.strip_suffix(")\n")).unwrap();
    let (commit, target) = made.split_once(", ").unwrap();
    assert!(target.starts_with(std::env::consts::ARCH), "{said}");
    let mut git = Command::new("git");
    git.args(["rev-parse", "HEAD"]).current_dir(repository());
    // Whether there is a git, and a repository for it, is not this test's to say; what was given to the build stands before both.
    match git.output() {
        Ok(output) if output.status.success() && option_env!("MAGLEV_COMMIT").is_none() => {
            let head = String::from_utf8(output.stdout).unwrap();
            assert!(head.starts_with(commit) && commit.len() == 12, "{said} is not {head}");
        }
        _ => assert!(!commit.is_empty()),
    }
    assert_eq!(app.run(&["-V"]).exits(0).stdout, format!("maglev {VERSION}\n"));
}

#[test]
fn a_shell_is_told_of_the_commands() {
    let app = App::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        app.run(&["completions", shell]).exits(0).says("rollback").says("--function");
    }
    app.run(&["completions", "tcsh"]).exits(2).complains("possible values: bash");
    app.run(&["man"]).exits(0).says(".TH maglev 1").says("maglev\\-migrate(1)");
}
