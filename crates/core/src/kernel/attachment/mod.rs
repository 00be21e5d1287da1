//! File attachments (`P09`, `P10`). The media type is detected from the bytes, never from the file name or the sender's
//! header.

pub mod change;
mod metadata;

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kernel::encoding;
use crate::kernel::ids::{AttachmentId, PersonId};
use crate::kernel::plan::Stamp;
use crate::kernel::rejection::{FieldProblem, Rejection};

/// Maximum size of one file, in bytes. The form that brings it has a limit of its own (`web/src/extract/limits.rs`).
pub const MAX_FILE_SIZE: usize = 10 * 1024 * 1024;
/// Maximum number of files attached to one object.
pub const MAX_FILES: usize = 10;
/// Maximum length of a file name, in characters.
const MAX_NAME_LENGTH: usize = 100;

/// The accepted media types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// HEIC, the photo format of many phones.
    Heic,
    /// PDF.
    Pdf,
    /// Plain text. It is kept in UTF-8.
    Text,
}

impl MediaType {
    /// All accepted media types.
    pub const ALL: [Self; 7] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Heic, Self::Pdf, Self::Text];

    /// Detects the media type from the bytes. `None` if the file must not be attached.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let brand = || bytes.get(8..12).unwrap_or_default();
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', ..] if brand() == b"WEBP" => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', ..]
                if matches!(brand(), b"heic" | b"heix" | b"heim" | b"heis" | b"mif1" | b"msf1") =>
            {
                Some(Self::Heic)
            }
            _ if is_pdf(bytes) => Some(Self::Pdf),
            _ => is_plain(bytes).then_some(Self::Text),
        }
    }

    /// The MIME type, as stored and sent in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// Parses a MIME type, with or without its parameters.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = |name: &str| name.split(';').next().unwrap_or_default().to_owned();
        Self::ALL.into_iter().find(|kind| bare(kind.as_str()) == bare(text))
    }

    /// Whether browsers display it as an image.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::Webp)
    }

    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Gif => &["gif"],
            Self::Webp => &["webp"],
            Self::Heic => &["heic", "heif"],
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "log", "csv", "md"],
        }
    }
}

/// Whether the bytes are a PDF. Some programs write a byte order mark or a line break before it, and every reader takes
/// that.
fn is_pdf(bytes: &[u8]) -> bool {
    encoding::without_mark(bytes).trim_ascii_start().starts_with(b"%PDF-")
}

/// Whether the bytes are plain text. Text that begins like HTML, SVG or XML is rejected, because some programs would
/// interpret it as markup.
fn is_plain(bytes: &[u8]) -> bool {
    let Some(text) = encoding::text(bytes) else { return false };
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    !begins.is_empty() && !begins.starts_with('<') && !text.contains(is_control)
}

/// Reason why a file is rejected, worded for the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// The file is empty.
    #[error("“{0}” is empty; choose another file")]
    Empty(String),
    /// The media type is not accepted.
    #[error("“{0}” is neither a photo (JPEG, PNG, GIF, WebP, HEIC) nor a PDF nor plain text")]
    Kind(String),
    /// Text in an encoding that is not read.
    #[error("“{0}” seems to be a text in an encoding we cannot read; save it as UTF-8 and send it again")]
    Encoding(String),
    /// The file exceeds [`MAX_FILE_SIZE`].
    #[error("“{0}” is larger than 10 MB; send a smaller one")]
    Large(String),
    /// More than [`MAX_FILES`] files.
    #[error("there is room for at most {MAX_FILES} files")]
    Many,
}

impl Rejection for AttachmentError {
    fn code(&self) -> &'static str {
        "files"
    }
}

/// Rejection of several files, with one sentence for each reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join(" "))]
pub struct InvalidFiles(pub Vec<String>);

impl Rejection for InvalidFiles {
    fn code(&self) -> &'static str {
        "files"
    }

    fn problems(&self) -> Vec<FieldProblem> {
        self.0.iter().map(|why| FieldProblem::new("files", why)).collect()
    }
}

/// A validated file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// File name, sanitised, with an extension that matches the media type.
    pub name: String,
    /// Media type detected from the bytes.
    pub media_type: MediaType,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A received file, or the reason for its rejection.
pub type Sent = Result<File, AttachmentError>;

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, media_type, bytes } = self;
        f.debug_struct("File").field("name", name).field("media_type", media_type).field("bytes", &bytes.len()).finish()
    }
}

impl File {
    /// Validates a received file. Photos lose what they tell about their photographer. Text is converted to UTF-8, because
    /// downloads do not declare another encoding.
    ///
    /// # Errors
    /// If the file is empty, too large or of a media type that is not accepted.
    pub fn read(name: &str, bytes: Vec<u8>) -> Sent {
        let shown = || safe_name(name, None);
        if bytes.is_empty() {
            return Err(AttachmentError::Empty(shown()));
        }
        if bytes.len() > MAX_FILE_SIZE {
            return Err(AttachmentError::Large(shown()));
        }
        let Some(media_type) = MediaType::of(&bytes) else {
            let markup = bytes.trim_ascii_start().starts_with(b"<");
            let is_text = !markup && std::str::from_utf8(&bytes).is_err() && encoding::looks_like_text(&bytes);
            return Err(if is_text { AttachmentError::Encoding(shown()) } else { AttachmentError::Kind(shown()) });
        };
        let converted = match encoding::text(&bytes) {
            Some(Cow::Owned(text)) if media_type == MediaType::Text => Some(text.into_bytes()),
            _ => None,
        };
        let bytes = converted.unwrap_or(bytes);
        if bytes.len() > MAX_FILE_SIZE {
            return Err(AttachmentError::Large(shown()));
        }
        let bytes = metadata::without_metadata(media_type, bytes);
        Ok(Self { name: safe_name(name, Some(media_type)), media_type, bytes })
    }

    /// Size in bytes.
    pub fn size(&self) -> i64 {
        i64::try_from(self.bytes.len()).unwrap_or(i64::MAX)
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// Returns the files if all are valid, otherwise every distinct problem once.
///
/// # Errors
/// The problems, worded for the sender.
pub fn all_fit(sent: &[Sent]) -> Result<Vec<&File>, InvalidFiles> {
    let many = (sent.len() > MAX_FILES).then_some(&AttachmentError::Many);
    let unfit = sent.iter().filter_map(|file| file.as_ref().err()).chain(many);
    let wrong: BTreeSet<String> = unfit.map(|unfit| format!("{unfit}.")).collect();
    if wrong.is_empty() { Ok(sent.iter().flatten().collect()) } else { Err(InvalidFiles(wrong.into_iter().collect())) }
}

/// The object that a file is attached to. It decides who may read the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Kind of object: `news`, `forum`.
    pub kind: &'static str,
    /// The object's id.
    pub id: Uuid,
}

/// A file attached to an object of the community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The attachment's id.
    pub id: AttachmentId,
    /// The object it is attached to.
    pub owner: Owner,
    /// The file's name, type and content.
    pub file: File,
    /// Time of attachment.
    pub created_at: Timestamp,
    /// The person who attached it.
    pub person: PersonId,
}

impl Attachment {
    /// Attaches the file to `owner` on behalf of `person`.
    pub fn new(file: &File, owner: Owner, person: PersonId, stamp: Stamp<'_>) -> Self {
        Self { id: stamp.id(), owner, file: file.clone(), created_at: stamp.now, person }
    }
}

/// Sanitises a file name: keeps the last path segment, replaces characters that file systems, headers or readers could
/// misinterpret, and makes the extension match the media type.
fn safe_name(sent: &str, media_type: Option<MediaType>) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    // Bidirectional control characters can make `gpj.exe` look like `exe.jpg`.
    let unsafe_in_names = |c: char| {
        c.is_control()
            || matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*' | '%' | ';' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    let clean: String = last.chars().map(|c| if unsafe_in_names(c) { '_' } else { c }).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let short: String = clean.chars().take(MAX_NAME_LENGTH).collect();
    let Some(media_type) = media_type else { return if short.is_empty() { "file".to_owned() } else { short } };
    let endings = media_type.endings();
    let (stem, ending) = short.rsplit_once('.').unwrap_or((&short, ""));
    if !stem.is_empty() && endings.iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return short.clone();
    }
    let stem = if short.is_empty() { "file" } else { &short };
    format!("{}.{}", stem.replace('.', "_"), endings[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00";

    #[test]
    fn p09_media_type_is_detected_from_the_bytes() {
        let cases: [(&[u8], Option<MediaType>); 22] = [
            (JPEG, Some(MediaType::Jpeg)),
            (b"\x89PNG\r\n\x1A\n\x00", Some(MediaType::Png)),
            (b"GIF89a\x01\x00", Some(MediaType::Gif)),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", Some(MediaType::Webp)),
            (b"\x00\x00\x00\x18ftypheic\x00", Some(MediaType::Heic)),
            (b"%PDF-1.7\n", Some(MediaType::Pdf)),
            ("It hums since Tuesday.\nÄrgerlich.".as_bytes(), Some(MediaType::Text)),
            (b"\xEF\xBB\xBF%PDF-1.7\n", Some(MediaType::Pdf)),
            (b"\r\n%PDF-1.4\n", Some(MediaType::Pdf)),
            (b"Ger\xE4t f\xE4llt aus", Some(MediaType::Text)),
            (b"\xFF\xFE<\0s\0v\0g\0>\0", None),
            (b"", None),
            (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
            (b"\x00\x00\x00\x18ftypisom\x00", None),
            (b"<!doctype html><script>alert(1)</script>", None),
            (b"\xEF\xBB\xBF  <svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", None),
            (b"<?xml version=\"1.0\"?><svg/>", None),
            (b"PK\x03\x04\x14\x00\x00\x00", None),
            (b"MZ\x90\x00\x03", None),
            (b"\x7FELF\x02", None),
            (b"\x1F\x8B\x08\x00", None),
            (b"text with \x00 in it", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(MediaType::of(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
        for kind in MediaType::ALL {
            assert_eq!(MediaType::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(MediaType::parse("text/plain"), Some(MediaType::Text));
    }

    #[test]
    fn p09_file_names_are_sanitised_and_get_a_matching_extension() {
        let named = |sent: &str| safe_name(sent, Some(MediaType::Jpeg));
        assert_eq!(named("Inverter (front).JPG"), "Inverter (front).JPG");
        assert_eq!(named("../../etc/passwd"), "passwd.jpg");
        assert_eq!(named("C:\\temp\\photo.jpeg"), "photo.jpeg");
        assert_eq!(named("evil.html"), "evil_html.jpg");
        assert_eq!(named("photo.jpg.exe"), "photo_jpg_exe.jpg");
        assert_eq!(named("a\r\nSet-Cookie: x=1\".jpg"), "a__Set-Cookie_ x=1_.jpg");
        assert_eq!(named("\u{202E}gpj.exe"), "_gpj_exe.jpg");
        assert_eq!((named(""), named(".."), named(".jpg")), ("file.jpg".into(), "file.jpg".into(), "jpg.jpg".into()));
    }

    #[test]
    fn p09_files_larger_than_ten_megabytes_are_rejected() {
        let mut bytes = JPEG.to_vec();
        bytes.resize(MAX_FILE_SIZE, 0);
        assert_eq!(File::read("photo.jpg", bytes.clone()).map(|file| file.size()), Ok(10_485_760));
        bytes.push(0);
        assert_eq!(File::read("photo.jpg", bytes), Err(AttachmentError::Large("photo.jpg".to_owned())));
    }

    #[test]
    fn p09_text_is_kept_in_utf_8_whatever_its_encoding() {
        let utf16: Vec<u8> = "\u{feff}Gerät fällt aus".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b"Ger\xE4t f\xE4llt aus"[..], &utf16, "Gerät fällt aus".as_bytes()] {
            let file = File::read("inverter.log", bytes.to_vec()).unwrap();
            assert_eq!((file.media_type, file.bytes.as_slice()), (MediaType::Text, "Gerät fällt aus".as_bytes()));
        }
        let cyrillic = File::read("a.log", b"\xCF\xF0\xE8\xE2\xE5\xF2 12:30".to_vec());
        assert_eq!(cyrillic, Err(AttachmentError::Encoding("a.log".to_owned())));
        assert_eq!(File::read("a.exe", b"MZ\x90\x00\x03".to_vec()), Err(AttachmentError::Kind("a.exe".to_owned())));
    }

    #[test]
    fn p09_each_problem_of_files_is_reported_once() {
        let photo = || File::read("photo.jpg", JPEG.to_vec());
        assert_eq!(all_fit(&[photo(), photo()]).map(|files| files.len()), Ok(2));
        let odd = || File::read("a.exe", b"MZ\x90\x00\x03".to_vec());
        let wrong = all_fit(&[odd(), photo(), odd(), File::read("b.txt", Vec::new())]).unwrap_err();
        assert_eq!(wrong.0.len(), 2, "{wrong:?}");
        let many: Vec<Sent> = (0..=MAX_FILES).map(|_| photo()).collect();
        assert_eq!(all_fit(&many), Err(InvalidFiles(vec!["there is room for at most 10 files.".to_owned()])));
    }

    proptest! {
        #[test]
        fn p09_any_file_name_becomes_one_path_segment_safe_for_headers(name in any::<String>()) {
            let file = File::read(&name, JPEG.to_vec()).expect("a picture");
            let bad = |c: char| c.is_control() || matches!(c, '"' | '/' | '\\');
            let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
            prop_assert!(["jpg", "jpeg"].contains(&ending.as_str()), "{:?}", file.name);
            prop_assert!(!file.name.contains(bad) && file.name.chars().count() <= MAX_NAME_LENGTH + 5, "{:?}", file.name);
        }
    }
}
