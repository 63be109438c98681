//! How long our functions and files are: half of them, nine of ten, and the longest. The sources are as rustfmt writes them, so a
//! function ends with the first brace that stands where its first line begins.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;

/// What may stand before `fn`.
const QUALIFIERS: [&str; 5] = ["pub", "const", "async", "unsafe", "extern"];

/// A function or a file, by how many lines it has.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    lines: usize,
    place: String,
}

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let most =
        arguments.value("--most")?.map(|most| most.parse::<usize>()).transpose().context("`--most` is a number")?;
    let shown = arguments.value("--show")?.map_or(Ok(0), |count| count.parse()).context("`--show` is a number")?;
    if let Some(word) = arguments.words()?.first() {
        bail!("unknown word `{word}`");
    }
    let (mut files, mut functions) = (Vec::new(), Vec::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in sources(&root)? {
        let source = fs::read_to_string(&path)?;
        let place = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        functions.extend(functions_of(&source, &place));
        files.push(Size { lines: source.lines().count(), place });
    }
    print("functions", &mut functions, shown);
    print("files", &mut files, shown);
    let long: Vec<_> = files.iter().filter(|file| most.is_some_and(|most| file.lines > most)).collect();
    if !long.is_empty() {
        let names: Vec<_> = long.iter().map(|file| format!("{} ({})", file.place, file.lines)).collect();
        bail!("too long, look for the second idea in it: {}", names.join(", "));
    }
    Ok(())
}

/// The files below the `src` folders of crates/.
fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let crates = fs::read_dir(root.join("crates"))?.map(|entry| Ok(entry?.path().join("src")));
    let mut folders = crates.collect::<Result<Vec<_>>>()?;
    folders.retain(|folder| folder.is_dir());
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn functions_of(source: &str, file: &str) -> Vec<Size> {
    let lines: Vec<&str> = source.lines().collect();
    let size = |(index, line): (usize, &&str)| {
        let indentation = &line[..line.len() - line.trim_start().len()];
        // A declaration in a trait has no body.
        if !is_function(line) || line.ends_with(';') {
            return None;
        }
        let ends = |line: &&str| {
            let Some(rest) = line.strip_prefix(indentation) else { return false };
            rest == "}" || (rest.starts_with(')') && rest.ends_with(';'))
        };
        let end = if line.ends_with('}') { index } else { index + 1 + lines[index + 1..].iter().position(ends)? };
        lines[end].ends_with('}').then(|| Size { lines: end - index + 1, place: format!("{file}:{}", index + 1) })
    };
    lines.iter().enumerate().filter_map(size).collect()
}

fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| {
        let word = word.split('(').next().unwrap_or_default();
        QUALIFIERS.contains(&word) || word.starts_with('"')
    });
    words.next() == Some("fn")
}

fn print(name: &str, sizes: &mut [Size], shown: usize) {
    sizes.sort();
    let at = |percent: usize| sizes.get(sizes.len() * percent / 100).map_or(0, |size| size.lines);
    let longest = sizes.last().map_or(0, |size| size.lines);
    crate::print(&format!("{name}: {}; p50 {}, p90 {}, longest {longest}\n", sizes.len(), at(50), at(90)));
    for size in sizes.iter().rev().take(shown) {
        crate::print(&format!("  {:4} {}\n", size.lines, size.place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_where_its_brace_does() {
        let source = "fn a() {}\n\nimpl B {\n    pub(crate) const fn b(\n        c: u8,\n    ) -> u8 {\n        if c { 1 }\n    }\n}\n\n\
                      trait D {\n    fn e(\n        &self,\n    );\n    fn f();\n}\n// fn g() {\n";
        let found: Vec<_> = functions_of(source, "x").into_iter().map(|size| (size.place, size.lines)).collect();
        assert_eq!(found, [("x:1".to_owned(), 1), ("x:4".to_owned(), 5)]);
    }
}
