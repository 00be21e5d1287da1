//! Delimiters of tables (CSV), and what programs write around the rows.

use crate::kernel::encoding::without_mark;

/// The mark with which old programs end a text (Ctrl-Z).
pub const END_MARK: u8 = 0x1A;

/// The field delimiter of a table: of the usual ones, the one that occurs most often in its first row, outside of
/// quotes. Spreadsheets write what is usual in their user's country, or tabs.
pub fn usual_delimiter(table: &[u8]) -> u8 {
    const USUAL: [u8; 4] = *b",;\t|";
    let mut counts = [0_usize; USUAL.len()];
    let mut quoted = false;
    for byte in table.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')) {
        quoted ^= *byte == b'"';
        if let Some(at) = USUAL.iter().position(|usual| usual == byte).filter(|_| !quoted) {
            counts[at] += 1;
        }
    }
    // The first of several equals.
    let most = counts.iter().max().copied().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| USUAL[at])
}

/// The delimiter that a table declares in a line of its own before its first row, `sep=;`, as Excel writes and reads it,
/// and the length of what stands before the first row.
pub fn declared_delimiter(table: &[u8]) -> Option<(u8, usize)> {
    let line = without_mark(table).trim_ascii_start();
    let (is_quoted, line) = line.strip_prefix(b"\"").map_or((false, line), |rest| (true, rest));
    let (word, rest) = line.split_at_checked(4)?;
    let (delimiter, rest) = rest.split_first().filter(|(byte, _)| byte.is_ascii() && !matches!(byte, b'\r' | b'\n'))?;
    let rest = if is_quoted { rest.strip_prefix(b"\"")? } else { rest };
    let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r"))?;
    word.eq_ignore_ascii_case(b"sep=").then(|| (*delimiter, table.len() - rest.len()))
}

/// The table without the mark at its end, and the line breaks behind it.
pub fn without_end_mark(table: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(*byte, END_MARK | b'\r' | b'\n' | b' ');
    let end = table.iter().rposition(|byte| !is_end(byte)).map_or(0, |last| last + 1);
    let mark = table[end..].iter().position(|byte| *byte == END_MARK);
    mark.map_or(table, |mark| &table[..end + mark])
}

/// Writes line feeds for the line breaks of a table that has only carriage returns. Readers count line feeds.
pub fn count_line_breaks(table: &mut [u8]) {
    if !table.contains(&b'\n') {
        table.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a09_a_declared_delimiter_is_read_and_no_part_of_the_table() {
        for (table, declared) in [
            ("sep=;\r\nid;email\r\n", Some((b';', "id;email\r\n"))),
            ("\u{feff}SEP=,\nid,email\n", Some((b',', "id,email\n"))),
            ("\"sep=|\"\rid|email\r", Some((b'|', "id|email\r"))),
            ("sep=\t\nid\temail\n", Some((b'\t', "id\temail\n"))),
            ("sep=\nid\n", None),
            ("sep;id\n", None),
            ("sep=;", None),
            ("", None),
        ] {
            let read = declared_delimiter(table.as_bytes()).map(|(delimiter, length)| (delimiter, &table[length..]));
            assert_eq!(read, declared, "{table:?}");
        }
    }

    #[test]
    fn a09_an_end_mark_is_no_part_of_the_table() {
        for (table, kept) in [
            (&b"id\n1\n\x1a"[..], &b"id\n1\n"[..]),
            (&b"id\n1\n\x1a\r\n"[..], &b"id\n1\n"[..]),
            (&b"id\n1\n"[..], &b"id\n1\n"[..]),
            (&b"id\x1a\n1\n"[..], &b"id\x1a\n1\n"[..]),
            (&b"\x1a"[..], &b""[..]),
        ] {
            assert_eq!(without_end_mark(table), kept);
        }
        let (mut old, mut new) = (b"a\rb\r".to_vec(), b"a\r\nb\r\n".to_vec());
        count_line_breaks(&mut old);
        count_line_breaks(&mut new);
        assert_eq!((old.as_slice(), new.as_slice()), (&b"a\nb\n"[..], &b"a\r\nb\r\n"[..]));
    }
}
