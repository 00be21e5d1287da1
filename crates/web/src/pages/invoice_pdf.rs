//! An invoice as a PDF document (P09). It is tagged, so that screen readers recognise headings and tables, and has
//! Unicode text that can be searched and copied.
//!
//! No font has all scripts, and those with Chinese letters are larger than the hub. Letters that the font lacks are
//! therefore transliterated, which is said on the document.

use std::num::NonZeroU16;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::text::{Font, TextDirection};

use tessera_core::kernel::unicode::{is_joiner, visible};

use super::Fact;

/// The font, for Latin, Greek, Cyrillic and many more scripts. It may be redistributed, see `fonts/LICENSE-DejaVu.txt`.
const FONT: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");

/// The note on a document with transliterated letters.
const TRANSLITERATED: &str = "This document cannot show all letters of this invoice. Some are written in Latin letters here; \
     online, the invoice has them as they are.";

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
        let face = ttf_parser::Face::parse(FONT, 0).map_err(|error| failed(error.to_string()))?;
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| failed("its page has no size".to_owned()))?;
        let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        let title = format!("Invoice {}", self.number);
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
    fn printable(&self, face: &ttf_parser::Face<'_>) -> Self {
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
            notes.push(TRANSLITERATED.to_owned());
        }
        Self { brand, number, facts, lines, sums, notes }
    }

    fn blocks(&self, face: &ttf_parser::Face<'_>, level: NonZeroU16) -> Vec<Block> {
        let title = format!("Invoice {}", self.number);
        let mut blocks = vec![
            Block::Text { text: self.brand.clone(), size: BODY, heading: None },
            Block::Text { text: title, size: 20.0, heading: Some(level) },
        ];
        let text = |text: String| Block::Text { text, size: BODY, heading: None };
        let width = COLUMNS[2] - MARGIN;
        for fact in &self.facts {
            let told = format!("{}: {}", fact.label, fact.value);
            blocks.extend(wrapped(face, &told, width).into_iter().map(text));
        }
        blocks.push(Block::Gap);
        if !self.lines.is_empty() {
            let names = ["Description", "Quantity", "Amount"].map(ToOwned::to_owned);
            blocks.push(Block::Row {
                lines: vec![names[0].clone()],
                rest: [names[1].clone(), names[2].clone()],
                head: true,
            });
        }
        for [what, quantity, amount] in &self.lines {
            let lines = wrapped(face, what, COLUMNS[0] - MARGIN);
            blocks.push(Block::Row { lines, rest: [quantity.clone(), amount.clone()], head: false });
        }
        for sum in &self.sums {
            let rest = [String::new(), sum.value.clone()];
            blocks.push(Block::Row { lines: vec![sum.label.clone()], rest, head: false });
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
    Text { text: String, size: f32, heading: Option<NonZeroU16> },
    Row { lines: Vec<String>, rest: [String; 2], head: bool },
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
    face: &'b ttf_parser::Face<'b>,
    y: f32,
}

impl Pen<'_, '_> {
    fn draw(&mut self, block: Block) -> TagGroup {
        let height = block.height();
        let group = match block {
            Block::Text { text, size, heading } => {
                let id = self.write(&text, MARGIN, self.y + size, size);
                let mut group = match heading {
                    Some(level) => TagGroup::new(Tag::Hn(level, Some(text))),
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

    fn row(&mut self, lines: &[String], rest: &[String; 2], head: bool) -> TagGroup {
        let mut first = cell(head);
        let mut y = self.y + BODY;
        for line in lines {
            first.push(self.write(line, MARGIN, y, BODY));
            y += LEADING;
        }
        let mut row = TagGroup::new(Tag::TR);
        row.push(first);
        for (text, end) in rest.iter().zip(&COLUMNS[1..]) {
            let mut group = cell(head);
            let x = end - width(self.face, text, BODY);
            // An empty cell is written as well, so that the columns stay aligned.
            let text = if text.is_empty() { "\u{a0}" } else { text };
            group.push(self.write(text, x, self.y + BODY, BODY));
            row.push(group);
        }
        row
    }

    fn write(&mut self, text: &str, x: f32, y: f32, size: f32) -> Identifier {
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        self.surface.draw_text(Point::from_xy(x, y), self.font.clone(), size, text, false, TextDirection::Auto);
        self.surface.end_tagged();
        id
    }
}

/// A text in letters that the font has, and whether it had them all.
fn printable(face: &ttf_parser::Face<'_>, text: &str) -> (String, bool) {
    let has = |letter: char| letter.is_whitespace() || face.glyph_index(letter).is_some();
    let (mut printed, mut complete) = (String::with_capacity(text.len()), true);
    for letter in visible(text).chars() {
        match letter {
            // Variation selectors choose between forms of a letter that the font has or lacks anyway.
            '\u{fe00}'..='\u{fe0f}' => {}
            letter if has(letter) => printed.push(letter),
            letter if is_joiner(letter) => {}
            letter => {
                complete = false;
                printed.push_str(deunicode::deunicode_char(letter).unwrap_or("?"));
            }
        }
    }
    (printed.trim_end().to_owned(), complete)
}

fn cell(head: bool) -> TagGroup {
    if head { TagGroup::new(Tag::TH(TableHeaderScope::Column)) } else { TagGroup::new(Tag::TD) }
}

/// The width of a text, in points.
fn width(face: &ttf_parser::Face<'_>, text: &str, size: f32) -> f32 {
    let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap_or(0);
    let units: f32 = text.chars().map(|letter| f32::from(advance(letter))).sum();
    units * size / f32::from(face.units_per_em())
}

/// Wraps a text into lines. A word that is too long for a line is broken.
fn wrapped(face: &ttf_parser::Face<'_>, text: &str, room: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    let fits = |line: &str| width(face, line, BODY) <= room;
    for word in text.split_whitespace() {
        let line = lines.pop().unwrap_or_default();
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&joined) {
            lines.push(joined);
            continue;
        }
        lines.extend(Some(line).filter(|line| !line.is_empty()));
        let mut part = String::new();
        for letter in word.chars() {
            part.push(letter);
            if !fits(&part) && part.chars().count() > 1 {
                part.pop();
                lines.push(std::mem::take(&mut part));
                part.push(letter);
            }
        }
        lines.push(part);
    }
    lines
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
        let face = ttf_parser::Face::parse(FONT, 0).unwrap();
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
        assert_eq!(printed.notes.last().map(String::as_str), Some(TRANSLITERATED));
        assert!(printed.pdf().is_ok() && foreign.pdf().is_ok());
        assert_eq!(document(2).printable(&face).notes.len(), 1, "nothing is said where nothing is missing");
    }

    proptest::proptest! {
        #[test]
        fn p09_no_letter_of_a_document_is_a_box(text in "\\PC{0,40}") {
            let face = ttf_parser::Face::parse(FONT, 0).unwrap();
            let (printed, _) = super::printable(&face, &text);
            let missing = printed.chars().find(|letter| !letter.is_whitespace() && face.glyph_index(*letter).is_none());
            proptest::prop_assert!(missing.is_none(), "{:?} in {:?}", missing, text);
        }
    }

    #[test]
    fn nothing_runs_out_of_its_column() {
        let face = ttf_parser::Face::parse(FONT, 0).unwrap();
        for text in ["short", &"word ".repeat(50), &"x".repeat(300)] {
            assert!(wrapped(&face, text, 200.0).iter().all(|line| width(&face, line, BODY) <= 200.0), "{text}");
        }
    }
}
