//! A bundle as an archive: what crosses from the caller to the function.

use std::io::Read;

use flate2::read::GzDecoder;

use super::{Bundle, BundleError, MAX_ARCHIVE, MAX_ENTRIES, MAX_EXPANDED, SHOWN, shown};

/// zstd's window, as a power of two: what an archive may make the decoder allocate.
const MAX_WINDOW_LOG: u32 = 23;
/// Two blocks of zeros end a tar archive.
const END_OF_ARCHIVE: usize = 1024;
const COMPRESSION_LEVEL: i32 = 12;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

impl Bundle {
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
