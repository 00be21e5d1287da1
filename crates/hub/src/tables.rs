//! Reading a table as CSV: separated by commas, semicolons or tabs, as spreadsheets save it.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::load::Row;
use tessera_core::kernel::delimiter::{count_line_breaks, declared_delimiter, usual_delimiter, without_end_mark};
use tessera_core::kernel::encoding::{utf16, without_mark};

/// Reads the data rows of a table with at most `most` of them. `check` says what is wrong with the names of the columns.
///
/// # Errors
/// What is wrong with the table.
pub(crate) fn read(
    table: &[u8],
    most: usize,
    check: impl Fn(&[String]) -> Result<(), String>,
) -> Result<Vec<Row>, String> {
    let wide = utf16(table);
    let bytes = wide.as_ref().map_or_else(|| without_mark(table), |text| text.as_bytes());
    let mut bytes = without_end_mark(bytes).to_vec();
    count_line_breaks(&mut bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8; save it as “CSV UTF-8”".to_owned())?;
    let declared = declared_delimiter(text.as_bytes());
    let (before, text) = text.split_at(declared.map_or(0, |(_, length)| length));
    let lines_before = before.bytes().filter(|byte| *byte == b'\n').map(|_| 1).sum::<u64>();
    let usual = || usual_delimiter(text.trim_start().as_bytes());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(declared.map_or_else(usual, |(delimiter, _)| delimiter))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |at| lines_before + first_line(text, at));
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(columns_in(&record, &check)?);
            continue;
        };
        // Spreadsheets write empty cells at the end of every row that is shorter than the longest one.
        if record.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            return Err(format!("line {line} has {} cells, the first line {}", record.len(), columns.len()));
        }
        if rows.len() == most {
            return Err(format!("it has more than {most} lines; load it in parts"));
        }
        let cells: BTreeMap<String, String> =
            columns.iter().cloned().zip(record.iter().map(|cell| text_of(cell).to_owned())).collect();
        rows.push(Row { line: i64::try_from(line).unwrap_or(i64::MAX), cells });
    }
    if rows.is_empty() { Err("it has no line below the names of its columns".to_owned()) } else { Ok(rows) }
}

/// The text of a cell. Some write `="0017"`, so that a spreadsheet does not take it for a number.
fn text_of(cell: &str) -> &str {
    cell.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).map_or(cell, str::trim)
}

/// The line on which a record begins. Its position is where the one before ended, and empty lines are skipped.
fn first_line(text: &str, at: &csv::Position) -> u64 {
    let before = usize::try_from(at.byte()).ok().and_then(|start| text.get(start..)).unwrap_or_default();
    let skipped = before.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| *byte == b'\n');
    at.line() + skipped.map(|_| 1).sum::<u64>()
}

/// The names of the columns, in lower case.
fn columns_in(
    record: &csv::StringRecord,
    check: impl Fn(&[String]) -> Result<(), String>,
) -> Result<Vec<String>, String> {
    let mut columns: Vec<String> = record.iter().map(str::to_lowercase).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    let distinct: BTreeSet<&String> = columns.iter().collect();
    if distinct.len() < columns.len() || columns.iter().any(String::is_empty) {
        return Err("its first line must name each column once".to_owned());
    }
    check(&columns)?;
    Ok(columns)
}
