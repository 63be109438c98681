//! `plan`: which command is planned, with its options, and the form that the plan has.

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{Common, Dumping, Migrate, One, Output, Redo, Request, Rollback, Running, is_default};

/// What is asked of whoever plans.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planning {
    #[serde(flatten)]
    pub common: Common,
    #[serde(flatten)]
    pub output: Output,
    #[serde(flatten)]
    pub running: Running,
    /// The command that is planned: `migrate`, `rollback`, `up`, `down` or `redo`, whose options may stand here.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Of,
    /// The plan's form: `rails`, `sql`, `json`, `markdown` or `github`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: PlanFormat,
    // Of the command that is planned.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub scope: Option<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub steps: Option<usize>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub version: Option<String>,
}

/// The command that is planned.
#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    #[default]
    Migrate,
    Rollback,
    Up,
    Down,
    Redo,
}

/// The form of a plan.
#[derive(ValueEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PlanFormat {
    /// What Rails prints, with the SQL below each line
    #[default]
    Rails,
    /// One JSON object a line
    Json,
    /// A script that can be run as it is
    Sql,
    /// For a pull request: a summary, and each migration folded
    Markdown,
    /// Annotations for GitHub's actions: what is refused, fails or is uncertain, at its file and line
    Github,
}

impl Planning {
    /// The command as it would be run.
    ///
    /// # Errors
    /// `up` and `down` are of one version.
    pub(crate) fn planned(&self) -> Result<Request> {
        let Self { common, output, running, to, scope, steps, version, .. } = self.clone();
        let dumping = Dumping { dump: false, no_dump: true };
        let steps = steps.unwrap_or(1);
        let one = |version: Option<String>| {
            let version = version.context("the plan of one migration needs the option `version`")?;
            Ok::<_, anyhow::Error>(One {
                common: self.common.clone(),
                output,
                running: self.running.clone(),
                dumping,
                version,
            })
        };
        Ok(match self.of {
            Of::Migrate => Request::Migrate(Migrate {
                common,
                output,
                running,
                dumping,
                to,
                scope,
                #[cfg(feature = "comparison")]
                comparison: crate::commands::comparison::Options::default(),
            }),
            Of::Rollback => Request::Rollback(Rollback { common, output, running, dumping, steps }),
            Of::Up => Request::Up(one(version)?),
            Of::Down => Request::Down(one(version)?),
            Of::Redo => Request::Redo(Redo { common, output, running, dumping, steps, version }),
        })
    }
}
