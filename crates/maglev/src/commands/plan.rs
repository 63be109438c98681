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
use super::whole_file;
use crate::cli::args::plan::{Plan, PlanFormat};
use crate::exit::Exit;
use crate::teller::{Teller, plan};

/// Err: wrong usage or configuration.
pub(crate) fn run(arguments: &Plan, teller: &Teller) -> Result<Exit> {
    let options = arguments.options();
    if options.common.function.is_some() {
        bail!("`plan` plans for a database within reach; `--function` does not do it yet");
    }
    let mut context = Context::in_current_folder(teller.clone(), None)?;
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
    let stage = Rc::new(Stage::new(files));
    context.rehearsal = Some(Rc::clone(&stage) as _);
    let outcome = super::run(&arguments.request(common), &context)?;
    let text = plan::text(&stage.log(), outcome.stop.as_deref(), options.format, teller.printer());
    match &options.output {
        Some(path) => {
            use anyhow::Context as _;
            whole_file::write(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        }
        // What ended it before its beginning is all that there is to say.
        None if outcome.stop.is_some() && stage.log().parts.is_empty() && options.format == PlanFormat::Rails => {}
        None => teller.printer().data(&text),
    }
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}
