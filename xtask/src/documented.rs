//! How much of what other files see of a crate has a doc comment: functions, types, traits and constants that are `pub` in any
//! measure, tests left out. Whether a comment says anything is for its reader.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;

/// What may stand between `pub` and the word that says what it is.
const QUALIFIERS: [&str; 2] = ["async", "unsafe"];
const KINDS: [&str; 7] = ["fn", "struct", "enum", "trait", "type", "static", "const"];

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let least = arguments.value("--least")?.map_or(Ok(0), |least| least.parse()).context("`--least` is a number")?;
    let shows = arguments.flag("--list");
    let wanted = arguments.words()?;
    let mut low = Vec::new();
    for source in sources()? {
        let name = source.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        let found = Found::below(&source)?;
        let percent = (found.documented * 100).checked_div(found.items).unwrap_or(100);
        crate::print(&format!("{name}: {} of {}, {percent}%\n", found.documented, found.items));
        if shows {
            crate::print(&found.bare);
        }
        if percent < least {
            low.push(name);
        }
    }
    if !low.is_empty() {
        bail!("less than {least}% documented: {} (`--list` shows what is not)", low.join(", "));
    }
    Ok(())
}

/// The `src` folders of the workspace's crates.
fn sources() -> Result<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates = fs::read_dir(root.join("crates"))?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let all = crates.into_iter().chain([root.join("conformance"), root.join("xtask")]);
    let mut sources: Vec<_> = all.map(|folder| folder.join("src")).filter(|source| source.is_dir()).collect();
    sources.sort();
    Ok(sources)
}

#[derive(Default)]
struct Found {
    items: usize,
    documented: usize,
    /// Those without a comment, a line each.
    bare: String,
}

impl Found {
    fn below(folder: &Path) -> Result<Self> {
        let mut found = Self::default();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    found.read(&path, &fs::read_to_string(&path)?);
                }
            }
        }
        Ok(found)
    }

    fn read(&mut self, path: &Path, text: &str) {
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let mut has_comment = false;
        for (index, line) in code.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("///") {
                has_comment = true;
            } else if is_item(line) {
                self.items += 1;
                self.documented += usize::from(has_comment);
                if !has_comment {
                    let _ = writeln!(self.bare, "  {}:{}: {line}", path.display(), index + 1);
                }
                has_comment = false;
            } else if !line.starts_with('#') && !line.ends_with(")]") {
                // Attributes stand between a comment and its item.
                has_comment = false;
            }
        }
    }
}

/// Whether a line begins an item that other files see.
fn is_item(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("pub") else { return false };
    let rest = match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(')').map_or("", |(_, rest)| rest),
        None => rest,
    };
    if !rest.starts_with(' ') {
        return false;
    }
    rest.split_whitespace().find(|word| !QUALIFIERS.contains(word)).is_some_and(|word| KINDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_belong_to_the_item_below_them() {
        let mut found = Found::default();
        let code = "/// Said.\n#[must_use]\npub fn a() {}\npub(crate) const fn b() {}\n/// Said.\n\
                    pub(crate) const C: u8 = 1;\npub mod d;\npub use e::f;\n    pub field: u8,\npub(super) async fn g() {}\n\
                    fn h() {}\n#[cfg(test)]\nmod tests {\n    pub fn i() {}\n}\n";
        found.read(Path::new("x.rs"), code);
        assert_eq!((found.items, found.documented), (4, 2), "{}", found.bare);
    }
}
