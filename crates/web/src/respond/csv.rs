//! CSV tables for spreadsheets (RFC 4180), in UTF-8, which is the default (RFC 7111).

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// What a cell begins with that is a formula: some spreadsheets also take wide signs, and skip a line break.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

/// A line of a table. Cells that a spreadsheet would read as a formula are marked as text.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(FORMULA);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', ';', '\t', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A response that the browser saves under this name.
pub fn download(name: &str, table: String) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "text/csv")], table).into_response();
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_have_to_be_and_no_formula_is_run() {
        assert_eq!(line(["a", "b, c", "say \"x\"", "two\nlines"]), "a,\"b, c\",\"say \"\"x\"\"\",\"two\nlines\"\r\n");
        assert_eq!(line(["=1+1", "-5", "@x", "5-4"]), "'=1+1,'-5,'@x,5-4\r\n");
        assert_eq!(line(["＝1+1", "－5", "\n=1", "a;=1"]), "'＝1+1,'－5,\"'\n=1\",\"a;=1\"\r\n");
    }
}
