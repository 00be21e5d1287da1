//! Service requests.

mod guarded;
mod journey;
mod mirrored;
mod steps;

use testkit::{Browser, Page, TestApp};

/// The smallest file that begins like a photo.
pub const PHOTO: &[u8] = b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00 a photo";

/// Submits the form for a new request.
pub async fn open(app: &TestApp, browser: &mut Browser, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
    let usual = [("kind", "fault"), ("subject", "The inverter hums"), ("description", "Since <b>Tuesday</b>.")];
    let missing = usual.iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
    let all: Vec<_> = missing.chain(fields).copied().collect();
    browser.upload_all(&format!("{}/portal/customer/requests/new", app.url), &all, files).await
}

/// The id at the end of a request page's address.
pub fn id_in(page: &Page) -> String {
    page.url.rsplit('/').next().unwrap().to_owned()
}
