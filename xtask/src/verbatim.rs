//! How much of our Ruby and Rust stands word for word in somebody else's sources: every line here is to be ours. Says
//! nothing of code that was renamed or turned into another language; that is for a reader to see.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;

/// What is ours. Cases, examples and test programs are left out: they say what Rails is asked, in Rails' words.
const OURS: [&str; 3] = ["crates", "conformance/src", "xtask"];
const OUR_ENDINGS: [&str; 2] = ["rb", "rs"];
const THEIR_ENDINGS: [&str; 10] = ["rb", "rs", "rake", "erb", "tt", "ru", "py", "js", "c", "h"];

/// A line as short as this says nothing of where it is from.
const SHORT: usize = 12;

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let folders = arguments.values("--against")?;
    let above = arguments.value("--above")?.map_or(Ok(3.0), |above| above.parse::<f64>())?;
    let shows_lines = arguments.flag("--lines");
    let filter = arguments.words()?.join(" ");
    if folders.is_empty() {
        bail!("`--against DIR` says whose sources ours are held against");
    }
    let mut theirs = HashSet::new();
    for folder in &folders {
        for file in sources(Path::new(folder), &THEIR_ENDINGS)? {
            theirs.extend(telling_lines(&file)?);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands in a workspace")?;
    let mut found = Vec::new();
    for folder in OURS {
        for file in sources(&root.join(folder), &OUR_ENDINGS)? {
            let name = file.strip_prefix(root)?.display().to_string();
            if name.contains("/tests/") || !name.contains(&filter) {
                continue;
            }
            let lines = telling_lines(&file)?;
            let same: Vec<&String> = lines.iter().filter(|line| theirs.contains(*line)).collect();
            let share = share(same.len(), lines.len());
            if share > above {
                found.push((share, report(&name, &same, lines.len(), shows_lines)?));
            }
        }
    }
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    for (share, text) in &found {
        crate::print(&format!("{share:5.1} %  {text}"));
    }
    if !found.is_empty() {
        bail!("{} of our files have more than {above} % of their lines elsewhere too", found.len());
    }
    Ok(())
}

fn share(same: usize, all: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { 100.0 * number(same) / number(all) }
}

fn report(name: &str, same: &[&String], all: usize, shows_lines: bool) -> Result<String> {
    let mut text = format!("{name}: {} of {all} lines\n", same.len());
    for line in same.iter().filter(|_| shows_lines) {
        writeln!(text, "           {line}")?;
    }
    Ok(text)
}

/// The files below a folder whose names end so, but for what is built or fetched.
fn sources(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let skipped = matches!(entry.file_name().to_str(), Some("target" | "node_modules" | ".git") | None);
            if kind.is_dir() && !skipped {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|end| endings.iter().any(|one| end == *one)) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn telling_lines(file: &Path) -> Result<Vec<String>> {
    let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    Ok(String::from_utf8_lossy(&bytes).lines().filter_map(telling).collect())
}

/// The line with its white space folded, where it says enough: more than a word, and no comment.
fn telling(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    // An attribute of Rust begins as a comment of Ruby does; neither it nor the name of a library is anybody's.
    let nobodys = |first: &&str| first.starts_with('#') || first.starts_with("//") || *first == "require";
    if words.first().is_none_or(nobodys)
        || words.len() < 2 && words.iter().all(|word| word.chars().all(char::is_alphanumeric))
    {
        return None;
    }
    let folded = words.join(" ");
    (folded.chars().count() > SHORT).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_something() {
        assert_eq!(telling("    value  =  reader.call(1) "), Some("value = reader.call(1)".to_owned()));
        for line in [
            "",
            "end",
            "# a comment of some length",
            "  // and another one",
            "x = 1",
            "require \"bigdecimal\"",
            "NotImplementedError",
        ] {
            assert_eq!(telling(line), None, "{line}");
        }
    }

    #[test]
    fn shares_of_lines() {
        assert!((share(3, 12) - 25.0).abs() < f64::EPSILON);
        assert!(share(0, 0).abs() < f64::EPSILON);
    }
}
