//! What git knows of a revision: its files, without a checkout.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::stop::Why;

/// A revision of the repository that a folder is in.
pub(super) struct Revision {
    root: PathBuf,
    name: String,
}

impl Revision {
    /// Err: there is no git, no repository, or no such revision, and what to do about it.
    pub(super) fn find(root: &Path, name: &str) -> Result<Self, Why> {
        let revision = Self { root: root.to_owned(), name: name.to_owned() };
        if revision.ask(&["rev-parse", "--git-dir"])?.is_none() {
            return Err(unusable(
                "`--base` asks git, and this folder is in no git repository; `--schema` plans without one",
            ));
        }
        // What begins with a dash is an option of git's.
        let commit = format!("{name}^{{commit}}");
        let is_there =
            !name.starts_with('-') && revision.ask(&["rev-parse", "--verify", "--quiet", &commit])?.is_some();
        if is_there {
            return Ok(revision);
        }
        let is_shallow =
            revision.ask(&["rev-parse", "--is-shallow-repository"])?.is_some_and(|text| text.trim_ascii() == b"true");
        Err(if is_shallow {
            let branch = name.strip_prefix("origin/").unwrap_or(name);
            unusable(&format!(
                "this clone is shallow and has no revision `{name}`: fetch it with `git fetch --depth=1 origin \
                 +{branch}:refs/remotes/origin/{branch}`, or clone with the whole history (`fetch-depth: 0` of actions/checkout)"
            ))
        } else {
            unusable(&format!("there is no revision `{name}` here; `git fetch` may bring it"))
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A file as it was, by its path from the app's root.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Why> {
        self.ask(&["show", &format!("{}:./{}", self.name, path.display())])
    }

    /// The files below some folders, by their paths from the app's root.
    pub(super) fn files(&self, folders: &[PathBuf]) -> Result<Vec<String>, Why> {
        let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        let mut arguments = vec!["ls-tree", "-r", "-z", "--name-only", &self.name, "--"];
        arguments.extend(folders.iter().map(String::as_str));
        let listed = self.ask(&arguments)?.unwrap_or_default();
        let paths = listed.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
    }

    /// What git says; none where it has nothing to say.
    fn ask(&self, arguments: &[&str]) -> Result<Option<Vec<u8>>, Why> {
        let output = Command::new("git").args(arguments).current_dir(&self.root).stdin(Stdio::null()).output();
        let output = output.map_err(|error| unusable(&format!("`--base` asks git, which cannot be run: {error}")))?;
        Ok(output.status.success().then_some(output.stdout))
    }
}

fn unusable(message: &str) -> Why {
    Why::Unusable(message.to_owned())
}
