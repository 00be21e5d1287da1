//! Reading a table as CSV: separated by commas, semicolons or tabs, as spreadsheets save it.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::load::{DeviceLoadError, LoadKind, MAX_LINES, Row};

/// Columns of a table of assignments.
const ASSIGNMENT_COLUMNS: [&str; 3] = ["device", "requester", "from"];

/// Reads the data rows of a table.
pub(super) fn read(kind: LoadKind, table: &[u8]) -> Result<Vec<Row>, DeviceLoadError> {
    let text = std::str::from_utf8(table).map_err(|_| wrong("it is not UTF-8; save it as “CSV UTF-8”"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(columns_in(kind, &record)?);
            continue;
        };
        if record.len() > columns.len() {
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

/// The separator that occurs most in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The names of the columns, in lower case.
fn columns_in(kind: LoadKind, record: &csv::StringRecord) -> Result<Vec<String>, DeviceLoadError> {
    let columns: Vec<String> = record.iter().map(str::to_lowercase).collect();
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
            let rows = read(LoadKind::Assignments, table.as_bytes()).unwrap();
            assert_eq!(cells(&rows), [(2, "S1", "777"), (4, "S, 2", "ada@example.com")], "{table}");
        }
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
