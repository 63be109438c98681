//! An EXPLAIN's answer drawn as psql draws it: postgresql/explain_pretty_printer.rb.

use crate::QueryResult;

/// The table that psql draws.
pub fn pretty_print(result: &QueryResult) -> String {
    let header = result.columns.first().map_or("", String::as_str);
    let plan: Vec<String> = result.rows.iter().filter_map(|row| row.first()).map(crate::Arg::to_s).collect();
    let lengths = plan.iter().map(|line| line.chars().count());
    let width = lengths.chain([header.chars().count()]).max().unwrap_or(0) + 2;

    let label = if plan.len() == 1 { "row" } else { "rows" };
    let mut drawn = format!("{}\n{}\n", format!("{header:^width$}").trim_end(), "-".repeat(width));
    for line in &plan {
        drawn.push_str(&format!(" {line}\n"));
    }
    drawn + &format!("({} {label})\n", plan.len())
}
