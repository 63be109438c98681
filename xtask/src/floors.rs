//! The floors of our crates: which folder may know which, whether the sources keep to it, and a picture of it, drawn from
//! what they really import. A file knows its own floor and the lower ones.

mod house;
mod imports;
mod picture;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;
use house::{House, Plan};

/// Where the picture stands, from the workspace's root.
const PICTURE: &str = "docs/floors.svg";

/// The crates that have floors, lowest first. What stands beside the folders (lib.rs) is above all of them.
const PLANS: &[Plan] = &[
    Plan {
        name: "maglev",
        floors: &[
            ("base", &[]),
            // What a command does, and what is said of it, know each other.
            (
                "commands",
                &["commands", "cli::args", "config", "events", "exit", "host", "printer", "request", "teller"],
            ),
            ("doors", &["caller", "cli", "function", "fuzzing", "reference"]),
        ],
        about: &[
            ("base", "What both doors stand on: the app's files, bundles, AWS, signatures, deadlines."),
            (
                "commands",
                "The commands and the session that they share, what they are asked, and what is said of them.",
            ),
            ("doors", "The command line, the Lambda function, and the caller that asks one."),
        ],
        rest_is_lowest: true,
    },
    Plan {
        name: "activerecord",
        floors: &[
            ("ground", &["ground"]),
            ("connection", &["connection"]),
            ("models", &["models"]),
            ("migration", &["migration"]),
            ("gems", &["gems"]),
            ("run", &["run"]),
        ],
        about: &[(
            "migration",
            "Migrations: what they say, record, invert, and what earlier versions did differently.",
        )],
        rest_is_lowest: false,
    },
    Plan {
        name: "adapters",
        floors: &[
            ("ground", &["ground"]),
            ("types", &["types"]),
            ("abstract", &["abstract"]),
            ("databases", &["databases"]),
            ("memory", &["memory"]),
        ],
        about: &[],
        rest_is_lowest: false,
    },
    Plan {
        name: "ruby",
        floors: &[
            ("syntax", &["syntax"]),
            ("runtime", &["runtime"]),
            ("core", &["core"]),
            ("stdlib", &["stdlib"]),
            ("active_support", &["active_support"]),
        ],
        about: &[],
        rest_is_lowest: false,
    },
];

pub(crate) fn run(mut arguments: Arguments) -> Result<()> {
    let checks = arguments.flag("--check");
    if let Some(word) = arguments.words()?.first() {
        bail!("unknown word `{word}`");
    }
    let root = root()?;
    let houses = houses(&root)?;
    let upward: Vec<String> = houses.iter().flat_map(House::upward).collect();
    if !upward.is_empty() {
        bail!("imports of a higher floor:\n{}", upward.join("\n"));
    }
    let drawn = picture::draw(&houses);
    let path = root.join(PICTURE);
    if checks {
        if fs::read_to_string(&path).unwrap_or_default() != drawn {
            bail!("`{PICTURE}` is not what the sources import: run `cargo xtask floors`");
        }
        return Ok(());
    }
    fs::create_dir_all(path.parent().context("a file stands in a folder")?)?;
    fs::write(&path, drawn)?;
    for house in &houses {
        crate::print(&house.summary());
    }
    Ok(())
}

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands in a workspace")?;
    Ok(root.to_owned())
}

fn houses(root: &Path) -> Result<Vec<House>> {
    PLANS.iter().map(|plan| House::read(plan, &root.join("crates").join(plan.name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_import_goes_to_a_higher_floor() {
        let houses = houses(&root().unwrap()).unwrap();
        let upward: Vec<String> = houses.iter().flat_map(House::upward).collect();
        assert!(upward.is_empty(), "imports of a higher floor:\n{}", upward.join("\n"));
    }

    #[test]
    fn every_floor_has_files() {
        for house in houses(&root().unwrap()).unwrap() {
            for (index, (name, _)) in house.plan.floors.iter().enumerate() {
                assert!(house.files.iter().any(|file| file.floor == index), "{} has no `{name}`", house.plan.name);
            }
        }
    }
}
