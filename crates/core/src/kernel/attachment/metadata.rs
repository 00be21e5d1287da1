//! Removes metadata from photos: place, time, camera, and previews. Only how the picture has to be
//! turned is kept. Pictures are not decoded.

use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::webp::{CHUNK_XMP, WebP};
use img_parts::{Bytes, ImageEXIF};

use super::MediaType;

/// The picture without metadata. A file of another type, or one that is damaged, is returned as it is.
pub(super) fn without_metadata(media_type: MediaType, bytes: Vec<u8>) -> Vec<u8> {
    let bytes = Bytes::from(bytes);
    let stripped = match media_type {
        MediaType::Jpeg => jpeg(bytes.clone()),
        MediaType::Png => png(bytes.clone()),
        MediaType::Webp => webp(bytes.clone()),
        MediaType::Gif | MediaType::Heic | MediaType::Pdf | MediaType::Text => None,
    };
    stripped.unwrap_or(bytes).into()
}

fn jpeg(bytes: Bytes) -> Option<Bytes> {
    const ICC: &[u8] = b"ICC_PROFILE\0";
    let mut jpeg = Jpeg::from_bytes(bytes).ok()?;
    let turned = turned(&jpeg);
    jpeg.segments_mut().retain(|segment| {
        let marker = segment.marker();
        // Without its colours, and Adobe's way of storing them, the picture would look different.
        let is_needed = marker == markers::APP14 || (marker == markers::APP2 && segment.contents().starts_with(ICC));
        is_needed || !matches!(marker, markers::APP1..=markers::APP15 | markers::COM)
    });
    jpeg.set_exif(turned);
    let bytes = jpeg.encoder().bytes();
    // Phones append more pictures, each with metadata of its own.
    let end = end_of_jpeg(&bytes).unwrap_or(bytes.len());
    Some(bytes.slice(..end))
}

/// Where the first picture of a JPEG file ends.
fn end_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [first, marker] = *bytes.get(at..)?.first_chunk()?;
        at += match (first, marker) {
            (markers::P, markers::EOI) => return Some(at + 2),
            // Compressed data, and markers without a length.
            (markers::P, markers::Z | markers::RST0..=markers::SOI) => 2,
            (markers::P, markers::P) => 1,
            (markers::P, _) => 2 + usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk()?)),
            _ => 1,
        };
    }
}

fn png(bytes: Bytes) -> Option<Bytes> {
    let mut png = Png::from_bytes(bytes).ok()?;
    let turned = turned(&png);
    png.chunks_mut().retain(|chunk| !matches!(&chunk.kind(), b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" | b"tIME"));
    png.set_exif(turned);
    Some(png.encoder().bytes())
}

fn webp(bytes: Bytes) -> Option<Bytes> {
    let mut webp = WebP::from_bytes(bytes).ok()?;
    let turned = turned(&webp);
    webp.remove_chunks_by_id(CHUNK_XMP);
    webp.set_exif(turned);
    Some(webp.encoder().bytes())
}

/// EXIF data that say nothing but how the picture has to be turned; `None` if it need not be.
fn turned(picture: &impl ImageEXIF) -> Option<Bytes> {
    let orientation = orientation(&picture.exif()?).filter(|orientation| (2..=8).contains(orientation))?;
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend_from_slice(&orientation.to_be_bytes());
    // The rest of the field, and no further directory.
    exif.extend_from_slice(&[0; 6]);
    Some(exif.into())
}

/// The field `Orientation` of a TIFF structure.
fn orientation(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    const FIELD_SIZE: usize = 12;
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| -> Option<u16> {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = *tiff.get(4..)?.first_chunk()?;
    let long = if is_little { u32::from_le_bytes(long) } else { u32::from_be_bytes(long) };
    let directory = usize::try_from(long).ok()?;
    let fields = directory.checked_add(2)?;
    (0..usize::from(short(directory)?))
        .filter_map(|number| fields.checked_add(number * FIELD_SIZE))
        .find(|field| short(*field) == Some(ORIENTATION))
        .and_then(|field| short(field.checked_add(8)?))
}

#[cfg(test)]
mod tests {
    use img_parts::jpeg::JpegSegment;
    use img_parts::riff::{RiffChunk, RiffContent};

    use super::*;
    use crate::kernel::attachment::File;

    const SECRET: &[u8] = b"52.5200 N 13.4050 E";

    fn has(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    /// EXIF data as a phone writes them: turned to the right, and where.
    fn exif() -> Bytes {
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(SECRET);
        exif.into()
    }

    fn segment(marker: u8, contents: &[u8]) -> JpegSegment {
        JpegSegment::new_with_contents(marker, Bytes::copy_from_slice(contents))
    }

    #[test]
    fn p09_photos_lose_their_metadata_but_not_their_orientation() {
        let secret = |prefix: &[u8]| [prefix, SECRET].concat();
        let mut jpeg = Jpeg::from_bytes(Bytes::from_static(&[0xFF, 0xD8, 0xFF, 0xD9])).unwrap();
        jpeg.segments_mut().extend([
            segment(markers::APP0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
            segment(markers::APP1, &secret(b"http://ns.adobe.com/xap/1.0/\0")),
            segment(markers::APP2, b"ICC_PROFILE\0\x01\x01profile"),
            segment(markers::APP2, &secret(b"MPF\0")),
            segment(markers::APP13, &secret(b"Photoshop 3.0\0")),
            segment(markers::COM, SECRET),
            segment(markers::DQT, b"\0table"),
        ]);
        // A marker in a table between scans is no end of the picture.
        let entropy = [&b"\x12\xFF\x00\x34\xFF\xD0\x56\xFF\xC4\0\x04\xFF\xD9\x78\xFF\xD9"[..], SECRET].concat();
        jpeg.segments_mut().push(JpegSegment::new_with_entropy(
            markers::SOS,
            Bytes::from_static(b"\x01\0\0"),
            entropy.into(),
        ));
        jpeg.set_exif(Some(exif()));
        let file = File::read("photo.jpg", jpeg.encoder().bytes().into()).unwrap();
        assert!(!has(&file.bytes, SECRET));
        assert!(has(&file.bytes, b"ICC_PROFILE") && has(&file.bytes, b"JFIF") && has(&file.bytes, b"\0table"));
        assert!(file.bytes.ends_with(b"\x78\xFF\xD9"), "the picture is whole, and nothing follows it");
        let read = Jpeg::from_bytes(file.bytes.into()).unwrap();
        assert_eq!(orientation(&read.exif().unwrap()), Some(6));

        let mut png = Png::from_bytes(Bytes::from_static(b"\x89PNG\r\n\x1a\n")).unwrap();
        for (kind, contents) in
            [(*b"IHDR", &b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"[..]), (*b"tEXt", SECRET), (*b"iTXt", SECRET)]
        {
            png.chunks_mut().push(img_parts::png::PngChunk::new(kind, Bytes::copy_from_slice(contents)));
        }
        png.chunks_mut().push(img_parts::png::PngChunk::new(*b"IEND", Bytes::new()));
        png.set_exif(Some(exif()));
        let file = File::read("photo.png", png.encoder().bytes().into()).unwrap();
        assert!(!has(&file.bytes, SECRET) && has(&file.bytes, b"IHDR"));
        assert_eq!(orientation(&Png::from_bytes(file.bytes.into()).unwrap().exif().unwrap()), Some(6));

        let chunk = |id: &[u8; 4], data: &[u8]| RiffChunk::new(*id, RiffContent::Data(Bytes::copy_from_slice(data)));
        let subchunks = vec![
            chunk(b"VP8X", b"\x0c\0\0\0\xcc\x02\0\xff\x01\0"),
            chunk(b"VP8 ", b"\x50\x5a\x00\x9d\x01\x2a\x01\x00\x01\x00"),
            chunk(b"EXIF", &exif()),
            chunk(b"XMP ", SECRET),
        ];
        let riff = RiffChunk::new(*b"RIFF", RiffContent::List { kind: Some(*b"WEBP"), subchunks });
        let webp = WebP::new(riff).unwrap();
        let file = File::read("photo.webp", webp.encoder().bytes().into()).unwrap();
        assert!(!has(&file.bytes, SECRET) && has(&file.bytes, b"VP8 "));
        assert_eq!(orientation(&WebP::from_bytes(file.bytes.into()).unwrap().exif().unwrap()), Some(6));
    }

    #[test]
    fn p09_damaged_pictures_are_kept_as_they_are() {
        for damaged in
            [&b"\xFF\xD8\xFF"[..], b"\xFF\xD8\xFF\xE1\xFF\xFF", b"\x89PNG\r\n\x1a\n\xFF", b"RIFF\xFF\0\0\0WEBP"]
        {
            let file = File::read("x", damaged.to_vec()).unwrap();
            assert_eq!(file.bytes, damaged);
        }
        for tiff in [&b"II*\0"[..], b"II*\0\xFF\xFF\xFF\xFF", b"MM\0*\0\0\0\x08\xFF\xFF", b""] {
            assert_eq!(orientation(tiff), None);
        }
    }
}
