//! Serving uploaded files with their own media type only, and without any rights.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tessera_core::kernel::attachment::MediaType;

use crate::locale::{self, catalogue, text};

/// Whatever type a browser infers from the bytes, it may not run, load or frame anything.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The response for a file. Pictures are displayed, all other files are saved.
pub(crate) fn served(name: &str, media_type: MediaType, bytes: Vec<u8>) -> Response {
    let manner = if media_type.is_picture() { "inline" } else { "attachment" };
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let plain = plain.replace(['"', '\\'], "_");
    let disposition = format!("{manner}; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(name));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type.as_str()));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// A file's size in a readable form.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => text!("file-bytes", count = bytes),
        1_000..1_000_000 => text!("file-kilobytes", count = bytes / 1_000),
        _ => {
            let size = format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
            text!("file-megabytes", size = catalogue::written(&size, locale::language()))
        }
    }
}

/// A file name encoded for a header (RFC 8187).
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn p09_a_name_survives_the_header() {
        assert_eq!(encoded("Zähler 1.jpg"), "Z%C3%A4hler%201.jpg");
    }
}
