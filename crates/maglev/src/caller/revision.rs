//! The app's git revision, for the function's audit: what the CI says, else what .git says. No git is run.

use std::fs;
use std::path::Path;

/// CI systems' names for it.
const VARIABLES: [&str; 3] = ["GITHUB_SHA", "CIRCLE_SHA1", "CI_COMMIT_SHA"];

pub fn current(root: &Path) -> Option<String> {
    VARIABLES.into_iter().find_map(crate::env_vars::get).or_else(|| of_repository(root))
}

fn of_repository(root: &Path) -> Option<String> {
    let git = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir())?;
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(name) = head.trim().strip_prefix("ref: ") else { return Some(head.trim().to_owned()) };
    if let Ok(revision) = fs::read_to_string(git.join(name)) {
        return Some(revision.trim().to_owned());
    }
    let packed = fs::read_to_string(git.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' ').map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_loose_packed_or_detached() {
        let app = tempfile::tempdir().unwrap();
        let git = app.path().join(".git");
        fs::create_dir_all(git.join("refs/heads")).unwrap();
        let check = |expected: Option<&str>| assert_eq!(of_repository(app.path()).as_deref(), expected);
        check(None);
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(git.join("packed-refs"), "# pack-refs\nabc refs/heads/main\n").unwrap();
        check(Some("abc"));
        fs::write(git.join("refs/heads/main"), "def\n").unwrap();
        check(Some("def"));
        fs::write(git.join("HEAD"), "012\n").unwrap();
        check(Some("012"));
    }
}
