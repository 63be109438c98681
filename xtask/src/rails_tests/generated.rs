//! The migrations that tests became.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::batch::Batch;
use super::groups::TestFile;
use crate::rails::Rails;

/// A line that `generate.rb` prints.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Test {
    pub file: String,
    #[serde(default)]
    pub class: String,
    #[serde(default)]
    pub test: String,
    /// Where its migration is, below the folder of all.
    #[serde(default)]
    pub directory: String,
    #[serde(default)]
    pub version: String,
    /// Why it is left out.
    pub left_out: Option<String>,
    /// Why its file has no tests.
    pub error: Option<String>,
    /// Where its file belongs.
    #[serde(skip)]
    pub group: &'static str,
}

pub(super) struct Generated {
    pub tests: Vec<Test>,
}

impl Generated {
    pub(super) fn make(rails: &Rails, url: &str, directory: &Path, files: &[TestFile], filter: &str) -> Result<Self> {
        let mut command = rails.script("rails_tests/generate.rb")?;
        command.arg(rails.source()).arg(url).arg(directory).args(files.iter().map(|file| &file.path));
        let output = command.output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut tests = Vec::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let mut test: Test = serde_json::from_str(line).with_context(|| format!("not a test: {line}"))?;
            test.group = files.iter().find(|file| file.path == test.file).map_or("", |file| file.group);
            if test.error.is_some() || test.name().contains(filter) {
                tests.push(test);
            }
        }
        Ok(Self { tests })
    }

    /// The tests of each class, without those that are left out.
    pub(super) fn batches(&self) -> Vec<Batch> {
        let mut batches: Vec<Batch> = Vec::new();
        for test in self.tests.iter().filter(|test| test.left_out.is_none() && test.error.is_none()) {
            match batches.iter_mut().find(|batch| batch.directory == test.directory) {
                Some(batch) => batch.tests.push(test.clone()),
                None => batches.push(Batch { directory: test.directory.clone(), tests: vec![test.clone()] }),
            }
        }
        // Those that take longest begin first.
        batches.sort_by_key(|batch| std::cmp::Reverse(batch.tests.len()));
        batches
    }
}

impl Test {
    pub(super) fn name(&self) -> String {
        format!("{} {}#{}", self.file, self.class, self.test)
    }

    /// Its migration's file, below the folder of all.
    pub(super) fn migration(&self) -> PathBuf {
        let number = self.version.trim_start_matches("2024").trim_start_matches('0');
        Path::new(&self.directory).join(format!("{}_rails_test{number}.rb", self.version))
    }
}
