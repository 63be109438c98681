//! A case's commands, each planned before it runs: whether what is sent is what the plan has told, and where it is not, whether the
//! plan has said that it may be so.

use std::collections::{BTreeMap, BTreeSet};
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
    /// Which of the statements a plan has marked, and at the end whether it has marked the failure.
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
            uncertain: statements.iter().chain([error]).map(|told| told["uncertain"].is_string()).collect(),
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
    // What is taken back for a failure that is marked is no more certain than that.
    let fails = planned.error.is_some() && first + 1 >= planned.statements.len();
    let is_marked = planned.uncertain.iter().take(first + 1 + usize::from(fails)).any(|is_uncertain| *is_uncertain);
    if is_marked { Verdict::Marked(text) } else { Verdict::Unmarked(text) }
}

/// Whether a statement writes or locks, as its words tell: a plan's session has none to send.
pub fn writes_or_locks(sql: &str) -> bool {
    let lower = without_quoted(sql).to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| c != '_' && !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let asks = matches!(words.first(), Some(&("select" | "show" | "set" | "pragma" | "with")));
    let changes = |word: &&str| {
        ["nextval", "setval", "into", "global", "get_lock", "release_lock"].contains(word)
            || word.starts_with("pg_advisory")
            || word.starts_with("pg_try_advisory")
    };
    let locks = words.windows(2).any(|pair| pair[0] == "for" && ["update", "share"].contains(&pair[1]));
    !asks || locks || words.iter().any(changes)
}

/// Names and texts in quotes are what a statement is about, and not what it does.
fn without_quoted(sql: &str) -> String {
    let mut quote = None;
    sql.chars()
        .filter(|character| match quote {
            Some(open) => {
                quote = (open != *character).then_some(open);
                false
            }
            None => {
                quote = matches!(character, '\'' | '"' | '`').then_some(*character);
                quote.is_none()
            }
        })
        .collect()
}

/// A schema.rb that was told before a migration ran, beside the one that it then is. `doubts`: what was said of it that is not
/// certain; a table in which the files differ has to be named there.
pub fn dump_verdict(told: &str, real: &str, doubts: &str) -> Verdict {
    if told == real {
        return Verdict::Same;
    }
    let text = diff(real, told);
    let (told, real) = (tables(told), tables(real));
    let names: BTreeSet<&&str> = told.keys().chain(real.keys()).collect();
    let differing = names.into_iter().filter(|name| told.get(**name) != real.get(**name));
    let is_named = |name: &&str| doubts.contains(&format!("`{name}`"));
    let is_marked = doubts.contains("everything since") || differing.copied().all(|name| is_named(&name));
    if is_marked { Verdict::Marked(text) } else { Verdict::Unmarked(text) }
}

/// The lines of a schema.rb by the table that they are of, which is none for what stands by itself.
fn tables(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut all = BTreeMap::<&str, Vec<&str>>::new();
    let mut within = None;
    for line in text.lines() {
        let named = |start: &str| line.strip_prefix(start)?.split('"').next();
        let begun = named("  create_table \"").or_else(|| named("  create_virtual_table \""));
        within = begun.or(within);
        let of = within.or_else(|| named("  add_foreign_key \"")).unwrap_or_default();
        all.entry(of).or_default().push(line);
        if line == "  end" || line.starts_with("  create_virtual_table") {
            within = None;
        }
    }
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_or_locks_is_known_by_its_words() {
        for sql in [
            "INSERT INTO a VALUES (1)",
            "SELECT * FROM a FOR UPDATE",
            "SELECT GET_LOCK('a', 0)",
            "select pg_try_advisory_lock(1)",
            "SELECT nextval('a')",
            "SET GLOBAL a = 1",
            "BEGIN",
        ] {
            assert!(writes_or_locks(sql), "{sql}");
        }
        for sql in ["SELECT 1", "SHOW KEYS FROM `a_locks`", "SELECT 'insert into', \"for\" FROM b", "SET NAMES utf8mb4"]
        {
            assert!(!writes_or_locks(sql), "{sql}");
        }
    }

    #[test]
    fn a_schema_file_is_told_apart_by_its_tables() {
        let real =
            "x do\n  create_table \"a\" do |t|\n    t.string \"b\"\n  end\n\n  create_table \"c\" do |t|\n  end\nend\n";
        let told = real.replace("string", "text");
        assert_eq!(dump_verdict(real, real, ""), Verdict::Same);
        assert!(matches!(dump_verdict(&told, real, "not certain in the file: `b` of `a`"), Verdict::Marked(_)));
        assert!(matches!(dump_verdict(&told, real, "not certain in the file: `b` of `c`"), Verdict::Unmarked(_)));
    }
}
