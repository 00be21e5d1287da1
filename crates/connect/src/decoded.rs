//! Text of other systems as UTF-8, while it is read: without a byte order mark, and from UTF-16 if the mark says so.

use std::io::{BufRead, Cursor, Error, ErrorKind, Read, Result};

use tessera_core::kernel::encoding::without_mark;

/// How two bytes become a unit of UTF-16.
type Order = fn([u8; 2]) -> u16;

/// The text of a file, in UTF-8.
pub(crate) fn decoded(mut file: impl BufRead + Send + 'static) -> Result<Box<dyn Read + Send>> {
    const MARK: u64 = 3;
    let mut first = Vec::new();
    file.by_ref().take(MARK).read_to_end(&mut first)?;
    let (order, rest): (Order, &[u8]) = match first.as_slice() {
        [0xFF, 0xFE, rest @ ..] => (u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => (u16::from_be_bytes, rest),
        other => return Ok(Box::new(Cursor::new(without_mark(other).to_vec()).chain(file))),
    };
    let file = Cursor::new(rest.to_vec()).chain(file);
    Ok(Box::new(Utf16 { file, order, high: None, ready: Cursor::default() }))
}

/// UTF-16 that is converted in pieces.
struct Utf16<R> {
    file: R,
    order: Order,
    /// The first half of a pair, whose second one is in the next piece.
    high: Option<u16>,
    /// Converted, and not read yet.
    ready: Cursor<Vec<u8>>,
}

impl<R: BufRead> Utf16<R> {
    /// Converts the next piece. Nothing is left at the end.
    fn convert(&mut self) -> Result<()> {
        const PIECE: u64 = 8 * 1024;
        let mut bytes = Vec::new();
        self.file.by_ref().take(PIECE).read_to_end(&mut bytes)?;
        let (pairs, odd) = bytes.as_chunks::<2>();
        let is_last = bytes.is_empty();
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        units.extend(pairs.iter().map(|pair| (self.order)(*pair)));
        if !is_last && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            self.high = units.pop();
        }
        let text = String::from_utf16(&units).ok().filter(|_| odd.is_empty());
        let text = text.ok_or_else(|| Error::new(ErrorKind::InvalidData, "it is no valid UTF-16"))?;
        self.ready = Cursor::new(text.into_bytes());
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let is_used_up = |ready: &Cursor<Vec<u8>>| ready.position() >= ready.get_ref().len() as u64;
        while is_used_up(&self.ready) {
            self.convert()?;
            if is_used_up(&self.ready) && self.high.is_none() {
                return Ok(0);
            }
        }
        self.ready.read(into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Result<String> {
        let mut text = String::new();
        decoded(Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn marked(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn p09_a_pair_across_two_pieces_is_one_letter_and_half_of_one_is_an_error() {
        let long = format!("{}{}", "a".repeat(4094), "🔋".repeat(5000));
        assert_eq!(read(marked(&long, u16::to_le_bytes)).unwrap(), long);
        let odd = format!("{}{}", "a".repeat(4095), "🔋".repeat(5000));
        assert_eq!(read(marked(&odd, u16::to_be_bytes)).unwrap(), odd);
        let whole = marked("a🔋", u16::to_le_bytes);
        for cut in [1, 2] {
            assert!(read(whole[..whole.len() - cut].to_vec()).is_err(), "{cut}");
        }
        assert_eq!(read(vec![0xFF, 0xFE]).unwrap(), "");
        assert_eq!(read(Vec::new()).unwrap(), "");
    }

    #[test]
    fn p09_a_feed_is_read_in_every_form_of_unicode() {
        for text in ["", "a", "Wärmepumpe;4,5\r\n", "🔋", "\u{feff}marked"] {
            let unmarked = text.strip_prefix('\u{feff}').unwrap_or(text);
            assert_eq!(read(text.as_bytes().to_vec()).unwrap(), unmarked);
            for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                assert_eq!(read(marked(text, order)).unwrap(), text);
            }
        }
    }
}
