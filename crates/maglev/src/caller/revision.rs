//! The app's git revision, for the function's audit: what the CI says, else what .git says. No git is run.

use std::path::Path;

use crate::app::folder::{AppFolder, Named};

/// CI systems' names for it.
const VARIABLES: [&str; 3] = ["GITHUB_SHA", "CIRCLE_SHA1", "CI_COMMIT_SHA"];

/// The commit that is checked out, hexadecimal; none where the folder is in no git repository.
pub(crate) fn current(root: &Path) -> Option<String> {
    VARIABLES.into_iter().find_map(crate::env_vars::get).or_else(|| of_repository(root))
}

fn of_repository(root: &Path) -> Option<String> {
    let git = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir())?;
    let git = AppFolder::new(git, Named::default());
    let read = |name: &str| String::from_utf8(git.setting(name).ok()?.to_vec()).ok();
    let head = read("HEAD")?;
    let Some(name) = head.trim().strip_prefix("ref: ") else { return revision(&head) };
    if let Some(text) = read(name) {
        return revision(&text);
    }
    let packed = read("packed-refs")?;
    packed.lines().find_map(|line| revision(line.strip_suffix(name)?.strip_suffix(' ')?))
}

/// What a file has, if that is the name of a commit: it is sent away.
fn revision(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hexadecimal && (1..=64).contains(&text.len())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        fs::write(git.join("HEAD"), "ref: ../secret\n").unwrap();
        fs::write(app.path().join("secret"), "0123\n").unwrap();
        check(None);
        fs::write(git.join("HEAD"), "ref: refs/heads/secret\n").unwrap();
        fs::write(git.join("refs/heads/secret"), "PASSWORD=1\n").unwrap();
        check(None);
    }
}
