//! The files of an app as one archive: packed by the caller, unpacked by the function into memory, under limits.
//! Nothing of it is ever written to disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use ruby::{Entry, Sight};
use thiserror::Error;

/// As an archive of a whole history with its views is a tenth of this, more is an attack or a mistake.
const MAX_ARCHIVE: usize = 32 << 20;
/// Of all files together, unpacked; a function has 128 MB.
const MAX_EXPANDED: u64 = 32 << 20;
const MAX_ENTRIES: usize = 20_000;
const MAX_PATH: usize = 400;
/// zstd's window, as a power of two: what an archive may make the decoder allocate.
const MAX_WINDOW_LOG: u32 = 23;
/// Two blocks of zeros end a tar archive.
const END_OF_ARCHIVE: usize = 1024;
const COMPRESSION_LEVEL: i32 = 12;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

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

    /// Reads a tar archive, plain or compressed by gzip or zstd.
    pub(crate) fn unpack(archive: &[u8]) -> Result<Self, BundleError> {
        if archive.len() > MAX_ARCHIVE {
            return Err(BundleError::TooLarge(archive.len()));
        }
        if archive.starts_with(&ZSTD_MAGIC) {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(archive)?;
            decoder.window_log_max(MAX_WINDOW_LOG)?;
            Self::read_tar(decoder)
        } else if archive.starts_with(&GZIP_MAGIC) {
            Self::read_tar(GzDecoder::new(archive))
        } else {
            Self::read_tar(archive)
        }
    }

    fn read_tar(reader: impl Read) -> Result<Self, BundleError> {
        // Headers and padding count too: an archive of nothing but headers must end as well.
        let mut bounded = Bounded { inner: reader, left: 2 * MAX_EXPANDED, exceeded: false, zeros: 0 };
        let read = Self::read_entries(&mut bounded).and_then(|bundle| {
            // The rest too, for a checksum comes last.
            std::io::copy(&mut bounded, &mut std::io::sink())?;
            if bounded.zeros < END_OF_ARCHIVE { Err(BundleError::CutOff) } else { Ok(bundle) }
        });
        if bounded.exceeded { Err(BundleError::TooLargeExpanded) } else { read }
    }

    fn read_entries(reader: &mut impl Read) -> Result<Self, BundleError> {
        let mut bundle = Self::new();
        let mut archive = tar::Archive::new(reader);
        for (index, entry) in archive.entries()?.enumerate() {
            if index >= MAX_ENTRIES {
                return Err(BundleError::TooManyEntries);
            }
            let mut entry = entry?;
            let bytes = entry.path_bytes().into_owned();
            let name = String::from_utf8(bytes)
                .map_err(|error| BundleError::BadName(shown(&String::from_utf8_lossy(error.as_bytes()))))?;
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                continue;
            }
            if !kind.is_file() {
                return Err(BundleError::NotAFile(shown(&name)));
            }
            if bundle.expanded.saturating_add(entry.size()) > MAX_EXPANDED {
                return Err(BundleError::TooLargeExpanded);
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            bundle.insert(&name, content)?;
        }
        Ok(bundle)
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

    /// A tar archive compressed by zstd: the same bytes for the same files.
    pub(crate) fn pack(&self) -> std::io::Result<Vec<u8>> {
        let encoder = zstd::stream::write::Encoder::new(Vec::new(), COMPRESSION_LEVEL)?;
        let mut archive = tar::Builder::new(encoder);
        let shown = self.shown.as_ref().map(|shown| (SHOWN, shown.to_text().into_bytes()));
        let shown = shown.iter().map(|(path, content)| (*path, content.as_slice()));
        for (path, content) in self.files().chain(shown) {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, path, content)?;
        }
        archive.into_inner()?.finish()
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

/// Ends a stream that gives more than it may, and knows how many zero bytes came last.
struct Bounded<R> {
    inner: R,
    left: u64,
    exceeded: bool,
    zeros: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.exceeded = true;
                return Err(std::io::Error::other("too large"));
            }
        }
        let zeros = buffer[..read].iter().rev().take_while(|&&byte| byte == 0).count();
        self.zeros = if zeros == read { self.zeros + zeros } else { zeros };
        Ok(read)
    }
}

/// A name as a message shows it: an attacker's may be as long as the archive.
fn shown(name: &str) -> String {
    const MOST: usize = 100;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar_of(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, kind, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            // `set_path` itself refuses what an attacker would write.
            let field = &mut header.as_old_mut().name;
            field[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            archive.append(&header, *content).unwrap();
        }
        archive.into_inner().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut bundle = Bundle::new();
        bundle.insert("db/migrate/1_a.rb", b"a".to_vec()).unwrap();
        bundle.insert("./db/views/b_v01.sql", b"b".to_vec()).unwrap();
        let packed = bundle.pack().unwrap();
        assert_eq!(packed, bundle.pack().unwrap());
        let files: Vec<_> = Bundle::unpack(&packed).unwrap().files.into_iter().collect();
        assert_eq!(
            files,
            [("db/migrate/1_a.rb".to_owned(), b"a".to_vec()), ("db/views/b_v01.sql".to_owned(), b"b".to_vec())]
        );
    }

    #[test]
    fn hostile_archives_are_refused() {
        use tar::EntryType::{Link, Regular, Symlink};
        let check = |entries: &[(&str, tar::EntryType, &[u8])], expected: &str| {
            let error = Bundle::unpack(&tar_of(entries)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(&[("../x.rb", Regular, b"")], "not accepted: \"../x.rb\"");
        check(&[("/etc/x.rb", Regular, b"")], "not accepted");
        check(&[("db/../../x.rb", Regular, b"")], "not accepted");
        check(&[("db/link", Symlink, b"")], "neither a file nor a folder");
        check(&[("db/link", Link, b"")], "neither a file nor a folder");
        check(&[("db/a", Regular, b""), ("./db/a", Regular, b"")], "two entries");
        let entries = vec![("db", tar::EntryType::Directory, &b""[..]); MAX_ENTRIES + 1];
        check(&entries, "more than 20000 entries");
    }

    #[test]
    fn what_is_cut_off_or_changed_is_refused() {
        let archive = tar_of(&[("db/a", tar::EntryType::Regular, b"a"), ("db/b", tar::EntryType::Regular, b"b")]);
        assert!(matches!(Bundle::unpack(&archive[..1024]), Err(BundleError::CutOff)));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, &archive).unwrap();
        let mut packed = packed.finish().unwrap();
        assert!(Bundle::unpack(&packed).is_ok());
        let checksum = packed.len() - 8;
        packed[checksum] ^= 1;
        assert!(matches!(Bundle::unpack(&packed), Err(BundleError::Unreadable(_))));
        let name = format!("../{}", "x".repeat(1000));
        assert!(Bundle::new().insert(&name, Vec::new()).unwrap_err().to_string().len() < 200);
    }

    #[test]
    fn a_bomb_does_not_expand() {
        let mut archive = tar::Builder::new(zstd::stream::write::Encoder::new(Vec::new(), 19).unwrap());
        let mut header = tar::Header::new_gnu();
        header.set_size(MAX_EXPANDED + 1);
        archive.append_data(&mut header, "db/a", std::io::repeat(0).take(MAX_EXPANDED + 1)).unwrap();
        let bomb = archive.into_inner().unwrap().finish().unwrap();
        assert!(bomb.len() < 64 << 10);
        assert!(matches!(Bundle::unpack(&bomb), Err(BundleError::TooLargeExpanded)));
        assert!(Bundle::unpack(&bomb[..bomb.len() / 2]).is_err());
        assert!(matches!(Bundle::unpack(&vec![0; MAX_ARCHIVE + 1]), Err(BundleError::TooLarge(_))));
    }
}
