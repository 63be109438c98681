//! A plan in words, as SQL, as events: what was planned as a text, the same each time.

mod folded;
mod json;
mod rails;

use crate::cli::args::plan::PlanFormat;
use crate::commands::plan::log::Log;
use crate::printer::Printer;

/// The whole plan, in one of its forms.
pub(crate) fn text(log: &Log, format: PlanFormat, printer: &Printer) -> String {
    match format {
        PlanFormat::Rails => rails::text(log, printer),
        PlanFormat::Json => json::text(log),
    }
}
