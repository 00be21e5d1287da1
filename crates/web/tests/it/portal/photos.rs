//! Photos lose where they were taken, whichever form they are sent with (`P09`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use testkit::passwords::SECRET;
use testkit::portal::{PortalUser, id_after, url};
use testkit::{ADA, Browser, Colleague, File, TestApp, rows_of_all_tables};

use super::board;
use super::service_requests::{id_in, open};
use crate::marketplace_platform::{RunningVendor, connect};
use crate::storefront::product;
use crate::tech::{Technician, visit};

/// Text that stands for the place in a photo's metadata.
const PLACE: &str = "51.4778N-0.0015W";

/// A small JPEG with EXIF data and a comment that say where it was taken, and a picture appended to it, as phones do.
fn photo() -> Vec<u8> {
    let segment = |marker: u8, contents: &[u8]| {
        let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], contents].concat()
    };
    let exif = [b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", PLACE.as_bytes()].concat();
    let whole = [
        vec![0xFF, 0xD8],
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xE1, &exif),
        segment(0xFE, PLACE.as_bytes()),
        segment(0xDA, b"\x01\x01\0\0\x3F\0"),
        b"\x12\x34\xFF\xD9".to_vec(),
    ];
    [whole.concat(), PLACE.as_bytes().to_vec()].concat()
}

#[testkit::both_databases]
async fn p09_photos_lose_where_they_were_taken_on_every_form_that_takes_files(app: TestApp) {
    let photo = photo();
    let file = |name| File { name, bytes: &photo };
    let mut ada = PortalUser::activated(&app, ADA).await;
    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    let page = open(&app, &mut ada.browser, &[], &[("request.jpg", &photo)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let comment = url(&app, &format!("/requests/{}/comment", id_in(&page)));
    ada.browser.upload(&comment, &[("body", "Here"), ("text", "Here")], file("comment.jpg")).await;
    let board = board(&app, "Batteries", &[]).await;
    let begin = url(&app, &format!("/forum/boards/{board}/new"));
    let page = ada.browser.upload(&begin, &[("title", "Cables?"), ("body", "These")], file("topic.jpg")).await;
    let reply = url(&app, &format!("/forum/topics/{}/reply", id_after(&page.url, "/topics/")));
    ada.browser.upload(&reply, &[("body", "And these")], file("reply.jpg")).await;
    let post = [("title", "Spring"), ("body", "Sun"), ("everybody", "true"), ("act", "publish")];
    let page = ada.post(&app, "/news/new", &post).await;
    let attach = url(&app, &format!("/news/{}/attach", id_after(&page.url, "/news/")));
    ada.browser.upload(&attach, &[], file("news.jpg")).await;

    Technician::signed_in(&app, "sam.tech").await;
    let work = visit(&app, &ada.customer.to_string(), "sam.tech").await;
    let mut sam = Browser::new();
    let sign_in = format!("{}/portal/tech/sign-in/password", app.url);
    sam.post(&sign_in, &[("login", "sam.tech"), ("password", SECRET)]).await;
    let note = format!("{}/portal/tech/work/{work}/notes", app.url);
    sam.upload(&note, &[("text", "Before")], file("note.jpg")).await;

    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let product = product(&app, "Backup", &vendor).await;
    let mut staff = Browser::new();
    for (name, value) in Colleague::signed_in(&app).await.cookies {
        staff.put_cookie(&name, &value);
    }
    let picture = format!("{}/console/products/{product}/picture", app.url);
    let saved = staff.upload(&picture, &[("alt", "A cloud")], file("picture.jpg")).await;
    assert!(saved.body.contains("The picture is saved."), "{}", saved.body);

    let rows = rows_of_all_tables(&app.database).await;
    for name in ["request.jpg", "comment.jpg", "topic.jpg", "reply.jpg", "news.jpg", "note.jpg"] {
        assert!(rows.iter().any(|(_, row)| row.contains(name)), "{name} is kept");
    }
    let left: Vec<_> = rows.iter().filter(|(_, row)| row.contains(PLACE)).map(|(table, _)| table).collect();
    assert_eq!(left, [] as [&str; 0]);
    app.hub.run_pending().await;
}

/// Files below a folder whose text has a word, relative to it.
fn files_with(folder: &Path, word: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if std::fs::read_to_string(&path).is_ok_and(|text| text.contains(word)) {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}

#[test]
fn p09_every_form_that_takes_files_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let forms = [
        "console/marketplace_platform/imports.html",
        "console/storefront/product.html",
        "devices/loads_body.html",
        "portal/forum/topic.html",
        "portal/forum/write.html",
        "portal/news/form.html",
        "portal/service_requests/new.html",
        "portal/service_requests/one.html",
        "tech/order.html",
    ];
    let known: BTreeSet<String> = forms.map(ToOwned::to_owned).into();
    assert_eq!(
        files_with(&root.join("templates"), "multipart/form-data"),
        known,
        "send a photo with each of them above"
    );
    // One of these modules takes pictures; tables of devices and accounts are read as text and not kept as files.
    let readers = BTreeSet::from(["devices/loads.rs".to_owned(), "extract/form.rs".to_owned()]);
    assert_eq!(files_with(&root.join("src"), "multipart::parts("), readers);
}
