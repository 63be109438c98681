//! The pages for people: what is said in two languages is said in both.

use std::path::{Path, PathBuf};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every page for people, but those of tests.
fn pages() -> Vec<PathBuf> {
    let folders = ["", "docs", "deploy"].map(|folder| repository().join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut pages: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

/// What of a page is the same in every language, each with its line's number.
fn skeleton(text: &str) -> Vec<(usize, String)> {
    let mut skeleton = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let mut keep = |part: String| skeleton.push((index + 1, part));
        let marks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) => {
                keep(line.to_owned());
                fence = Some(open).filter(|open| line != *open);
            }
            None if marks >= 3 => {
                keep(line.to_owned());
                fence = Some(&line[..marks]);
            }
            None if line.starts_with('#') => keep(line.chars().take_while(|&letter| letter == '#').collect()),
            None if line.starts_with('|') => keep(format!("a row of {} cells", line.matches(" |").count())),
            None if line.starts_with("- ") || line.starts_with("**") => keep("a point".to_owned()),
            None => {}
        }
    }
    skeleton
}

/// The commands and paths that stand in the middle of sentences, in any order.
fn inline(text: &str) -> Vec<String> {
    let sentences = text.lines().filter(|line| !line.starts_with("```"));
    let mut inline: Vec<_> = sentences.flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned)).collect();
    inline.sort();
    inline.dedup();
    inline
}

#[test]
fn translations_keep_step() {
    let pages = pages();
    let translated = pages.iter().filter(|path| path.to_str().unwrap().ends_with(".ja.md"));
    let mut count = 0;
    for path in translated {
        count += 1;
        let original = path.to_str().unwrap().replace(".ja.md", ".md");
        let [ours, theirs] = [&original, path.to_str().unwrap()].map(|path| std::fs::read_to_string(path).unwrap());
        let (ours_parts, theirs_parts) = (skeleton(&ours), skeleton(&theirs));
        for ((line, part), (other, translated)) in ours_parts.iter().zip(&theirs_parts) {
            assert_eq!(part, translated, "line {line} of {original} and line {other} of its translation");
        }
        assert_eq!(ours_parts.len(), theirs_parts.len(), "{original} and its translation end otherwise");
        assert_eq!(inline(&ours), inline(&theirs), "{original} and its translation name other things");
    }
    assert!(count > 0, "there is no translation");
}

/// A heading's name in an address, as GitHub makes it.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' '));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn headings(text: &str) -> Vec<String> {
    let mut in_code = false;
    let outside = text.lines().filter(|line| {
        in_code ^= line.starts_with("```");
        !in_code
    });
    outside.filter_map(|line| line.strip_prefix('#')).map(|line| slug(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut lost = String::new();
    let examples =
        ["deploy/terraform", "examples/ruby-migrator"].map(|folder| repository().join(folder).join("README.md"));
    for path in pages().into_iter().chain(examples) {
        let text = std::fs::read_to_string(&path).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.contains("://") && !link.contains(' ')) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let anchor = anchor.replace('\\', "");
            // terraform-docs writes anchors of its own.
            let named = format!("name=\"{anchor}\"");
            let has_anchor = |text: &str| headings(text).contains(&anchor) || text.contains(&named);
            let is_there = target.exists()
                && (anchor.is_empty() || std::fs::read_to_string(&target).is_ok_and(|text| has_anchor(&text)));
            if !is_there {
                lost += &format!("{}: {link}\n", path.display());
            }
        }
    }
    assert!(lost.is_empty(), "{lost}");
}
