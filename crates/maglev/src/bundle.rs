//! The files of an app in memory, under limits: packed by the caller and unpacked by the function (bundle/archive.rs). Nothing
//! of it is ever written to disk.

#[cfg(feature = "aws")]
mod archive;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use ruby::{Entry, Sight};
use thiserror::Error;

/// As an archive of a whole history with its views is a tenth of this, more is an attack or a mistake.
const MAX_ARCHIVE: usize = 32 << 20;
/// Of all files together, unpacked; a function has 128 MB.
const MAX_EXPANDED: u64 = 32 << 20;
const MAX_ENTRIES: usize = 20_000;
const MAX_PATH: usize = 400;

/// Files by their path below the app's root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
    expanded: u64,
    /// What the app's `config.generators` says, which no file of the bundle does.
    pub primary_key_type: Option<String>,
    /// What the app has besides, where the one who packed it said so.
    pub shown: Option<Shown>,
}

/// What a migration could see of the app where it was packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Folders and files by their paths, all of which could be read.
    areas: BTreeSet<String>,
    /// Files there that were not packed.
    left_out: BTreeSet<String>,
}

/// The file of an archive that has a [`Shown`]: a line each, `+` before an area, `-` before a file left out.
pub(crate) const SHOWN: &str = ".maglev/shown";

impl Shown {
    pub(crate) fn new(areas: impl IntoIterator<Item = String>, left_out: impl IntoIterator<Item = String>) -> Self {
        Self { areas: areas.into_iter().collect(), left_out: left_out.into_iter().collect() }
    }

    /// The files that were there and are not in the archive, by their paths.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(String::as_str)
    }

    fn has(&self, path: &str) -> bool {
        self.areas.iter().any(|area| is_at_or_below(path, area))
    }

    /// The text of [`SHOWN`].
    pub(crate) fn to_text(&self) -> String {
        let areas = self.areas.iter().map(|area| format!("+{area}\n"));
        areas.chain(self.left_out.iter().map(|path| format!("-{path}\n"))).collect()
    }

    fn parse(content: &[u8]) -> Self {
        let text = String::from_utf8_lossy(content);
        let with = |mark: char| text.lines().filter_map(move |line| line.strip_prefix(mark)).map(str::to_owned);
        Self::new(with('+'), with('-'))
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Why an archive is not accepted.
#[derive(Debug, Error)]
pub(crate) enum BundleError {
    #[error("the bundle has {0} bytes; at most {MAX_ARCHIVE} are accepted")]
    TooLarge(usize),
    #[error("the bundle expands to more than {MAX_EXPANDED} bytes")]
    TooLargeExpanded,
    #[error("the bundle has more than {MAX_ENTRIES} entries")]
    TooManyEntries,
    #[error("the bundle has an entry with a name that is not accepted: {0:?}")]
    BadName(String),
    #[error("the bundle has two entries named {0:?}")]
    Duplicate(String),
    #[error("the bundle has an entry that is neither a file nor a folder: {0:?}")]
    NotAFile(String),
    #[error("the bundle cannot be read: it is cut off")]
    CutOff,
    #[error("the bundle cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

impl Bundle {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a file; its name is relative and stays below the root.
    pub(crate) fn insert(&mut self, name: &str, content: Vec<u8>) -> Result<(), BundleError> {
        let name = accepted_name(name).ok_or_else(|| BundleError::BadName(shown(name)))?;
        if name == SHOWN {
            self.shown = Some(Shown::parse(&content));
            return Ok(());
        }
        self.expanded = self.expanded.saturating_add(content.len() as u64);
        if self.expanded > MAX_EXPANDED {
            return Err(BundleError::TooLargeExpanded);
        }
        if self.files.len() >= MAX_ENTRIES {
            return Err(BundleError::TooManyEntries);
        }
        if self.files.insert(name.clone(), content).is_some() {
            return Err(BundleError::Duplicate(shown(&name)));
        }
        Ok(())
    }

    /// A file's content.
    pub(crate) fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The paths of all files, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All files with their content, in the order of their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// What stands at a path, as far as is known: what was packed, and what the packer said besides.
    pub(crate) fn look(&self, path: &str) -> Sight {
        if self.files.contains_key(path) || self.shown.iter().any(|shown| shown.left_out.contains(path)) {
            return Sight::File;
        }
        let is_within = |known: &str| path.is_empty() || is_at_or_below(known, path);
        let shown = self.shown.iter().flat_map(|shown| shown.areas.iter().chain(&shown.left_out));
        if self.paths().chain(shown.map(String::as_str)).any(is_within) {
            return Sight::Folder;
        }
        match &self.shown {
            Some(shown) if shown.has(path) => Sight::Nothing,
            _ => Sight::Outside,
        }
    }

    /// What a folder has. None: that is not known.
    pub(crate) fn children(&self, path: &str) -> Option<Vec<Entry>> {
        let is_known = self.shown.as_ref().is_none_or(|shown| shown.has(path));
        if path.is_empty() || !is_known || self.look(path) != Sight::Folder {
            return None;
        }
        let all = self.paths().chain(self.shown.iter().flat_map(Shown::left_out));
        let below = all.filter_map(|known| known.strip_prefix(path)?.strip_prefix('/'));
        let mut entries: Vec<Entry> = below
            .map(|rest| match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
                None => Entry { name: rest.to_owned(), is_folder: false },
            })
            .collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries.dedup();
        Some(entries)
    }

    /// Keeps the files that `wanted` says.
    pub(crate) fn retain(&mut self, mut wanted: impl FnMut(&str) -> bool) {
        let shown = &mut self.shown;
        self.files.retain(|path, _| {
            let wanted = wanted(path);
            if let Some(shown) = shown.as_mut().filter(|_| !wanted) {
                shown.left_out.insert(path.clone());
            }
            wanted
        });
        self.expanded = self.files.values().map(|content| content.len() as u64).sum();
    }
}

/// A relative path of plain names, `./` left out.
fn accepted_name(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > MAX_PATH || name.chars().any(char::is_control) || name.contains('\\') {
        return None;
    }
    let mut parts = Vec::new();
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// A name as a message shows it: an attacker's may be as long as the archive.
fn shown(name: &str) -> String {
    const MOST: usize = 100;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST).chain(['…']).collect() }
}
