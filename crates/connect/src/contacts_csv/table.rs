//! A file's content: its bytes, and where in them each contact is. A contact is read from its line when it is asked for, so that a long file
//! takes little more memory than its length.

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{HandleKind, Observation};

use super::config::{Columns, Found};
use super::{MAX_CONTACTS, reading};
use crate::feed::csv_row;
use crate::lenient_json;

/// The content of one version of the file.
#[derive(Debug)]
pub(super) struct Table {
    bytes: Vec<u8>,
    delimiter: u8,
    names: csv::StringRecord,
    columns: Found,
    /// Where each contact is.
    lines: Vec<Range<usize>>,
    by_id: HashMap<String, usize>,
    /// Whose address it is, as primary or other one.
    by_email: HashMap<String, Vec<usize>>,
    /// The lines that cannot be read, in order.
    pub(super) bad: Vec<LineError>,
    /// Why the file may hold fewer contacts than it should.
    pub(super) doubt: Option<String>,
    /// When the file was written, if it is on a disk.
    pub(super) written_at: Option<Timestamp>,
}

/// A line that cannot be read.
#[derive(Debug)]
pub(super) struct LineError {
    number: usize,
    /// Whose it is, if that can be read.
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
    /// Reads a file's content. A line that cannot be read is put aside; a file that cannot be whole is refused.
    pub(super) fn read(bytes: Vec<u8>, delimiter: u8, columns: &Columns) -> Result<Self, String> {
        if bytes.trim_ascii().is_empty() {
            return Err("it is empty".to_owned());
        }
        let mut reader = reader(&bytes, delimiter);
        let mut record = csv::ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|error| error.to_string())?;
        let names = csv::StringRecord::from_byte_record(record.clone())
            .map_err(|_| "its first row is no UTF-8 text".to_owned())?;
        let columns = columns.found_in(&names)?;
        let (mut lines, mut bad, mut last) = (Vec::new(), Vec::new(), None);
        let mut start = offset(&reader);
        while reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
            let (at, number) = place(&bytes, start..offset(&reader), &record);
            start = at.end;
            // Spreadsheets leave rows of empty cells behind.
            if record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            if lines.len() + bad.len() == MAX_CONTACTS {
                return Err(format!("it has more than {MAX_CONTACTS} contacts, the most that a file may have"));
            }
            match line(&names, &columns, &record, at.clone(), number) {
                Ok(line) => lines.push(line),
                Err(line) => bad.push(line),
            }
            last = Some((at, number, record.len()));
        }
        if let Some((at, number, fields)) = last {
            whole(&bytes, delimiter, at, fields, names.len()).map_err(|why| format!("{why} in line {number}"))?;
        }
        let lines = unique(lines, &mut bad);
        bad.sort_by_key(|line| line.number);
        Ok(Self::indexed(bytes, delimiter, names, columns, lines, bad))
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
        Self { bytes, delimiter, names, columns, lines: places, by_id, by_email, bad, doubt, written_at: None }
    }

    /// How many contacts there are.
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether its last line has an end.
    pub(super) fn ends_with_line_break(&self) -> bool {
        matches!(self.bytes.last(), Some(b'\n' | b'\r'))
    }

    /// The contact with an id.
    pub(super) fn contact(&self, id: &str, system: &str, read_at: Timestamp) -> Option<Observation> {
        self.observation(*self.by_id.get(id)?, system, read_at)
    }

    /// The contacts who have an address, as primary or other one.
    pub(super) fn with_email(&self, email: &str, system: &str, read_at: Timestamp) -> Vec<Observation> {
        let wanted = normalise::email(email);
        let indices = wanted.and_then(|email| self.by_email.get(&email)).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.observation(*index, system, read_at)).collect()
    }

    /// Some contacts in the file's order.
    pub(super) fn slice(&self, indices: Range<usize>, system: &str, read_at: Timestamp) -> Vec<Observation> {
        let end = indices.end.min(self.len());
        (indices.start..end).filter_map(|index| self.observation(index, system, read_at)).collect()
    }

    /// Why a contact may exist although no line that can be read is theirs.
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

/// Where a record is, and in which line it begins: the reader counts the end of the line before, and blank lines, as its beginning.
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
) -> Result<Line, LineError> {
    let raw = csv_row(names, record).map_err(|why| {
        // With a field too many or too few, nobody knows which is which.
        let at = names.iter().position(|name| name.trim() == columns.id).filter(|_| record.len() == names.len());
        let id = at.and_then(|at| std::str::from_utf8(&record[at]).ok()).map(|id| id.trim().to_owned());
        LineError { number, id: id.filter(|id| lenient_json::is_id(id)), why }
    })?;
    let id = lenient_json::text(&raw, &columns.id).filter(|id| lenient_json::is_id(id)).ok_or_else(|| {
        let why = format!("“{}” must be up to 64 letters, digits, - and _", columns.id);
        LineError { number, id: None, why }
    })?;
    let handles = reading::contact("", raw, columns, Timestamp::UNIX_EPOCH).attributes.handles();
    let is_email = |kind| matches!(kind, HandleKind::PrimaryEmail | HandleKind::Email);
    let mut emails: Vec<String> =
        handles.into_iter().filter(|handle| is_email(handle.kind)).map(|handle| handle.value).collect();
    emails.sort();
    emails.dedup();
    Ok(Line { at, number, id, emails })
}

/// Of lines with the same id, nobody knows which is right.
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

/// Whether the last line is whole: one more field behind it is one more field, and not a part of quoted text.
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
