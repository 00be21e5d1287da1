//! Reading a table as CSV: separated by commas, semicolons or tabs, as spreadsheets save it.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::load::{DeviceLoadError, LoadKind, MAX_LINES, Row};
use tessera_core::kernel::delimiter::{count_line_breaks, declared_delimiter, usual_delimiter, without_end_mark};
use tessera_core::kernel::encoding::{utf16, without_mark};

/// Columns of a table of assignments.
const ASSIGNMENT_COLUMNS: [&str; 3] = ["device", "requester", "from"];

/// Reads the data rows of a table.
pub(super) fn read(kind: LoadKind, table: &[u8]) -> Result<Vec<Row>, DeviceLoadError> {
    let wide = utf16(table);
    let bytes = wide.as_ref().map_or_else(|| without_mark(table), |text| text.as_bytes());
    let mut bytes = without_end_mark(bytes).to_vec();
    count_line_breaks(&mut bytes);
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8; save it as “CSV UTF-8”"))?;
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
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let line = record.position().map_or(0, |at| lines_before + first_line(text, at));
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(columns_in(kind, &record)?);
            continue;
        };
        // Spreadsheets write empty cells at the end of every row that is shorter than the longest one.
        if record.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            return Err(wrong(format!("line {line} has {} cells, the first line {}", record.len(), columns.len())));
        }
        if rows.len() == MAX_LINES {
            return Err(wrong(format!("it has more than {MAX_LINES} lines; load it in parts")));
        }
        let cells: BTreeMap<String, String> =
            columns.iter().cloned().zip(record.iter().map(ToOwned::to_owned)).collect();
        rows.push(Row { line: i64::try_from(line).unwrap_or(i64::MAX), cells });
    }
    if rows.is_empty() { Err(wrong("it has no line below the names of its columns")) } else { Ok(rows) }
}

/// The line on which a record begins. Its position is where the one before ended, and empty lines are skipped.
fn first_line(text: &str, at: &csv::Position) -> u64 {
    let before = usize::try_from(at.byte()).ok().and_then(|start| text.get(start..)).unwrap_or_default();
    let skipped = before.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| *byte == b'\n');
    at.line() + skipped.map(|_| 1).sum::<u64>()
}

/// The names of the columns, in lower case.
fn columns_in(kind: LoadKind, record: &csv::StringRecord) -> Result<Vec<String>, DeviceLoadError> {
    let mut columns: Vec<String> = record.iter().map(str::to_lowercase).collect();
    while columns.last().is_some_and(String::is_empty) {
        columns.pop();
    }
    let distinct: BTreeSet<&String> = columns.iter().collect();
    if distinct.len() < columns.len() || columns.iter().any(String::is_empty) {
        return Err(wrong("its first line must name each column once"));
    }
    let needed: &[&str] = match kind {
        LoadKind::Assignments => &ASSIGNMENT_COLUMNS[..2],
        LoadKind::Devices => &["name"],
    };
    if let Some(missing) = needed.iter().find(|needed| !columns.iter().any(|column| column == *needed)) {
        return Err(wrong(format!("its first line names no column “{missing}”")));
    }
    let unknown = columns.iter().find(|column| !ASSIGNMENT_COLUMNS.contains(&column.as_str()));
    match unknown.filter(|_| kind == LoadKind::Assignments) {
        Some(unknown) => Err(wrong(format!(
            "its first line names the column “{unknown}”; the columns are {}",
            ASSIGNMENT_COLUMNS.join(", ")
        ))),
        None => Ok(columns),
    }
}

fn wrong(problem: impl Into<String>) -> DeviceLoadError {
    DeviceLoadError::Table(problem.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(rows: &[Row]) -> Vec<(i64, &str, &str)> {
        rows.iter().map(|row| (row.line, row.cell("device"), row.cell("requester"))).collect()
    }

    #[test]
    fn a09_a_table_is_read_however_a_spreadsheet_saves_it() {
        for table in [
            "Device,Requester\nS1,777\n\n\"S, 2\",ada@example.com\n",
            "\u{feff}device;requester\r\nS1;777\r\n;\r\n\"S, 2\";ada@example.com\r\n",
            "device\trequester\nS1\t777\n\t\n\"S, 2\"\tada@example.com",
        ] {
            let wide =
                std::iter::once('\u{feff}').chain(table.trim_start_matches('\u{feff}').chars()).collect::<String>();
            let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [table.as_bytes(), &wide] {
                let rows = read(LoadKind::Assignments, bytes).unwrap();
                assert_eq!(cells(&rows), [(2, "S1", "777"), (4, "S, 2", "ada@example.com")], "{table}");
            }
        }
    }

    #[test]
    fn a09_what_programs_write_around_a_table_is_no_part_of_it() {
        for table in [
            "sep=;\r\nDevice;Requester;;\r\nS1;777;;\r\nS2;778;;\r\n",
            "\u{feff}sep=,\nDevice,Requester\nS1,777,,\nS2,778\n\u{1a}",
            "\"sep=\t\"\rDevice\tRequester\rS1\t777\rS2\t778\r\u{1a}\r",
        ] {
            let rows = read(LoadKind::Assignments, table.as_bytes()).unwrap();
            assert_eq!(cells(&rows), [(3, "S1", "777"), (4, "S2", "778")], "{table:?}");
        }
        let rows = read(LoadKind::Assignments, b"device,requester\rS1,777\r\rS2,778").unwrap();
        assert_eq!(cells(&rows), [(2, "S1", "777"), (4, "S2", "778")]);
        let wrong = read(LoadKind::Assignments, b"device,,requester\nS1,,777\n").unwrap_err().to_string();
        assert!(wrong.contains("each column once"), "{wrong}");
    }

    #[test]
    fn a09_an_unreadable_table_says_why() {
        let many = format!("device,requester\n{}", "S1,777\n".repeat(MAX_LINES + 1));
        for (table, why) in [
            ("", "no line"),
            ("device,requester\n", "no line"),
            ("device,user\nS1,777\n", "no column “requester”"),
            ("device,requester,form\nS1,777,9\n", "column “form”"),
            ("device,device,requester\nS1,S1,777\n", "each column once"),
            ("device,requester\nS1,777,9,10\n", "line 2 has 4 cells"),
            (many.as_str(), "more than 1000"),
        ] {
            let error = read(LoadKind::Assignments, table.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
        assert!(read(LoadKind::Assignments, b"device,requester\n\xff,1\n").unwrap_err().to_string().contains("UTF-8"));
    }
}
