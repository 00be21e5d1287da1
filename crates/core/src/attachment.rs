//! Files that people attach to something (`P09`, `P10`): pictures, PDF and plain text, told by what they hold and not by what they are called.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entered;
use crate::id::{AttachmentId, PersonId, PlaceId};
use crate::plan::Stamp;

/// The most bytes of a file.
pub const MOST: usize = 10 * 1024 * 1024;
/// The most characters of a file's name.
const NAME: usize = 120;

/// What a file is attached to, which decides who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// What it is: `blog`, `forum`.
    pub kind: &'static str,
    /// Which.
    pub id: Uuid,
}

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it is attached to.
    pub owner: Owner,
    /// The place it belongs to; none: what it is attached to says for whom it is.
    pub place: Option<PlaceId>,
    /// Its name, with the ending that fits what it holds.
    pub name: String,
    /// What it holds, as in `image/jpeg`.
    pub media_type: &'static str,
    /// How many bytes.
    pub size: i64,
    /// SHA-256 of them.
    pub sha256: [u8; 32],
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When it was attached.
    pub created_at: Timestamp,
    /// By whom; none: it came from outside.
    pub person: Option<PersonId>,
}

/// Why a file cannot be attached, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nothing in it.
    #[error("The file is empty. Choose another one.")]
    Empty,
    /// It is too large.
    #[error("The file is larger than 10 MB. Make it smaller, or attach a part of it.")]
    Large,
    /// It is nothing that can be shown.
    #[error("Files of this type cannot be attached. Pictures (JPEG, PNG, WebP, GIF), PDF and plain text can.")]
    Type,
}

/// A file that was sent, looked at and found fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Sent {
    /// Looks at a file that was sent.
    pub fn look(name: &str, bytes: Vec<u8>) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::Empty);
        }
        if bytes.len() > MOST {
            return Err(Refusal::Large);
        }
        let (media_type, endings) = sniff(&bytes).ok_or(Refusal::Type)?;
        Ok(Self { name: named(name, endings), media_type, bytes })
    }

    /// The file, attached to something.
    pub fn attach(
        self,
        owner: Owner,
        place: Option<PlaceId>,
        person: Option<PersonId>,
        stamp: Stamp<'_>,
    ) -> Attachment {
        Attachment {
            id: stamp.id(),
            owner,
            place,
            name: self.name,
            media_type: self.media_type,
            size: i64::try_from(self.bytes.len()).unwrap_or(i64::MAX),
            sha256: Sha256::digest(&self.bytes).into(),
            bytes: self.bytes,
            created_at: stamp.now,
            person,
        }
    }
}

/// Whether a browser may show a file of this type by itself; others are kept to be opened elsewhere.
pub fn is_picture(media_type: &str) -> bool {
    media_type.starts_with("image/")
}

/// What the bytes are, and the endings such files have, the usual one first.
fn sniff(bytes: &[u8]) -> Option<(&'static str, &'static [&'static str])> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(("image/jpeg", &["jpg", "jpeg"])),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(("image/png", &["png"])),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(("image/gif", &["gif"])),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(("application/pdf", &["pdf"])),
        _ if webp => Some(("image/webp", &["webp"])),
        _ if is_plain(bytes) => Some(("text/plain; charset=utf-8", &["txt", "csv", "log", "md"])),
        _ => None,
    }
}

/// Text that a person could have written, and that no program takes for a page or a script of its own.
fn is_plain(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    !begins.starts_with('<') && !begins.starts_with("#!") && text.chars().all(printable)
}

/// The file's own name without any path, with an ending that fits what it holds.
fn named(sent: &str, endings: &[&str]) -> String {
    let own = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let own: String = own.chars().filter(|c| !matches!(c, '"' | ':' | '*' | '?' | '<' | '>' | '|')).collect();
    let own: String = own.chars().rev().take(NAME - 10).collect::<Vec<_>>().into_iter().rev().collect();
    let own = entered::line(own.trim_matches('.'), NAME).unwrap_or_else(|_| "file".to_owned());
    let ending = own.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if endings.contains(&ending.as_str()) => own,
        _ => format!("{own}.{}", endings.first().copied().unwrap_or("bin")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[test]
    fn p09_a_file_is_what_it_holds() {
        let look = |name: &str, bytes: &[u8]| Sent::look(name, bytes.to_vec()).map(|sent| (sent.name, sent.media_type));
        assert_eq!(look("roof.jpeg", b"\xFF\xD8\xFF\xE0"), Ok(("roof.jpeg".into(), "image/jpeg")));
        assert_eq!(look("invoice.exe", PNG), Ok(("invoice.exe.png".into(), "image/png")));
        assert_eq!(look("../../etc/\"x\".txt", b"hello"), Ok(("x.txt".into(), "text/plain; charset=utf-8")));
        assert_eq!(look("a.txt", b"<script>alert(1)</script>"), Err(Refusal::Type));
        assert_eq!(look("a.svg", b"  <svg onload='x'/>"), Err(Refusal::Type));
        assert_eq!(look("a.png", b"MZ\x90\x00"), Err(Refusal::Type));
        assert_eq!(look("a.png", b""), Err(Refusal::Empty));
        assert_eq!(look("a.txt", &vec![b'a'; MOST + 1]), Err(Refusal::Large));
    }

    proptest! {
        #[test]
        fn p09_a_name_is_one_path_segment_that_fits_a_header(name in any::<String>()) {
            let sent = Sent::look(&name, PNG.to_vec()).expect("a picture");
            let bad = |c: char| c.is_control() || matches!(c, '"' | '/' | '\\');
            prop_assert!(sent.name.to_lowercase().ends_with(".png") && !sent.name.contains(bad), "{:?}", sent.name);
            prop_assert!(sent.name.chars().count() <= NAME);
        }
    }
}
