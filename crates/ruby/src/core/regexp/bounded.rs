//! Searching within the budget. The engine can't be interrupted, and what it may need grows faster than the text where a
//! pattern looks around or refers back, or is long itself. Where there is a deadline, such a search runs on a thread of its
//! own that is left behind when time is up; it ends by itself.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use fancy_regex::Regex;

use super::{RegexpData, engine_error, translate};
use crate::core::convert;
use crate::runtime::exception::{AbortKind, Eval};
use crate::runtime::interpreter::Interpreter;

/// Start and end of each group, in bytes.
pub(super) type Groups = Vec<Option<(usize, usize)>>;

/// A text of so many bytes is short for any pattern.
const SHORT_TEXT: usize = 16 << 10;

/// So many places in the text times places in the pattern are looked at soon enough.
const SOON: usize = 8 << 20;

/// From there on, for as many steps as the run has left.
pub(super) fn search(
    interpreter: &mut Interpreter,
    data: &RegexpData,
    text: &str,
    start: usize,
) -> Eval<Option<Groups>> {
    let length = text.len() - start;
    let places = length.saturating_mul(data.source.len());
    convert::spend(interpreter, 1 + length / 64 + places / 1024)?;
    let is_long = places > SOON || length > SHORT_TEXT && !is_linear(data);
    let found = match interpreter.budget.until() {
        Some(until) if is_long => apart(&data.regex, text, start, until),
        _ => Some(groups(&data.regex, text, start)),
    };
    match found {
        Some(Ok(found)) => Ok(found),
        Some(Err(error)) => Err(engine_error(interpreter, &error)),
        None => {
            interpreter.budget.check_deadline().map_err(|kind| interpreter.abort(kind))?;
            Err(interpreter.abort(AbortKind::Deadline))
        }
    }
}

fn groups(regex: &Regex, text: &str, start: usize) -> Result<Option<Groups>, fancy_regex::Error> {
    let captures = regex.captures_from_pos(text, start)?;
    Ok(captures.map(|captures| captures.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect()))
}

/// None where it took too long.
fn apart(
    regex: &Arc<Regex>,
    text: &str,
    start: usize,
    until: Instant,
) -> Option<Result<Option<Groups>, fancy_regex::Error>> {
    let (regex, text) = (Arc::clone(regex), text.to_owned());
    let (answer, answered) = channel();
    let started = thread::Builder::new().name("regexp".to_owned()).spawn(move || {
        let _ = answer.send(groups(&regex, &text, start));
    });
    if started.is_err() {
        return None;
    }
    answered.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

/// Whether the pattern is one for the engine that never backtracks.
fn is_linear(data: &RegexpData) -> bool {
    *data.linear.get_or_init(|| {
        translate::translate(&data.source, data.options).is_ok_and(|pattern| regex::Regex::new(&pattern).is_ok())
    })
}
