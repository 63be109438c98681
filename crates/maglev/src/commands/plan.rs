//! `plan`: what a command would send, and nothing is sent. It is the command's own run, with a gate that records and a schema that
//! knows what was planned (`adapters::memory::planner`).

pub(crate) mod dump;
mod git;
mod live;
pub(crate) mod log;
mod offline;
mod stage;

use std::rc::Rc;

use anyhow::{Result, bail};

use self::offline::Files;
use self::stage::Stage;
use super::context::Context;
use super::outcome::Outcome;
use super::whole_file;
use crate::cli::args::plan::Plan;
use crate::exit::Exit;
use crate::request::Request;
use crate::request::planning::{PlanFormat, Planning};
use crate::teller::{Teller, plan};

/// Err: wrong usage or configuration.
pub(crate) fn run(arguments: &Plan, teller: &Teller) -> Result<Exit> {
    let options = arguments.options();
    let context = Context::in_current_folder(teller.clone(), None)?;
    let mut common = options.common.clone();
    let files = if options.schema.is_some() || options.base.is_some() {
        let schema = options.schema.clone().flatten();
        let (server, base) = (options.server.as_deref(), options.base.clone());
        Some(Files::new(context.app.root(), server, schema, base, &mut common)?)
    } else if options.server.is_some() {
        bail!("`--server` is for a plan without a database: `--schema` or `--base`")
    } else {
        None
    };
    let Made { text, outcome } = make(&arguments.request(common)?, options.format, files, context)?;
    match &options.output {
        Some(path) => {
            use anyhow::Context as _;
            whole_file::write(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        }
        None => teller.printer().data(&text),
    }
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}

/// In a function, on its databases: the plan is told, and its outcome answered. Err: wrong usage.
pub(crate) fn answer(planning: &Planning, context: Context) -> Result<Outcome> {
    let teller = context.teller.clone();
    let Made { text, outcome } = make(&planning.planned()?, planning.form, None, context)?;
    teller.printer().data(&text);
    Ok(outcome)
}

/// A plan, and what came of the command that was planned.
struct Made {
    /// Empty where it ended before its beginning, and that is all that there is to say.
    text: String,
    outcome: Outcome,
}

fn make(request: &Request, form: PlanFormat, files: Option<Files>, mut context: Context) -> Result<Made> {
    let stage = Rc::new(Stage::new(files));
    context.rehearsal = Some(Rc::clone(&stage) as _);
    let outcome = super::run(request, &context)?;
    let log = stage.log();
    let is_empty = outcome.stop.is_some() && log.parts.is_empty() && form == PlanFormat::Rails;
    let told = || plan::text(&log, outcome.stop.as_deref(), form, context.teller.printer());
    let text = if is_empty { String::new() } else { told() };
    Ok(Made { text, outcome })
}
