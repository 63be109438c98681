//! An EXPLAIN's answer drawn as the mysql shell draws it: mysql/explain_pretty_printer.rb.

use std::time::Duration;

use crate::{Arg, QueryResult};

/// The table that MySQL's own client draws.
pub fn pretty_print(result: &QueryResult, elapsed: Duration) -> String {
    let widths: Vec<usize> = (0..result.columns.len()).map(|index| column_width(result, index)).collect();
    let separator = separator(&widths);
    let header: Vec<Arg> = result.columns.iter().map(Arg::str).collect();

    let mut lines = vec![separator.clone(), cells(&header, &widths), separator.clone()];
    lines.extend(result.rows.iter().map(|row| cells(row, &widths)));
    lines.push(separator);
    lines.push(footer(result.rows.len(), elapsed));
    lines.join("\n") + "\n"
}

fn column_width(result: &QueryResult, index: usize) -> usize {
    let values = result.rows.iter().filter_map(|row| row.get(index)).map(|value| text(value).chars().count());
    values.chain([result.columns[index].chars().count()]).max().unwrap_or(0)
}

fn separator(widths: &[usize]) -> String {
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    format!("+{}+", dashes.join("+"))
}

fn cells(row: &[Arg], widths: &[usize]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(value, &width)| match value {
            Arg::Int(_) | Arg::BigInt(_) | Arg::Float(_) | Arg::Decimal(_) => format!("{:>width$}", text(value)),
            _ => format!("{:width$}", text(value)),
        })
        .collect();
    format!("| {} |", cells.join(" | "))
}

fn text(value: &Arg) -> String {
    if value.is_nil() { "NULL".to_owned() } else { value.to_s() }
}

fn footer(rows: usize, elapsed: Duration) -> String {
    let label = if rows == 1 { "row" } else { "rows" };
    format!("{rows} {label} in set ({:.2} sec)", elapsed.as_secs_f64())
}
