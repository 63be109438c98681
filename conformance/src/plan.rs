//! A case's commands, each planned before it runs: whether what is sent is what the plan has told, and where it is not, whether the
//! plan has said that it may be so.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::Case;
use crate::database::Scratch;
use crate::record::normalise;
use crate::replay::{arguments, diff, in_app};

/// How a migration's plan compares with its run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// The plan marks one of the statements that differ, or one before them.
    Marked(String),
    Unmarked(String),
}

/// What became of one migration, in a plan or a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub version: String,
    pub direction: String,
    /// Texts with their binds.
    pub statements: Vec<String>,
    /// Class and message.
    pub error: Option<String>,
    /// Which of the statements a plan has marked.
    pub uncertain: Vec<bool>,
}

/// The migrations of a command's events. `hide` takes out what no two runs share.
pub fn told(stdout: &[u8], hide: impl Fn(&str) -> String) -> Result<Vec<Told>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let mut all = Vec::new();
    for line in String::from_utf8_lossy(stdout).lines() {
        let event: Value = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
        if !matches!(event["event"].as_str(), Some("planned" | "migrated" | "failed")) {
            continue;
        }
        let statements = event["statements"].as_array().cloned().unwrap_or_default();
        let whole = |statement: &Value| {
            let binds = statement["binds"].as_array().map(|binds| format!("  {binds:?}")).unwrap_or_default();
            hide(&format!("{}{binds}", text(&statement["sql"])))
        };
        let error = &event["error"];
        all.push(Told {
            version: text(&event["version"]),
            direction: text(&event["direction"]),
            error: error.is_object().then(|| hide(&format!("{}: {}", text(&error["class"]), text(&error["message"])))),
            uncertain: statements.iter().map(|statement| statement["uncertain"].is_string()).collect(),
            statements: statements.iter().map(whole).collect(),
        });
    }
    Ok(all)
}

/// One migration's plan beside its run.
pub fn verdict(planned: &Told, ran: &Told) -> Verdict {
    if planned.statements == ran.statements && planned.error == ran.error {
        return Verdict::Same;
    }
    let lines = |told: &Told| {
        let error = told.error.iter().map(|error| format!("! {error}"));
        told.statements.iter().cloned().chain(error).flat_map(|line| [line, "\n".to_string()]).collect::<String>()
    };
    let first = planned.statements.iter().zip(&ran.statements).take_while(|(one, other)| one == other).count();
    let text = diff(&lines(ran), &lines(planned));
    let is_marked = planned.uncertain.iter().take(first + 1).any(|is_uncertain| *is_uncertain);
    if is_marked { Verdict::Marked(text) } else { Verdict::Unmarked(text) }
}

/// Every migration of a case, planned on the database as it stands before each command.
pub fn compare(case: &Case, scratch: &mut Scratch, maglev: &Path) -> Result<Vec<Verdict>> {
    let directory = tempfile::tempdir()?;
    case.write_to(directory.path())?;
    let database = if case.needs_new_database { scratch.renew()? } else { scratch.empty()? };
    let (url, name, folder) = (database.url(), database.name().to_string(), directory.path().display().to_string());
    let hide = |text: &str| normalise(&text.replace(&name, "{database}").replace(&folder, "{directory}"));
    let mut verdicts = Vec::new();
    for command in &case.run {
        let arguments = arguments(command)?;
        let run = |words: &[&str]| -> Result<Vec<Told>> {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
            let output = in_app(maglev, case, directory.path())
                .args(words)
                .args(case.implied_models.then_some("--implied-models"))
                .args(["--format", "json", "--database", &url, "--dir"])
                .arg(directory.path())
                .env("SOURCE_DATE_EPOCH", seconds.to_string())
                .output()
                .with_context(|| format!("cannot run `{}`", maglev.display()))?;
            told(&output.stdout, hide)
        };
        let plan: Vec<&str> = match arguments.split_first() {
            Some((&"migrate", rest)) => [&["plan"][..], rest].concat(),
            _ => [&["plan"][..], &arguments[..]].concat(),
        };
        let (planned, ran) = (run(&plan)?, run(&arguments)?);
        verdicts.extend(pair(&planned, &ran));
    }
    Ok(verdicts)
}

/// What was planned and did not run, and what ran unplanned, differs too.
pub fn pair(planned: &[Told], ran: &[Told]) -> Vec<Verdict> {
    let nothing = Told::default();
    let of = |told: &Told, all: &[Told]| {
        all.iter().find(|other| other.version == told.version && other.direction == told.direction).cloned()
    };
    let mut verdicts: Vec<Verdict> =
        ran.iter().map(|told| verdict(&of(told, planned).unwrap_or_default(), told)).collect();
    // A run ends where a migration fails; what is planned after a difference before it differs for that reason.
    let unplanned = planned.iter().filter(|told| of(told, ran).is_none());
    verdicts.extend(unplanned.map(|told| verdict(told, &nothing)));
    verdicts
}
