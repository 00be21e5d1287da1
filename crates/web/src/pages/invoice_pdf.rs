//! An invoice as a PDF document (P09). It is tagged, so that screen readers recognise headings and tables, and has
//! Unicode text that can be searched and copied.
//!
//! No font has all scripts, and those with Chinese letters are larger than the hub. Letters that the font lacks are
//! therefore transliterated, which is said on the document.
//!
//! Hebrew and Arabic run from right to left, and the numbers and Latin words among them from left to right: each line is
//! split into runs of one direction by the Unicode bidirectional algorithm (UAX 9). Each run is shaped by itself, which
//! joins Arabic letters and mirrors brackets. Runs are written in the order of the text, each at its place on the line,
//! so that copied text reads as it should.

use std::num::NonZeroU16;
use std::ops::Range;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::text::{Font, TextDirection};
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::ParagraphBidiInfo;
use unicode_segmentation::UnicodeSegmentation as _;

use tessera_core::kernel::unicode::{is_joiner, is_tag, visible};

use super::Fact;
use crate::locale::text;

/// The font, for Latin, Greek, Cyrillic and many more scripts. It may be redistributed, see `fonts/LICENSE-DejaVu.txt`.
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");

/// The note on a document with transliterated letters.
fn note_of_transliteration() -> String {
    text!("invoices-transliterated")
}

/// A4, in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 56.0;
const BOTTOM: f32 = PAGE.1 - MARGIN;
const BODY: f32 = 10.0;
const LEADING: f32 = 15.0;
/// The right edges of the columns: text, quantity, amount.
const COLUMNS: [f32; 3] = [330.0, 420.0, PAGE.0 - MARGIN];

/// The content of the document.
#[derive(Debug, Clone)]
pub struct InvoiceDocument {
    /// The name of the issuer.
    pub brand: String,
    /// The invoice number.
    pub number: String,
    /// Date, due date, status…
    pub facts: Vec<Fact>,
    /// Text, quantity and amount of each item.
    pub lines: Vec<[String; 3]>,
    /// Tax and total.
    pub sums: Vec<Fact>,
    /// Notes below the table.
    pub notes: Vec<String>,
}

/// The PDF could not be created.
#[derive(Debug, thiserror::Error)]
#[error("the PDF of invoice {number} cannot be made: {why}")]
pub struct PdfError {
    number: String,
    why: String,
}

impl InvoiceDocument {
    /// Creates the PDF.
    pub fn pdf(&self) -> Result<Vec<u8>, PdfError> {
        let failed = |why: String| PdfError { number: self.number.clone(), why };
        let font = Font::new(FONT.to_vec().into(), 0).ok_or_else(|| failed("its font is none".to_owned()))?;
        let face = Face::from_slice(FONT, 0).ok_or_else(|| failed("its font cannot be read".to_owned()))?;
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("its page has no size".to_owned()))?;
        let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        let title = text!("search-invoice", number = &self.number);
        let level = NonZeroU16::MIN;
        let mut blocks = self.printable(&face).blocks(&face, level).into_iter().peekable();
        let mut table: Option<TagGroup> = None;
        while blocks.peek().is_some() {
            let mut page = document.start_page_with(size.clone());
            let mut pen = Pen { surface: page.surface(), font: &font, face: &face, y: MARGIN };
            while let Some(block) = blocks.next_if(|block| pen.y == MARGIN || pen.y + block.height() <= BOTTOM) {
                let row = matches!(block, Block::Row { .. });
                let group = pen.draw(block);
                if row {
                    table.get_or_insert_with(|| TagGroup::new(Tag::Table)).push(group);
                } else {
                    table.take().into_iter().for_each(|table| tree.push(table));
                    tree.push(group);
                }
            }
            drop(pen);
            page.finish();
        }
        if let Some(table) = table {
            tree.push(table);
        }
        document.set_tag_tree(tree);
        let about = Metadata::new().title(title).authors(vec![self.brand.clone()]).language("en".to_owned());
        document.set_metadata(about);
        document.finish().map_err(|error| failed(format!("{error:?}")))
    }

    /// The document in letters that the font has.
    fn printable(&self, face: &Face<'_>) -> Self {
        let mut complete = true;
        let mut text = |text: &str| -> String {
            let (text, is_complete) = printable(face, text);
            complete &= is_complete;
            text
        };
        let mut fact = |fact: &Fact| Fact::new(text(&fact.label), text(&fact.value));
        let (facts, sums) = (self.facts.iter().map(&mut fact).collect(), self.sums.iter().map(&mut fact).collect());
        let lines = self.lines.iter().map(|line| line.each_ref().map(|cell| text(cell))).collect();
        let mut notes: Vec<String> = self.notes.iter().map(|note| text(note)).collect();
        let (brand, number) = (text(&self.brand), text(&self.number));
        if !complete {
            notes.push(note_of_transliteration());
        }
        Self { brand, number, facts, lines, sums, notes }
    }

    fn blocks(&self, face: &Face<'_>, level: NonZeroU16) -> Vec<Block> {
        let title = text!("search-invoice", number = &self.number);
        let mut blocks = vec![
            Block::Text { line: Line::of(&self.brand), size: BODY, heading: None },
            Block::Text { line: Line::of(&title), size: 20.0, heading: Some((level, title)) },
        ];
        let text = |line: Line| Block::Text { line, size: BODY, heading: None };
        let width = COLUMNS[2] - MARGIN;
        for fact in &self.facts {
            let told = format!("{}: {}", fact.label, fact.value);
            blocks.extend(wrapped(face, &told, width).into_iter().map(text));
        }
        blocks.push(Block::Gap);
        if !self.lines.is_empty() {
            let [what, quantity, amount] = [
                text!("portal-invoices-one-description"),
                text!("portal-invoices-one-quantity"),
                text!("portal-invoices-one-amount"),
            ]
            .map(|text| Line::of(&text));
            blocks.push(Block::Row { lines: vec![what], rest: [quantity, amount], head: true });
        }
        for [what, quantity, amount] in &self.lines {
            let lines = wrapped(face, what, COLUMNS[0] - MARGIN);
            blocks.push(Block::Row { lines, rest: [Line::of(quantity), Line::of(amount)], head: false });
        }
        for sum in &self.sums {
            let rest = [Line::of(""), Line::of(&sum.value)];
            blocks.push(Block::Row { lines: vec![Line::of(&sum.label)], rest, head: false });
        }
        blocks.push(Block::Gap);
        for note in &self.notes {
            blocks.extend(wrapped(face, note, width).into_iter().map(text));
        }
        // A gap at the end would start an empty page.
        while matches!(blocks.last(), Some(Block::Gap)) {
            blocks.pop();
        }
        blocks
    }
}

/// Content that must not be split between pages.
enum Block {
    /// A heading has its level and its text.
    Text {
        line: Line,
        size: f32,
        heading: Option<(NonZeroU16, String)>,
    },
    Row {
        lines: Vec<Line>,
        rest: [Line; 2],
        head: bool,
    },
    Gap,
}

impl Block {
    fn height(&self) -> f32 {
        match self {
            Self::Text { size, .. } => size * 1.5,
            Self::Row { lines, .. } => lines.iter().map(|_| LEADING).sum::<f32>() + 4.0,
            Self::Gap => LEADING,
        }
    }
}

struct Pen<'a, 'b> {
    surface: Surface<'a>,
    font: &'b Font,
    face: &'b Face<'b>,
    y: f32,
}

impl Pen<'_, '_> {
    fn draw(&mut self, block: Block) -> TagGroup {
        let height = block.height();
        let group = match block {
            Block::Text { line, size, heading } => {
                let id = self.write(&line, MARGIN, self.y + size, size);
                let mut group = match heading {
                    Some((level, text)) => TagGroup::new(Tag::Hn(level, Some(text))),
                    None => TagGroup::new(Tag::P),
                };
                group.push(id);
                group
            }
            Block::Row { lines, rest, head } => self.row(&lines, &rest, head),
            Block::Gap => TagGroup::new(Tag::P),
        };
        self.y += height;
        group
    }

    fn row(&mut self, lines: &[Line], rest: &[Line; 2], head: bool) -> TagGroup {
        let mut first = cell(head);
        let mut y = self.y + BODY;
        for line in lines {
            first.push(self.write(line, MARGIN, y, BODY));
            y += LEADING;
        }
        let mut row = TagGroup::new(Tag::TR);
        row.push(first);
        for (line, end) in rest.iter().zip(&COLUMNS[1..]) {
            let mut group = cell(head);
            group.push(self.write(line, end - line.width(self.face, BODY), self.y + BODY, BODY));
            row.push(group);
        }
        row
    }

    fn write(&mut self, line: &Line, x: f32, y: f32, size: f32) -> Identifier {
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        for (run, offset) in line.placed(self.face, size) {
            let direction = if run.is_rtl { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
            self.surface.draw_text(Point::from_xy(x + offset, y), self.font.clone(), size, &run.text, false, direction);
        }
        self.surface.end_tagged();
        id
    }
}

/// A line of text, as runs of one direction from the left edge to the right one.
struct Line(Vec<Run>);

/// A part of a line in one direction.
struct Run {
    /// The characters in the order in which they are read.
    text: String,
    is_rtl: bool,
    /// Where in its paragraph it begins.
    start: usize,
}

impl Line {
    /// A paragraph of one line. An empty one is written as a blank, so that the cells of a table stay aligned.
    fn of(text: &str) -> Self {
        let text = if text.is_empty() { "\u{a0}" } else { text };
        Self::within(&ParagraphBidiInfo::new(text, None), 0..text.len())
    }

    /// A line of a paragraph. The direction of the paragraph is the one of its first letter.
    fn within(paragraph: &ParagraphBidiInfo<'_>, line: Range<usize>) -> Self {
        if line.is_empty() {
            return Self(Vec::new());
        }
        let (levels, runs) = paragraph.visual_runs(line);
        let run = |run: Range<usize>| Run {
            is_rtl: levels[run.start].is_rtl(),
            start: run.start,
            text: paragraph.text[run].to_owned(),
        };
        Self(runs.into_iter().map(run).collect())
    }

    /// The width, in points.
    fn width(&self, face: &Face<'_>, size: f32) -> f32 {
        self.0.iter().map(|run| run.width(face, size)).sum()
    }

    /// The runs in the order in which they are read, each with its distance from the left edge.
    fn placed(&self, face: &Face<'_>, size: f32) -> Vec<(&Run, f32)> {
        let mut x = 0.0;
        let mut placed: Vec<(&Run, f32)> = Vec::with_capacity(self.0.len());
        for run in &self.0 {
            placed.push((run, x));
            x += run.width(face, size);
        }
        placed.sort_by_key(|(run, _)| run.start);
        placed
    }
}

impl Run {
    fn width(&self, face: &Face<'_>, size: f32) -> f32 {
        let shaped = self.shaped(face);
        let advances = shaped.glyph_positions().iter().map(|glyph| i16::try_from(glyph.x_advance).unwrap_or(i16::MAX));
        let units: f32 = advances.map(f32::from).sum();
        units * size / f32::from(i16::try_from(face.units_per_em()).unwrap_or(i16::MAX))
    }

    /// The glyphs from left to right, as they are drawn.
    fn shaped(&self, face: &Face<'_>) -> rustybuzz::GlyphBuffer {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&self.text);
        buffer.guess_segment_properties();
        buffer.set_direction(if self.is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        rustybuzz::shape(face, &[], buffer)
    }
}

/// A text in letters that the font has, and whether it had them all.
fn printable(face: &Face<'_>, text: &str) -> (String, bool) {
    let (mut printed, mut complete) = (String::with_capacity(text.len()), true);
    for grapheme in visible(text).graphemes(true) {
        if let Some(letters) = in_font(face, grapheme) {
            printed.push_str(&letters);
        } else {
            complete = false;
            printed.push_str(&transliterated(face, grapheme));
        }
    }
    (printed.trim_end().to_owned(), complete)
}

/// What the font shows of a grapheme. `None` if it lacks one of its letters.
fn in_font(face: &Face<'_>, grapheme: &str) -> Option<String> {
    let mut letters = String::with_capacity(grapheme.len());
    for letter in grapheme.chars() {
        match letter {
            // Variation selectors choose between forms of a letter that the font has or lacks anyway.
            '\u{fe00}'..='\u{fe0f}' => {}
            letter if letter.is_whitespace() || letter.is_control() => letters.push(' '),
            letter if face.glyph_index(letter).is_some() => letters.push(letter),
            letter if is_joiner(letter) => {}
            _ => return None,
        }
    }
    Some(letters)
}

/// One replacement for one grapheme. Of a pictogram made of several (a flag, a family) it is the first.
fn transliterated(face: &Face<'_>, grapheme: &str) -> String {
    let is_mark = |c: &char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}') || is_joiner(*c);
    let mut letters = grapheme.chars().filter(|c| !is_mark(c) && !is_tag(*c)).peekable();
    let of_words = letters.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '\u{1f1e6}'..='\u{1f1ff}'));
    let plain = |letter: char| match face.glyph_index(letter) {
        Some(_) => letter.to_string(),
        None => deunicode::deunicode_char(letter).unwrap_or_default().to_owned(),
    };
    let told: String = letters.take(if of_words { usize::MAX } else { 1 }).map(plain).collect();
    if told.is_empty() { "?".to_owned() } else { told }
}

fn cell(head: bool) -> TagGroup {
    if head { TagGroup::new(Tag::TH(TableHeaderScope::Column)) } else { TagGroup::new(Tag::TD) }
}

/// Wraps a paragraph into lines. A word that is too long for a line is broken.
fn wrapped(face: &Face<'_>, text: &str, room: f32) -> Vec<Line> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return vec![Line::of("")];
    }
    let paragraph = ParagraphBidiInfo::new(&text, None);
    let fits = |line: Range<usize>| Line::within(&paragraph, line).width(face, BODY) <= room;
    let (mut lines, mut line): (Vec<Range<usize>>, Range<usize>) = (Vec::new(), 0..0);
    let mut start = 0;
    for word in text.split(' ') {
        let end = start + word.len();
        let word_start = std::mem::replace(&mut start, end + 1);
        if fits(line.start..end) {
            line.end = end;
            continue;
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
        line = word_start..word_start;
        for (at, letter) in word.grapheme_indices(true) {
            let next = word_start + at + letter.len();
            if !line.is_empty() && !fits(line.start..next) {
                lines.push(line);
                line = word_start + at..next;
            }
            line.end = next;
        }
    }
    lines.push(line);
    lines.into_iter().map(|line| Line::within(&paragraph, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(lines: usize) -> InvoiceDocument {
        InvoiceDocument {
            brand: "Sunfield Energy".to_owned(),
            number: "2026-Ä-7".to_owned(),
            facts: vec![Fact::new("Date", "1 Jun 2026"), Fact::new("Για", "Ελένη Жукова ".repeat(30))],
            lines: (0..lines)
                .map(|n| [format!("Thing {n} {}", "long ".repeat(20)), "2".into(), "1 234.50".into()])
                .collect(),
            sums: vec![Fact::new("Total", "EUR 1 234.50")],
            notes: vec!["Shown as delivered.".to_owned()],
        }
    }

    #[test]
    fn p09_the_pdf_is_one_is_tagged_and_has_its_pages() {
        let pages = |pdf: &[u8]| {
            let text = String::from_utf8_lossy(pdf).replace(' ', "");
            text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
        };
        let short = document(1).pdf().unwrap();
        assert!(short.starts_with(b"%PDF-"), "{:?}", &short[..8]);
        let text = String::from_utf8_lossy(&short).into_owned();
        for part in ["/StructTreeRoot", "/MarkInfo", "/ToUnicode", "/Lang"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(short.len() < 200_000, "only the letters that are used are in it: {} bytes", short.len());
        let long = document(60).pdf().unwrap();
        assert!(pages(&long) > pages(&short), "{} and {} pages", pages(&long), pages(&short));
    }

    #[test]
    fn p09_letters_that_the_font_lacks_are_transliterated_and_it_says_so() {
        let face = Face::from_slice(FONT, 0).unwrap();
        for (text, printed, complete) in [
            ("Ελένη Жукова, 5 €", "Ελένη Жукова, 5 €", true),
            ("Zoe\u{308}\u{200b}", "Zoë", true),
            ("北京 PACE", "Bei Jing  PACE", false),
            ("❤\u{fe0f}", "❤", true),
            ("\u{10fffd}", "?", false),
        ] {
            assert_eq!(super::printable(&face, text), (printed.to_owned(), complete), "{text}");
        }
        let foreign = InvoiceDocument { brand: "太阳能 ☀🔋".to_owned(), ..document(2) };
        let printed = foreign.printable(&face);
        assert_eq!(printed.notes.last().map(String::as_str), Some(&*note_of_transliteration()));
        assert!(printed.pdf().is_ok() && foreign.pdf().is_ok());
        assert_eq!(document(2).printable(&face).notes.len(), 1, "nothing is said where nothing is missing");
    }

    proptest::proptest! {
        #[test]
        fn p09_no_letter_of_a_document_is_a_box(text in "\\PC{0,40}") {
            let face = Face::from_slice(FONT, 0).unwrap();
            let (printed, _) = super::printable(&face, &text);
            let missing = printed.chars().find(|letter| !letter.is_whitespace() && face.glyph_index(*letter).is_none());
            proptest::prop_assert!(missing.is_none(), "{:?} in {:?}", missing, text);
        }
    }

    /// The glyphs of a line from left to right.
    fn drawn(face: &Face<'_>, line: &Line) -> Vec<u32> {
        let shaped = line.0.iter().map(|run| run.shaped(face));
        shaped.flat_map(|run| run.glyph_infos().iter().map(|glyph| glyph.glyph_id).collect::<Vec<_>>()).collect()
    }

    /// The glyphs of plain letters.
    fn glyphs(face: &Face<'_>, text: &str) -> Vec<u32> {
        text.chars().map(|letter| u32::from(face.glyph_index(letter).unwrap().0)).collect()
    }

    #[test]
    fn p09_numbers_and_latin_words_in_hebrew_and_arabic_run_from_left_to_right() {
        let face = Face::from_slice(FONT, 0).unwrap();
        for (text, seen) in [
            ("עברית 123", "123 תירבע"),
            ("עברית inverter", "inverter תירבע"),
            ("inverter עברית 5", "inverter 5 תירבע"),
            ("(עברית)", "(תירבע)"),
            ("kit (עברית) 2", "kit (תירבע) 2"),
        ] {
            assert_eq!(drawn(&face, &Line::of(text)), glyphs(&face, seen), "{text}");
        }
        for (text, parts) in
            [("لوحة 450 W", &["450", "W"][..]), ("اتصل +44 1632 960000", &["44", "1632", "960000"][..])]
        {
            let drawn = drawn(&face, &Line::of(text));
            for part in parts {
                let part_glyphs = glyphs(&face, part);
                assert!(drawn.windows(part_glyphs.len()).any(|seen| seen == part_glyphs), "{part} of {text}");
            }
        }
    }

    #[test]
    fn p09_a_wrapped_paragraph_keeps_its_direction_and_is_written_in_reading_order() {
        let face = Face::from_slice(FONT, 0).unwrap();
        let lines = wrapped(&face, &"עברית 123 inverter ".repeat(8), 200.0);
        assert!(lines.len() > 1, "{}", lines.len());
        let read = |line: &Line| line.placed(&face, BODY).iter().map(|(run, _)| run.text.clone()).collect::<String>();
        let text = lines.iter().map(read).collect::<Vec<_>>().join(" ");
        assert_eq!(text, "עברית 123 inverter ".repeat(8).trim_end());
        // Later words stand further to the left.
        let first = lines[0].placed(&face, BODY);
        assert!(first.first().unwrap().1 > first.last().unwrap().1);
    }

    #[test]
    fn p09_an_emoji_that_the_font_lacks_has_one_replacement() {
        let face = Face::from_slice(FONT, 0).unwrap();
        let tags = "\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        let flag = |tags: &str| super::printable(&face, &format!("\u{1f3f4}{tags}"));
        assert_eq!(flag(tags).0, flag("").0, "the tags of the flag of England are not letters");
    }

    #[test]
    fn nothing_runs_out_of_its_column() {
        let face = Face::from_slice(FONT, 0).unwrap();
        for text in ["short", &"word ".repeat(50), &"x".repeat(300)] {
            assert!(wrapped(&face, text, 200.0).iter().all(|line| line.width(&face, BODY) <= 200.0), "{text}");
        }
    }
}
