//! Content of a file: its bytes, and the position of each contact. Contacts are parsed on demand, so memory use is
//! little more than the file's size.

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;
use tessera_core::kernel::delimiter::{count_line_breaks, declared_delimiter, usual_delimiter, without_end_mark};
use tessera_core::kernel::encoding::utf16;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{HandleKind, Observation};

use super::config::{Config, Found};
use super::{MAX_CONTACTS, reading};
use crate::feed::{csv_row, named_columns};
use crate::lenient_json;

/// The parsed content of one version of the file.
#[derive(Debug)]
pub(super) struct Table {
    bytes: Vec<u8>,
    delimiter: u8,
    names: csv::StringRecord,
    columns: Found,
    /// Byte range of each contact.
    lines: Vec<Range<usize>>,
    by_id: HashMap<String, usize>,
    /// Contacts by e-mail address, primary or other.
    by_email: HashMap<String, Vec<usize>>,
    /// Unreadable lines, in order.
    pub(super) bad: Vec<LineError>,
    /// Lines that are read, but whose time of the last change is none.
    pub(super) undated: Vec<LineError>,
    /// Reason to suspect that contacts are missing from the file.
    pub(super) doubt: Option<String>,
    /// Modification time of a file on disk.
    pub(super) written_at: Option<Timestamp>,
}

/// An unreadable line.
#[derive(Debug)]
pub(super) struct LineError {
    number: usize,
    /// Id of the contact, if readable.
    id: Option<String>,
    why: String,
}

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.number, self.why)
    }
}

struct Line {
    at: Range<usize>,
    number: usize,
    id: String,
    emails: Vec<String>,
}

impl Table {
    /// Parses a file's content. An unreadable line is skipped and reported; an incomplete file is rejected.
    pub(super) fn read(bytes: Vec<u8>, config: &Config) -> Result<Self, String> {
        let mut bytes = utf16(&bytes).map_or(bytes, String::into_bytes);
        bytes.truncate(without_end_mark(&bytes).len());
        count_line_breaks(&mut bytes);
        if bytes.trim_ascii().is_empty() {
            return Err("it is empty".to_owned());
        }
        let declared = declared_delimiter(&bytes);
        let before: Vec<u8> = bytes.drain(..declared.map_or(0, |(_, length)| length)).collect();
        let lines_before = before.iter().map(|byte| usize::from(*byte == b'\n')).sum::<usize>();
        let delimiter = config.delimiter.or(declared.map(|(delimiter, _)| delimiter));
        let delimiter = delimiter.unwrap_or_else(|| usual_delimiter(&bytes));
        let mut reader = reader(&bytes, delimiter);
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|error| error.to_string())?;
        let names = csv::StringRecord::from_byte_record(record.clone())
            .map_err(|_| "its first row is no UTF-8 text".to_owned())?;
        let columns = config.columns.found_in(&names, config.time_zone.clone())?;
        let (mut lines, mut bad, mut last) = (Vec::new(), Vec::new(), None);
        let mut undated = Vec::new();
        let mut start = offset(&reader);
        while reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
            let (at, number) = place(&bytes, start..offset(&reader), &record);
            let number = lines_before + number;
            start = at.end;
            // Spreadsheets can export rows of empty cells.
            if record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            if lines.len() + bad.len() == MAX_CONTACTS {
                return Err(format!("it has more than {MAX_CONTACTS} contacts, the most that a file may have"));
            }
            match line(&names, &columns, &record, at.clone(), number) {
                Ok((line, time)) => {
                    undated.extend(time.map(|why| LineError { number, id: Some(line.id.clone()), why }));
                    lines.push(line);
                }
                Err(line) => bad.push(line),
            }
            last = Some((at, number, record.len()));
        }
        if let Some((at, number, fields)) = last {
            whole(&bytes, delimiter, at, fields, named_columns(&names))
                .map_err(|why| format!("{why} in line {number}"))?;
        }
        let lines = unique(lines, &mut bad);
        bad.sort_by_key(|line| line.number);
        Ok(Self { undated, ..Self::indexed(bytes, delimiter, names, columns, lines, bad) })
    }

    fn indexed(
        bytes: Vec<u8>,
        delimiter: u8,
        names: csv::StringRecord,
        columns: Found,
        lines: Vec<Line>,
        bad: Vec<LineError>,
    ) -> Self {
        let (mut by_id, mut by_email) = (HashMap::with_capacity(lines.len()), HashMap::<_, Vec<_>>::new());
        let mut places = Vec::with_capacity(lines.len());
        for (index, line) in lines.into_iter().enumerate() {
            by_id.insert(line.id, index);
            for email in line.emails {
                by_email.entry(email).or_default().push(index);
            }
            places.push(line.at);
        }
        let doubt = places.is_empty().then(|| "the file holds no contacts".to_owned());
        let (undated, written_at) = (Vec::new(), None);
        Self { bytes, delimiter, names, columns, lines: places, by_id, by_email, bad, undated, doubt, written_at }
    }

    /// Number of contacts.
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether the last line is terminated.
    pub(super) fn ends_with_line_break(&self) -> bool {
        matches!(self.bytes.last(), Some(b'\n' | b'\r'))
    }

    /// The contact with this id.
    pub(super) fn contact(&self, id: &str, system: &str, read_at: Timestamp) -> Option<Observation> {
        self.observation(*self.by_id.get(id)?, system, read_at)
    }

    /// The contacts with this address, primary or other.
    pub(super) fn with_email(&self, email: &str, system: &str, read_at: Timestamp) -> Vec<Observation> {
        let wanted = normalise::email(email);
        let indices = wanted.and_then(|email| self.by_email.get(&email)).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.observation(*index, system, read_at)).collect()
    }

    /// A range of contacts, in file order.
    pub(super) fn slice(&self, indices: Range<usize>, system: &str, read_at: Timestamp) -> Vec<Observation> {
        let end = indices.end.min(self.len());
        (indices.start..end).filter_map(|index| self.observation(index, system, read_at)).collect()
    }

    /// Reason why a contact may exist although no readable line has its id.
    pub(super) fn doubt_absence(&self, id: &str) -> Option<String> {
        let may_be_theirs = |line: &&LineError| line.id.as_deref().is_none_or(|of| of == id);
        let line = self.bad.iter().find(may_be_theirs);
        line.map(|line| format!("the contact may be in a line that cannot be read ({line})")).or(self.doubt.clone())
    }

    fn observation(&self, index: usize, system: &str, read_at: Timestamp) -> Option<Observation> {
        let mut record = csv::ByteRecord::new();
        reader(&self.bytes[self.lines[index].clone()], self.delimiter).read_byte_record(&mut record).ok()?;
        let raw = csv_row(&self.names, &record).ok()?;
        Some(reading::contact(system, raw, &self.columns, read_at))
    }
}

fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(bytes)
}

fn offset(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// The byte range and line number of a record. The CSV reader counts the previous line's terminator and blank lines as
/// part of it.
fn place(bytes: &[u8], mut at: Range<usize>, record: &csv::ByteRecord) -> (Range<usize>, usize) {
    let mut number = record.position().and_then(|at| usize::try_from(at.line()).ok()).unwrap_or_default();
    while let Some(byte @ (b'\r' | b'\n')) = bytes[at.clone()].first() {
        number += usize::from(*byte == b'\n');
        at.start += 1;
    }
    (at, number)
}

fn line(
    names: &csv::StringRecord,
    columns: &Found,
    record: &csv::ByteRecord,
    at: Range<usize>,
    number: usize,
) -> Result<(Line, Option<String>), LineError> {
    let raw = csv_row(names, record).map_err(|why| {
        // With a wrong number of fields, the columns cannot be identified.
        let at = names
            .iter()
            .position(|name| name.trim() == columns.id)
            .filter(|_| record.len() == names.len() || record.len() == named_columns(names));
        let id = at.and_then(|at| std::str::from_utf8(&record[at]).ok()).map(|id| id.trim().to_owned());
        LineError { number, id: id.filter(|id| lenient_json::is_id(id)), why }
    })?;
    let id = lenient_json::text(&raw, &columns.id).filter(|id| lenient_json::is_id(id)).ok_or_else(|| {
        let why = format!("“{}” must be up to 64 letters, digits, - and _", columns.id);
        LineError { number, id: None, why }
    })?;
    let undated = reading::undated(&raw, columns);
    let handles = reading::contact("", raw, columns, Timestamp::UNIX_EPOCH).attributes.handles();
    let is_email = |kind| matches!(kind, HandleKind::PrimaryEmail | HandleKind::Email);
    let mut emails: Vec<String> =
        handles.into_iter().filter(|handle| is_email(handle.kind)).map(|handle| handle.value).collect();
    emails.sort();
    emails.dedup();
    Ok((Line { at, number, id, emails }, undated))
}

/// Of several lines with the same id, none can be trusted.
fn unique(lines: Vec<Line>, bad: &mut Vec<LineError>) -> Vec<Line> {
    let mut numbers: HashMap<String, Vec<usize>> = HashMap::with_capacity(lines.len());
    for line in &lines {
        numbers.entry(line.id.clone()).or_default().push(line.number);
    }
    let is_alone = |line: &Line| {
        let Some(other) = numbers[&line.id].iter().find(|other| **other != line.number) else { return true };
        let why = format!("line {other} has the same id {}", line.id);
        bad.push(LineError { number: line.number, id: Some(line.id.clone()), why });
        false
    };
    lines.into_iter().filter(is_alone).collect()
}

/// Checks that the last line is complete. The test appends a field: inside quoted text, the number of fields would not
/// increase.
fn whole(bytes: &[u8], delimiter: u8, last: Range<usize>, fields: usize, columns: usize) -> Result<(), &'static str> {
    let text = &bytes[last];
    let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |end| end + 1);
    let mut longer = text[..end].to_vec();
    longer.extend([delimiter, b'x']);
    let mut record = csv::ByteRecord::new();
    if reader(&longer, delimiter).read_byte_record(&mut record).is_err() || record.len() <= fields {
        return Err("it breaks off in quoted text that begins");
    }
    let has_end = matches!(bytes.last(), Some(b'\n' | b'\r'));
    if has_end || fields >= columns { Ok(()) } else { Err("it breaks off") }
}
