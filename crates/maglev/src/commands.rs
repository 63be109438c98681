//! The commands, one file each, and what they share. They return what they did and read; telling of it is the teller's, the exit
//! code main's.

pub(crate) mod cancel;
mod carry_out;
pub(crate) mod check;
#[cfg(feature = "comparison")]
pub(crate) mod comparison;
pub(crate) mod context;
pub(crate) mod database_tasks;
pub(crate) mod drift;
#[cfg(feature = "manual")]
pub(crate) mod manual;
mod migrate;
pub(crate) mod outcome;
mod parallel_tests;
mod pending;
#[cfg(feature = "plan")]
pub(crate) mod plan;
mod progress;
mod redo;
pub(crate) mod rehearsal;
mod rollback;
mod run_one;
pub(crate) mod schema_cache;
pub(crate) mod schema_dump;
pub(crate) mod schema_file;
pub(crate) mod schema_load;
pub(crate) mod schema_merge;
mod session;
pub(crate) mod setup;
pub(crate) mod statement_log;
mod status;
pub(crate) mod stop;
pub(crate) mod tasks;
mod version;
pub(crate) mod whole_file;

use activerecord::world::Direction;
use anyhow::{Result, bail};

use crate::config::Targets;
use crate::request::{Common, Request};
use context::Context;
use outcome::{Outcome, Reading};
use session::{Session, Step};

/// Runs a command that works on databases. Err: wrong usage or configuration; nothing ran.
pub(crate) fn run(request: &Request, context: &Context) -> Result<Outcome> {
    let mut readings = Vec::new();
    let done = match request {
        Request::Migrate(arguments) => migrate::run(arguments, context)?,
        Request::Rollback(arguments) => rollback::run(arguments, context)?,
        Request::Up(arguments) => run_one::run(arguments, Direction::Up, context)?,
        Request::Down(arguments) => run_one::run(arguments, Direction::Down, context)?,
        Request::Redo(arguments) => redo::run(arguments, context)?,
        Request::Load(load) => schema_load::into_empty(load, context)?,
        Request::Create(_) => tasks::create_each(request.common(), context)?,
        Request::Prepare(_) => setup::prepare_each(request.common(), request.running(), context)?,
        Request::Status(_) => read(request, context, &mut readings, |session| status::of(session).map(Some))?,
        Request::Version(_) => read(request, context, &mut readings, |session| version::of(session).map(Some))?,
        Request::Pending(_) => read(request, context, &mut readings, |session| pending::of(session).map(Some))?,
        Request::Cancel(_) => read(request, context, &mut readings, |session| cancel::of(session).map(Some))?,
        Request::FunctionVersion(_) => {
            bail!("`function-version` asks a function: name it with --function, or in MAGLEV_FUNCTION")
        }
        // Of a context that sends nothing (plan.rs), where there is one.
        Request::Plan(_) => bail!("this Maglev was built without the cargo feature `plan`"),
        Request::Dump(dump) => {
            let wanted = schema_dump::wanted_version(dump.rails.as_deref())?;
            read(request, context, &mut readings, |session| schema_dump::answer(session, dump, wanted))?
        }
    };
    Ok(Outcome { account: context.teller.account().clone(), readings, stop: done.err() })
}

/// Asks every database, until one of them does not answer.
fn read(
    request: &Request,
    context: &Context,
    readings: &mut Vec<Reading>,
    ask: impl Fn(&mut Session) -> Step<Option<Reading>>,
) -> Result<Step> {
    let common: &Common = request.common();
    let Targets { environment, targets } = context.targets(common)?;
    for target in targets {
        let asked = Session::open(context, &environment, target, common, request.running())
            .and_then(|mut session| ask(&mut session));
        match asked {
            Ok(reading) => readings.extend(reading),
            Err(stop) => return Ok(Err(stop)),
        }
        // Rails aborts where no version was ever recorded.
        if let Some(Reading::Status { rows: None, .. }) = readings.last() {
            break;
        }
    }
    Ok(Ok(()))
}
