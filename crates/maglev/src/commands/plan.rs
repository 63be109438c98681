//! `plan`: what a command would send, and nothing is sent. It is the command's own run, with a gate that records and a schema that
//! knows what was planned (`adapters::memory::planner`).

mod live;
pub(crate) mod log;
mod stage;

use std::rc::Rc;

use anyhow::{Result, bail};

use self::stage::Stage;
use super::context::Context;
use super::whole_file;
use crate::cli::args::plan::Plan;
use crate::exit::Exit;
use crate::teller::{Teller, plan};

/// Err: wrong usage or configuration.
pub(crate) fn run(arguments: &Plan, teller: &Teller) -> Result<Exit> {
    let options = arguments.options();
    if options.common.function.is_some() {
        bail!("`plan` plans for a database within reach; `--function` does not do it yet");
    }
    let mut context = Context::in_current_folder(teller.clone(), None)?;
    let stage = Rc::new(Stage::new());
    context.rehearsal = Some(Rc::clone(&stage) as _);
    let outcome = super::run(&arguments.request(), &context)?;
    let text = plan::text(&stage.log(), options.format, teller.printer());
    match &options.output {
        Some(path) => {
            use anyhow::Context as _;
            whole_file::write(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
        }
        // What ended it before its beginning is all that there is to say.
        None if outcome.stop.is_some() && stage.log().parts.is_empty() => {}
        None => teller.printer().data(&text),
    }
    teller.conclude(&outcome);
    Ok(Exit::from(&outcome))
}
