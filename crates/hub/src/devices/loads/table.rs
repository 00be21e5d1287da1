//! Reading a table of devices or assignments.

use tessera_core::devices::load::{DeviceLoadError, LoadKind, MAX_LINES, Row};

use crate::tables;

/// Columns of a table of assignments.
const ASSIGNMENT_COLUMNS: [&str; 3] = ["device", "requester", "from"];

/// Reads the data rows of a table.
pub(super) fn read(kind: LoadKind, table: &[u8]) -> Result<Vec<Row>, DeviceLoadError> {
    let mut rows =
        tables::read(table, MAX_LINES, |columns| check_columns(kind, columns)).map_err(DeviceLoadError::Table)?;
    for (_, cell) in rows.iter_mut().flat_map(|row| &mut row.cells).filter(|(column, _)| is_of_ids(kind, column)) {
        if let Some(whole) = whole_number(cell) {
            *cell = whole.to_owned();
        }
    }
    Ok(rows)
}

/// Whether a column has ids. Other numbers, such as a voltage of a new device, stay as they are.
fn is_of_ids(kind: LoadKind, column: &str) -> bool {
    column == "requester" || kind == LoadKind::Assignments
}

/// The digits of a whole number with decimals. Programs write whole columns so, if one of the cells is empty.
fn whole_number(cell: &str) -> Option<&str> {
    let (whole, decimals) = cell.split_once(['.', ','])?;
    let is_whole = !whole.is_empty() && whole.bytes().all(|digit| digit.is_ascii_digit());
    (is_whole && !decimals.is_empty() && decimals.bytes().all(|digit| digit == b'0')).then_some(whole)
}

fn check_columns(kind: LoadKind, columns: &[String]) -> Result<(), String> {
    let needed: &[&str] = match kind {
        LoadKind::Assignments => &ASSIGNMENT_COLUMNS[..2],
        LoadKind::Devices => &["name"],
    };
    if let Some(missing) = needed.iter().find(|needed| !columns.iter().any(|column| column == *needed)) {
        return Err(format!("its first line names no column “{missing}”"));
    }
    let unknown = columns.iter().find(|column| !ASSIGNMENT_COLUMNS.contains(&column.as_str()));
    match unknown.filter(|_| kind == LoadKind::Assignments) {
        Some(unknown) => Err(format!(
            "its first line names the column “{unknown}”; the columns are {}",
            ASSIGNMENT_COLUMNS.join(", ")
        )),
        None => Ok(()),
    }
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
    fn a09_ids_are_read_as_programs_write_them() {
        let table = "device,requester,from\n1042.0,21000418006.0,21000418007.00\n=\"0017\",\"=\"\"21000418006\"\"\",\nS1.0,21.5,\n";
        let rows = read(LoadKind::Assignments, table.as_bytes()).unwrap();
        assert_eq!(cells(&rows), [(2, "1042", "21000418006"), (3, "0017", "21000418006"), (4, "S1.0", "21.5")]);
        assert_eq!(rows[0].cell("from"), "21000418007");
        let rows = read(LoadKind::Devices, b"name;power;requester\nPACE;5,0;777,0\n").unwrap();
        assert_eq!((rows[0].cell("power"), rows[0].cell("requester")), ("5,0", "777"));
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
