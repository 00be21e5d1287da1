//! Charts as SVG for a page: columns, a line, and horizontal bars. Pure functions from data to markup, without scripts, styles and ids.
//!
//! Colours and fonts come from `charts.css`, by class, so that a chart follows the colour scheme. A drawing is as wide as a phone and
//! grows with its place. The page has a table of the same numbers beside it (WCAG 1.1.1).

mod numbers;
#[cfg(test)]
mod tests;

use serde::Serialize;
use tessera_core::kernel::unicode::is_invisible;

pub(crate) use numbers::grouped;
use numbers::{Tenths, ceiling, compact, part};

/// Width of every drawing.
const WIDTH: u64 = 360;
/// Height of columns and lines: the plot, with room for labels above and below it.
const HEIGHT: u64 = 150;
const TOP: u64 = 14;
const BOTTOM: u64 = 126;
/// Left end of the plot, beside the labels of the axis.
const LEFT: u64 = 38;
/// Height of a horizontal bar with its label. A link is easily hit.
const ROW: u64 = 42;
/// Number of characters that fit above a horizontal bar.
const ROOM: usize = 42;
/// Number of columns up to which each has a label.
const ALL_LABELLED: usize = 7;

/// The form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Vertical bars, for a few values in the order of time.
    Columns,
    /// A line, for many values in the order of time.
    Line,
    /// Horizontal bars with a label each. From the largest to the smallest, they are a funnel.
    Bars,
}

/// A value of a chart.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    /// What it is about.
    pub label: String,
    /// The value.
    pub value: u64,
    /// The value as text.
    pub text: String,
    /// What the value is a part of, if the bar has a scale of its own.
    pub of: Option<u64>,
    /// The list behind it. Only horizontal bars are links.
    pub url: Option<String>,
}

impl Mark {
    /// A value that is its own text.
    pub fn new(label: impl Into<String>, value: u64) -> Self {
        Self { label: label.into(), value, text: grouped(value), of: None, url: None }
    }
}

/// A chart.
#[derive(Debug, Clone, Serialize)]
pub struct Chart {
    /// Its form.
    pub shape: Shape,
    /// What it shows, for who cannot see it.
    pub name: String,
    /// Its values.
    pub marks: Vec<Mark>,
}

impl Chart {
    /// The drawing.
    pub fn svg(&self) -> String {
        let (height, drawing) = match self.shape {
            _ if self.marks.is_empty() => (40, text("value", Tenths(0), 26, "start", "Nothing to show")),
            Shape::Columns => (HEIGHT, self.columns()),
            Shape::Line => (HEIGHT, self.line()),
            Shape::Bars => (ROW * self.marks.len() as u64, self.bars()),
        };
        // What is inside an image cannot be focused, so a chart with links is a group.
        let has_links = self.shape == Shape::Bars && self.marks.iter().any(|mark| mark.url.is_some());
        let role = if has_links { "group" } else { "img" };
        let name = escaped(&self.name);
        format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"{role}\" aria-label=\"{name}\" focusable=\"false\">\
             <title>{name}</title>\n{drawing}</svg>"
        )
    }

    /// The largest value, rounded up to the end of an axis.
    fn end(&self) -> u64 {
        ceiling(self.marks.iter().map(|mark| mark.value).max().unwrap_or(0))
    }

    fn columns(&self) -> String {
        let (end, count) = (self.end(), self.marks.len() as u64);
        let slot = (WIDTH - LEFT) * 10 / count;
        let column = |(at, mark): (u64, &Mark)| {
            let height = part(mark.value, end, BOTTOM - TOP);
            let (x, width) = (Tenths(left_of(at, count) + slot * 3 / 20), Tenths((slot * 7 / 10).clamp(5, 320)));
            let (y, title) = (Tenths(BOTTOM * 10 - height.0), title(mark));
            format!("<rect class=\"bar\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">{title}</rect>\n")
        };
        let columns: String = (0..).zip(&self.marks).map(column).collect();
        [axis(end), columns, self.labels()].concat()
    }

    fn line(&self) -> String {
        let (end, count) = (self.end(), self.marks.len() as u64);
        let point = |(at, mark): (u64, &Mark)| {
            let y = Tenths(BOTTOM * 10 - part(mark.value, end, BOTTOM - TOP).0);
            (Tenths(middle_of(at, count)), y)
        };
        let points: Vec<_> = (0..).zip(&self.marks).map(point).collect();
        let (x, y) = points.last().copied().unwrap_or((Tenths(0), Tenths(0)));
        let title = self.marks.last().map(title).unwrap_or_default();
        let points = points.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
        let line = format!(
            "<polyline class=\"line\" points=\"{points}\"/>\n<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3\">{title}</circle>\n"
        );
        [axis(end), line, self.labels()].concat()
    }

    /// The labels below a plot: of each value if there are few, otherwise of the first, the middle and the last.
    fn labels(&self) -> String {
        let count = self.marks.len();
        let is_long = count > ALL_LABELLED;
        let shown = if is_long { vec![0, count / 2, count - 1] } else { (0..count).collect() };
        let label = |at: usize| {
            let (x, anchor) = match at {
                0 if is_long => (LEFT * 10, "start"),
                _ if is_long && at + 1 == count => (WIDTH * 10, "end"),
                _ => (middle_of(at as u64, count as u64), "middle"),
            };
            let words = self.marks.get(at).map(|mark| shortened(&mark.label, 10)).unwrap_or_default();
            text("label", Tenths(x), HEIGHT - 6, anchor, &words)
        };
        shown.into_iter().map(label).collect()
    }

    fn bars(&self) -> String {
        let largest = self.marks.iter().map(|mark| mark.value).max().unwrap_or(0);
        let bar = |(at, mark): (u64, &Mark)| {
            let (top, title) = (at * ROW, title(mark));
            let width = part(mark.value, mark.of.unwrap_or(largest), WIDTH);
            let room = ROOM.saturating_sub(mark.text.chars().count()).max(12);
            let name = text("name", Tenths(0), top + 16, "start", &shortened(&mark.label, room));
            let value = text("value", Tenths(WIDTH * 10), top + 16, "end", &mark.text);
            let (below, hit) = (top + 23, ROW - 4);
            let row = format!(
                "{title}<rect class=\"hit\" y=\"{top}\" width=\"{WIDTH}\" height=\"{hit}\"/>\n{name}{value}\
                 <rect class=\"track\" y=\"{below}\" width=\"{WIDTH}\" height=\"10\" rx=\"3\"/>\
                 <rect class=\"bar\" y=\"{below}\" width=\"{width}\" height=\"10\" rx=\"3\"/>"
            );
            match &mark.url {
                Some(url) => format!("<a href=\"{}\">{row}</a>\n", escaped(url)),
                None => format!("<g>{row}</g>\n"),
            }
        };
        (0..).zip(&self.marks).map(bar).collect()
    }
}

/// The lines at the end and at the beginning of the axis, with their values.
fn axis(end: u64) -> String {
    let line = |(y, value): (u64, u64)| {
        let value = text("label", Tenths((LEFT - 5) * 10), y + 4, "end", &compact(value));
        format!("<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{WIDTH}\" y2=\"{y}\"/>{value}")
    };
    [(TOP, end), (BOTTOM, 0)].map(line).concat()
}

/// The left end of the place of one of `count` values, in tenths.
const fn left_of(at: u64, count: u64) -> u64 {
    LEFT * 10 + (WIDTH - LEFT) * 10 * at / count
}

/// The middle of the place of one of `count` values, in tenths.
const fn middle_of(at: u64, count: u64) -> u64 {
    LEFT * 10 + (WIDTH - LEFT) * 5 * (2 * at + 1) / count
}

fn text(class: &str, x: Tenths, y: u64, anchor: &str, content: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>\n", escaped(content))
}

/// What a pointer reads on a mark. The label is isolated: its writing direction does not turn the value.
fn title(mark: &Mark) -> String {
    format!("<title>\u{2068}{}\u{2069}: {}</title>", escaped(&mark.label), escaped(&mark.text))
}

/// Text in markup and in attributes. Invisible characters are left out, because they would turn or hide the text around them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            hidden if is_invisible(hidden) => {}
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Cuts a text to `limit` characters. The table has the full text.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}
