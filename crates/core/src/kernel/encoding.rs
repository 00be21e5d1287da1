//! Encodings of text that other systems and people send.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The byte order mark of UTF-8. Some programs begin every text with it, although UTF-8 has no byte order.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes without a byte order mark at their beginning. A JSON parser rejects it (RFC 8259 §8.1).
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// Why a text cannot be read in its encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// There is no encoding with this name.
    #[error("“{0}” is not a known encoding; send UTF-8")]
    Unknown(String),
    /// The bytes are no text in the encoding.
    #[error("the bytes are no text in {0}")]
    Invalid(&'static str),
}

/// The bytes of a text in UTF-8, without a byte order mark. The text is in the encoding of its mark, or else in the one
/// that its sender names, or else in UTF-8, which is left to the parser to verify.
///
/// # Errors
/// The encoding is unknown, or the bytes are not in it.
pub fn to_utf8<'a>(bytes: &'a [u8], named: Option<&str>) -> Result<Cow<'a, [u8]>, EncodingError> {
    let (encoding, mark) = match (Encoding::for_bom(bytes), named) {
        (Some(marked), _) => marked,
        (None, None) => (UTF_8, 0),
        (None, Some(name)) => (by_name(name).ok_or_else(|| EncodingError::Unknown(name.to_owned()))?, 0),
    };
    let bytes = bytes.get(mark..).unwrap_or_default();
    if encoding == UTF_8 {
        return Ok(Cow::Borrowed(bytes));
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let text = text.ok_or_else(|| EncodingError::Invalid(encoding.name()))?;
    Ok(Cow::Owned(text.into_owned().into_bytes()))
}

fn by_name(name: &str) -> Option<&'static Encoding> {
    // Browsers take these for Windows-1252. Programs that name them often send UTF-8, of which ASCII is a part.
    let is_ascii = ["us-ascii", "ascii"].iter().any(|ascii| name.trim().eq_ignore_ascii_case(ascii));
    if is_ascii { Some(UTF_8) } else { Encoding::for_label_no_replacement(name.as_bytes()) }
}

/// The text of a file in UTF-8, in UTF-16 with a byte order mark, or in Windows-1252, without the mark. `None` if it is
/// in none of them.
///
/// UTF-8 and UTF-16 can be verified. Windows-1252 is a guess, which is only made for text that is mostly ASCII: in a
/// text of another alphabet, most letters would become wrong ones.
pub fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(text) = utf16(bytes) {
        return Some(Cow::Owned(text));
    }
    let bytes = without_mark(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => windows_1252(bytes).map(Cow::Owned),
    }
}

/// The text of a file in UTF-16 with a byte order mark.
pub fn utf16(bytes: &[u8]) -> Option<String> {
    let (encoding, units) = match bytes {
        [0xFF, 0xFE, units @ ..] => (UTF_16LE, units),
        [0xFE, 0xFF, units @ ..] => (UTF_16BE, units),
        _ => return None,
    };
    encoding.decode_without_bom_handling_and_without_replacement(units).map(Cow::into_owned)
}

/// Whether bytes look like text in an encoding that [`text`] does not read: 8-bit text of another alphabet, or UTF-16
/// without a byte order mark.
pub fn looks_like_text(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let half = |from: usize| bytes.iter().copied().skip(from).step_by(2);
    let is_utf16 = |zeros: usize, letters: usize| {
        half(zeros).filter(|byte| *byte == 0).count() * 4 > half(zeros).count() * 3
            && half(letters).all(|byte| byte != 0 && !is_control(byte))
    };
    is_utf16(0, 1) || is_utf16(1, 0) || !bytes.iter().copied().any(is_control)
}

fn windows_1252(bytes: &[u8]) -> Option<String> {
    let others = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let text = WINDOWS_1252.decode_without_bom_handling_and_without_replacement(bytes)?;
    // The five bytes without a character decode to control characters.
    let is_defined = !text.contains(|c: char| ('\u{80}'..'\u{a0}').contains(&c));
    (is_defined && others * 4 <= bytes.len()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p09_text_that_is_mostly_ascii_is_read_as_windows_1252() {
        assert_eq!(text(b"Ger\xE4t f\xE4llt aus, 5 \x80").as_deref(), Some("Gerät fällt aus, 5 €"));
        assert_eq!(text(b"\xCF\xF0\xE8\xE2\xE5\xF2"), None, "Cyrillic in Windows-1251");
        assert_eq!(text(b"undefined \x81 in it"), None);
        assert!(looks_like_text(b"\xCF\xF0\xE8\xE2\xE5\xF2") && looks_like_text(b"l\0o\0g\0!\0"));
        assert!(!looks_like_text(b"MZ\x90\x00\x03\x00\x00\x00") && !looks_like_text(b"PK\x03\x04\x14"));
    }

    #[test]
    fn h01_an_encoding_that_is_unknown_or_wrong_is_named() {
        let unknown = |name: &str| Err(EncodingError::Unknown(name.to_owned()));
        for name in ["utf-32", "klingon", "", "iso-2022-kr"] {
            assert_eq!(to_utf8(b"{}", Some(name)), unknown(name));
        }
        assert_eq!(to_utf8(b"\xFF\xFE{", None), Err(EncodingError::Invalid("UTF-16LE")));
        assert_eq!(to_utf8(b"{}{", Some("UTF-16BE")), Err(EncodingError::Invalid("UTF-16BE")));
        assert_eq!(to_utf8("ä".as_bytes(), Some("US-ASCII")).as_deref(), Ok("ä".as_bytes()));
        assert_eq!(to_utf8(b"\xE4\x80", Some(" Latin1 ")).as_deref(), Ok("ä€".as_bytes()));
    }

    proptest! {
        #[test]
        fn h01_a_text_is_read_in_the_encoding_of_its_mark_or_the_named_one(wanted in "\\PC{0,40}") {
            let wanted = wanted.trim_start_matches('\u{feff}');
            let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { wanted.encode_utf16().flat_map(order).collect() };
            let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
            // A mark is right whatever the sender names.
            for (bytes, name) in [
                (wanted.as_bytes().to_vec(), None),
                (wanted.as_bytes().to_vec(), Some("UTF8")),
                ([MARK, wanted.as_bytes()].concat(), Some("utf-16")),
                ([&[0xFF, 0xFE][..], little.as_slice()].concat(), None),
                ([&[0xFE, 0xFF][..], big.as_slice()].concat(), Some("utf-8")),
                (little, Some("UTF-16")),
                (big, Some("utf-16be")),
            ] {
                let read = to_utf8(&bytes, name);
                prop_assert_eq!(read.as_deref(), Ok(wanted.as_bytes()), "{:?}", name);
            }
        }

        #[test]
        fn p09_any_text_is_read_with_and_without_its_mark(wanted in "\\PC{0,40}") {
            let marked = [MARK, wanted.as_bytes()].concat();
            let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
                std::iter::once(0xFEFF).chain(wanted.encode_utf16()).flat_map(order).collect()
            };
            let unmarked = wanted.strip_prefix('\u{feff}').unwrap_or(&wanted);
            let read = |bytes: &[u8]| text(bytes).map(Cow::into_owned);
            prop_assert_eq!(read(wanted.as_bytes()), Some(unmarked.to_owned()));
            for bytes in [marked, units(u16::to_le_bytes), units(u16::to_be_bytes)] {
                prop_assert_eq!(read(&bytes), Some(wanted.clone()));
            }
        }
    }
}
