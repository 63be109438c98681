//! The floors as an SVG: each crate a house, each floor a band, and beside them what each floor imports of the lower ones.

use std::fmt::Write as _;

use super::house::House;

const WIDTH: usize = 860;
const MARGIN: usize = 20;
const BAND: usize = 640;
const BAND_HEIGHT: usize = 46;
const GAP: usize = 6;
const TITLE: usize = 34;
const LANE: usize = 22;
/// Characters of a line beside a floor's name.
const LINE: usize = 84;

pub(super) fn draw(houses: &[House]) -> String {
    let height = MARGIN + houses.iter().map(|house| height_of(house) + MARGIN).sum::<usize>();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n\
         <!-- Drawn by `cargo xtask floors` from what the sources import. -->\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#555\"/></marker></defs>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    let mut top = MARGIN;
    for house in houses {
        draw_house(&mut svg, house, top);
        top += height_of(house) + MARGIN;
    }
    svg.push_str("</svg>\n");
    svg
}

fn height_of(house: &House) -> usize {
    TITLE + house.plan.floors.len() * (BAND_HEIGHT + GAP)
}

/// The top of a floor's band; the highest floor comes first.
fn band_top(house: &House, top: usize, floor: usize) -> usize {
    top + TITLE + (house.plan.floors.len() - 1 - floor) * (BAND_HEIGHT + GAP)
}

fn draw_house(svg: &mut String, house: &House, top: usize) {
    let knows = match house.knows.split_last() {
        None => String::new(),
        Some((last, [])) => format!("knows {last}"),
        Some((last, others)) => format!("knows {} and {last}", others.join(", ")),
    };
    text(svg, MARGIN, top + 20, "font-size=\"16\" font-weight=\"bold\"", house.plan.name);
    text(svg, MARGIN + 110, top + 20, "fill=\"#555\"", &knows);
    for (floor, (name, _)) in house.plan.floors.iter().enumerate() {
        draw_band(svg, band_top(house, top, floor), name, house.about(floor));
    }
    for (from, _) in house.plan.floors.iter().enumerate() {
        let lower: Vec<usize> =
            house.downward().iter().filter(|(floor, _)| *floor == from).map(|(_, to)| *to).collect();
        draw_lane(svg, house, top, from, &lower);
    }
}

fn draw_band(svg: &mut String, top: usize, name: &str, about: &str) {
    let _ = writeln!(
        svg,
        "<rect x=\"{MARGIN}\" y=\"{top}\" width=\"{BAND}\" height=\"{BAND_HEIGHT}\" rx=\"4\" fill=\"#eef3f8\" \
         stroke=\"#8aa4bd\"/>"
    );
    text(svg, MARGIN + 10, top + 28, "font-weight=\"bold\"", name);
    let lines = wrapped(about);
    let first = if lines.len() == 1 { top + 28 } else { top + 20 };
    for (index, line) in lines.iter().enumerate() {
        text(svg, MARGIN + 120, first + index * 16, "font-size=\"11\"", line);
    }
}

/// From a floor down, with a tip at each that it imports.
fn draw_lane(svg: &mut String, house: &House, top: usize, from: usize, lower: &[usize]) {
    let Some(lowest) = lower.iter().min() else { return };
    let right = MARGIN + BAND;
    let lane = right + LANE + (house.plan.floors.len() - from) * LANE;
    let start = band_top(house, top, from) + BAND_HEIGHT / 2 - 6;
    let end = |floor: usize| band_top(house, top, floor) + BAND_HEIGHT / 2 + 6;
    let _ = writeln!(svg, "<path d=\"M{right} {start}H{lane}V{}\" fill=\"none\" stroke=\"#555\"/>", end(*lowest));
    for &floor in lower {
        let _ = writeln!(
            svg,
            "<path d=\"M{lane} {0}H{1}\" stroke=\"#555\" marker-end=\"url(#tip)\"/>",
            end(floor),
            right + 2
        );
    }
}

fn text(svg: &mut String, x: usize, y: usize, style: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" {style}>{text}</text>");
}

/// Two lines at most; the rest stands in the file.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.replace('`', "").split_whitespace() {
        let is_full = lines.last().is_some_and(|line| line.len() + word.len() >= LINE);
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    if lines.len() > 2 {
        lines.truncate(2);
        lines[1].push_str(" ...");
    }
    lines
}
