//! Links the binary at fixed addresses on Linux: tens of thousands of addresses to relocate would be a good part of its start and
//! megabytes of its memory, and what moving them about guards against, memory-safe code does not need.
//! And tells the binary what it is made of, for `maglev --version`: the commit, MAGLEV_COMMIT's before that of the repository, and
//! the target. It asks no program, and runs again when the commit is another one.

use std::fs;
use std::path::{Path, PathBuf};

/// So much of a commit's name is told.
const SHOWN: usize = 12;

fn main() {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=MAGLEV_COMMIT");
    let given = std::env::var("MAGLEV_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(commit_of_repository).unwrap_or_else(|| "unknown commit".to_owned());
    let shown: String = if commit.contains(' ') { commit } else { commit.chars().take(SHOWN).collect() };
    println!("cargo:rustc-env=MAGLEV_COMMIT={shown}");
    println!("cargo:rustc-env=MAGLEV_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}

/// What HEAD is of the repository that these sources are the top of: a copy of them in another repository is not of its commits.
fn commit_of_repository() -> Option<String> {
    let git = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?).join("../../.git");
    let git = if git.is_dir() { git } else { folder_of_worktree(&git)? };
    // Branches are where the worktrees' common folder is.
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(folder) => git.join(folder.trim()),
        Err(_) => git.clone(),
    };
    let head = read_watched(&git.join("HEAD"))?;
    let Some(branch) = head.strip_prefix("ref: ") else { return as_commit(&head) };
    let own = common.join(branch);
    let commit = if own.exists() { read_watched(&own)? } else { packed(&common, branch)? };
    as_commit(&commit)
}

/// `.git` of a worktree is a file that says where its folder is.
fn folder_of_worktree(file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok()?;
    Some(file.parent()?.join(text.trim().strip_prefix("gitdir: ")?))
}

fn packed(common: &Path, branch: &str) -> Option<String> {
    let all = read_watched(&common.join("packed-refs"))?;
    // The next commit of the branch makes its own file, in the folder that holds its like.
    if let Some(folder) = common.join(branch).parent().filter(|folder| folder.is_dir()) {
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    let found = all.lines().find_map(|line| line.strip_suffix(branch)?.strip_suffix(' '));
    found.map(str::to_owned)
}

fn as_commit(text: &str) -> Option<String> {
    let is_commit = text.len() >= SHOWN && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| text.to_owned())
}

/// A file whose change is another commit's.
fn read_watched(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    println!("cargo:rerun-if-changed={}", path.display());
    Some(text.trim().to_owned())
}
