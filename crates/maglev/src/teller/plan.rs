//! A plan in words, as SQL, as events: what was planned as a text, the same each time.

mod folded;
mod github;
mod json;
mod markdown;
mod rails;
mod sql;

use crate::commands::plan::log::Log;
use crate::commands::stop::Stop;
use crate::printer::Printer;
use crate::request::planning::PlanFormat;

/// The whole plan, in one of its forms. `stop`: what ended it before its end.
pub(crate) fn text(log: &Log, stop: Option<&Stop>, format: PlanFormat, printer: &Printer) -> String {
    match format {
        PlanFormat::Sql => sql::text(log),
        PlanFormat::Markdown => markdown::text(log, stop),
        PlanFormat::Github => github::text(log, stop),
        PlanFormat::Rails => rails::text(log, printer),
        PlanFormat::Json => json::text(log),
    }
}
