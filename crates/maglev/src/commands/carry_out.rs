//! A plan is carried out: checked as a whole first, then run, one migration after another.

use std::collections::BTreeSet;
use std::rc::Rc;

use activerecord::check::refusals::Refused;
use activerecord::migrator::{self, Error, Plan, Run};

use super::cancel::Mark;
use super::progress::{Cancelled, Reporter};
use super::session::{Session, Step};
use super::stop::{Failing, Stop, Why};

/// A plan, and the versions that are recorded when it begins.
pub(crate) type Planned<'p> = (&'p Plan, BTreeSet<u128>);

/// Checks what plans will run one after another, and refuses them as a whole where something is certain to be missing.
pub(crate) fn check(session: &Session, plans: &[Planned<'_>]) -> Step {
    if session.running.no_check {
        return Ok(());
    }
    let mut all: Vec<Refused> = Vec::new();
    for (plan, recorded) in plans {
        let runnable = plan.runnable(recorded).map_err(|error| session.stop(error))?;
        for refused in session.engine.refusals(&runnable, plan.direction, &*session.files, &*session.app) {
            match all.iter_mut().find(|other| other.migration.filename == refused.migration.filename) {
                Some(Refused { reasons: known, .. }) => {
                    let more: Vec<_> = refused.reasons.into_iter().filter(|reason| !known.contains(reason)).collect();
                    known.extend(more);
                }
                None => all.push(refused),
            }
        }
    }
    if all.is_empty() { Ok(()) } else { Err(session.stop(Why::Refused(all))) }
}

/// Checks a plan and carries it out. Answers how many migrations ran.
pub(crate) fn carry_out(session: &mut Session, plan: &Plan) -> Step<usize> {
    migrator::validate(&plan.migrations).map_err(|error| session.stop(error))?;
    if !session.running.no_check {
        let recorded = session.recorded()?.clone();
        check(session, &[(plan, recorded)])?;
    }
    run(session, plan, migrator::migrate)
}

/// Runs a plan by `migrate`, which is the migrator's but where histories are compared.
pub(super) fn run(
    session: &mut Session,
    plan: &Plan,
    migrate: impl FnOnce(&Plan, &mut Run<'_>) -> Result<usize, Error>,
) -> Step<usize> {
    let spinner = session.teller.spinner();
    let canceller = session.adapter.borrow().canceller();
    let watch = session.deadline.as_ref().zip(canceller).map(|(deadline, canceller)| deadline.watch(canceller));
    let mut reporter = Reporter::new(session);
    let mut run = Run {
        adapter: Rc::clone(&session.adapter),
        engine: &mut *session.engine,
        files: &*session.files,
        environment: &session.environment,
        progress: &mut reporter,
        recorded: None,
    };
    let outcome = migrate(plan, &mut run);
    let recorded = run.recorded.take();
    drop(watch);
    let cancelled = outcome.as_ref().err().and_then(|error| reporter.take_cancelled(error));
    drop(spinner);
    let is_touched = session.statements.take_touches_versions();
    session.set_recorded(recorded.filter(|_| !is_touched));
    let is_late =
        reporter.is_cut_short() || session.deadline.as_ref().is_some_and(|d| d.is_postponed() || d.is_expired());
    if let Some(Cancelled { mark: Mark { at, recorded }, is_unsure }) = cancelled {
        let left: Vec<_> = plan.runnable(&recorded).unwrap_or_default().into_iter().cloned().collect();
        session.teller.set_pending(session.pending(&recorded).count());
        return Err(session.stop(Why::Cancelled { at, left, is_unsure }));
    }
    match outcome {
        Ok(count) if !is_late => Ok(count),
        Ok(_) => Err(late(session, plan, None)),
        Err(Error::Exited(count)) => {
            session.finish(count)?;
            Err(session.stop(Why::Exited))
        }
        Err(error) if error.is_lost_connection() => Err(session.stop(why(error))),
        Err(error) if is_late => Err(late(session, plan, Some(why(error)))),
        Err(error) => {
            count_pending(session);
            Err(session.stop(why(error)))
        }
    }
}

fn why(error: Error) -> Why {
    match error {
        Error::Failed(failure) if failure.error.is_lost_connection() => Why::Failed(Failing::Lost),
        Error::Failed(failure) if failure.error.is_kept_out() => Why::Failed(Failing::KeptOut),
        Error::Failed(_) => Why::Failed(Failing::Plainly),
        Error::Exited(_) => Why::Exited,
        Error::Migration(error) => error.into(),
        Error::Database(error) => error.into(),
    }
}

/// Time was up.
fn late(session: &mut Session, plan: &Plan, then: Option<Why>) -> Box<Stop> {
    let recorded = session.try_recorded();
    let left = recorded.as_ref().and_then(|recorded| plan.runnable(recorded).ok()).unwrap_or_default();
    let left = left.into_iter().cloned().collect();
    count_pending(session);
    session.stop(Why::Late { left, then: then.map(Box::new) })
}

/// For the last event, which tells how many are pending.
fn count_pending(session: &mut Session) {
    if session.teller.counts()
        && let Some(recorded) = session.try_recorded()
    {
        session.teller.set_pending(session.pending(&recorded).count());
    }
}
