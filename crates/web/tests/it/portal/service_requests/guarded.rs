//! Isolation of requests and their files, and malicious uploads.

use std::time::Duration;

use reqwest::Method;
use testkit::{ADA, BEN, Browser, TestApp, client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::portal::service_requests::{PHOTO, id_in, open};

#[testkit::both_databases]
async fn p08_p09_requests_at_other_places_are_not_found(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut ben = app.activated(BEN).await;
    let page = open(&app, &mut ada, &[("device", &app.display_id("HIB-A1").to_string())], &[("a.jpg", PHOTO)]).await;
    app.hub.run_pending().await;
    let (id, nobodys) = (id_in(&page), "0198c0de-0000-7000-8000-000000000001");
    let file = page.body.split("/files/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let base = format!("{}/portal/customer/requests", app.url);
    assert_eq!(ada.fetch(&format!("{base}/{id}/files/{file}")).await.status(), 200);

    for path in ["", &format!("/files/{file}"), &format!("/files/{nobodys}"), "/files/x"] {
        let theirs = ben.open(&format!("{base}/{id}{path}")).await;
        let none = ben.open(&format!("{base}/{nobodys}{path}")).await;
        assert_eq!((theirs.status, none.status), (404, 404), "{path}");
        let plain = |page: &testkit::Page| page.body.split("<code>").next().unwrap().to_owned();
        assert_eq!(plain(&theirs), plain(&none), "whether it exists is not told");
    }
    // One's own request does not give access to another request's file.
    let own = id_in(&open(&app, &mut ben, &[], &[]).await);
    assert_eq!(ben.fetch(&format!("{base}/{own}/files/{file}")).await.status(), 404);
    for (path, fields) in [("close", vec![]), ("reopen", vec![]), ("decide", vec![("verdict", "approve")])] {
        assert_eq!(ben.post(&format!("{base}/{id}/{path}"), &fields).await.status, 404, "{path}");
    }
    assert_eq!(ben.upload_all(&format!("{base}/{id}/comment"), &[("text", "Hello")], &[]).await.status, 404);
    assert!(!ada.open(&page.url).await.body.contains("Hello"));
    let list = ben.open(&format!("{base}?q=hums")).await;
    assert!(!list.body.contains(&id) && list.body.contains(&own));
    // Another customer's device or place cannot be named.
    let wrong = open(&app, &mut ben, &[("device", &app.display_id("HIB-A1").to_string())], &[]).await;
    assert_eq!(wrong.status, 422);
    let adas = app.customer_of(ADA.requester).await;
    let wrong = open(&app, &mut ben, &[("place", &adas)], &[]).await;
    assert_eq!((wrong.status, wrong.body.contains("one of your places")), (422, true));
    assert_eq!(ben.open(&format!("{base}/not-an-id")).await.status, 404);

    // Without a session there is only the sign-in page. A form of another site is rejected.
    let mut nobody = Browser::new();
    for path in ["", "/new", &format!("/{id}"), &format!("/{id}/files/{file}")] {
        let page = nobody.open(&format!("{base}{path}")).await;
        assert!(page.url.contains("/sign-in"), "{}", page.url);
    }
    let forged = client().request(Method::POST, format!("{base}/{id}/close")).header("sec-fetch-site", "cross-site");
    assert_eq!(forged.send().await.unwrap().status(), 403);
    // A deactivated person loses access with the next request.
    let people = app.store.people(adas.parse().unwrap()).await.unwrap();
    crate::portal::service_requests::steps::change(&app, people[0].id, false, &[]).await;
    assert_ne!(ada.fetch(&format!("{base}/{id}/files/{file}")).await.status(), 200);
    assert_eq!(app.tickets(ADA).len(), 1);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_a_files_type_comes_from_its_content_and_nothing_runs(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let script = b"<!doctype html><script>alert(1)</script>".as_slice();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice();
    let zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".as_slice();
    for (name, bytes) in
        [("photo.jpg", script), ("photo.png", svg), ("42.zip", zip), ("photo.jpg", zip), ("a.txt", b"a\x00b")]
    {
        let page = open(&app, &mut ada, &[], &[(name, bytes)]).await;
        assert_eq!((page.status, page.body.contains("is neither a photo")), (422, true), "{name}");
    }
    // A file that begins like a picture and continues like a page is treated as a picture, whatever its name.
    let polyglot = b"GIF89a/*<script>alert(1)</script>*/=1;".as_slice();
    let files = [("../../evil.html", polyglot), ("note \"\u{202E}gpj.txt", b"It hums".as_slice())];
    let page = open(&app, &mut ada, &[], &files).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("evil_html.gif") && !page.body.contains(".."), "{}", page.body);
    let found: Vec<String> = page
        .body
        .split("href=\"")
        .filter(|it| it.contains("/files/"))
        .map(|it| format!("{}{}", app.url, it.split('"').next().unwrap()))
        .collect();
    let mut kinds = Vec::new();
    for url in found {
        let answer = ada.fetch(&url).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(header("content-security-policy").starts_with("default-src 'none'; sandbox;"));
        assert_eq!(header("cache-control"), "no-store");
        kinds.push(format!("{} {}", header("content-type"), header("content-disposition")));
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), 2);
    assert!(kinds[0].starts_with("image/gif inline; filename=\"evil_html.gif\""), "{kinds:?}");
    assert!(kinds[1].starts_with("text/plain; charset=utf-8 attachment; filename=\"note"), "{kinds:?}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_uploads_are_bounded(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut large = PHOTO.to_vec();
    large.resize(10 * 1024 * 1024 + 1, 0);
    let page = open(&app, &mut ada, &[], &[("large.jpg", &large)]).await;
    assert_eq!((page.status, page.body.contains("larger than 10 MB")), (422, true));
    large.pop();
    let page = open(&app, &mut ada, &[], &[("large.jpg", &large)]).await;
    assert_eq!(page.status, 200, "ten megabytes are taken");
    let url = page.url.clone();
    let four = [("a.jpg", large.as_slice()), ("b.jpg", &large), ("c.jpg", &large), ("d.jpg", &large)];
    let page = open(&app, &mut ada, &[], &four).await;
    assert_eq!(page.status, 413, "no form is larger than 32 MB");

    let many: Vec<(&str, &[u8])> = vec![("a.jpg", PHOTO); 11];
    let page = open(&app, &mut ada, &[], &many).await;
    assert_eq!((page.status, page.body.contains("at most 10 files")), (422, true));
    let page = ada.upload_all(&format!("{url}/comment"), &[], &many[..9]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let page = ada.upload_all(&format!("{url}/comment"), &[], &many[..1]).await;
    assert_eq!((page.status, page.body.contains("at most 10 files")), (422, true), "the first ten were all");
    let page = ada.upload_all(&format!("{url}/comment"), &[("text", &"x".repeat(10_001))], &[]).await;
    assert_eq!((page.status, page.body.contains("at most 10000 characters")), (422, true));
    app.hub.run_pending().await;
}

/// Begins an upload, and sends no more of it.
async fn stalled(hub: &str, browser: &Browser) -> TcpStream {
    let mut stream = TcpStream::connect(hub.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /portal/customer/requests/new HTTP/1.1\r\nHost: x\r\nCookie: tessera={}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n",
        browser.cookie("tessera").unwrap()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Reads until this text, or the end.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let (mut read, mut piece) = (Vec::new(), [0; 1024]);
    while !String::from_utf8_lossy(&read).contains(text) {
        match timeout(Duration::from_mins(1), stream.read(&mut piece)).await.expect("the hub answers") {
            Ok(0) | Err(_) => break,
            Ok(size) => read.extend_from_slice(&piece[..size]),
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

#[testkit::both_databases]
async fn p09_stalled_uploads_do_not_block_other_requests(app: TestApp) {
    let ada = app.activated(ADA).await;
    let mut ben = app.activated(BEN).await;
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut stream = stalled(&app.url, &ada).await;
        assert!(read_until(&mut stream, "\r\n\r\n").await.contains("100 Continue"), "it is being received");
        waiting.push(stream);
    }
    for _ in 0..6 {
        waiting.push(stalled(&app.url, &ada).await);
    }
    let page = open(&app, &mut ben, &[], &[("a.jpg", PHOTO)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    drop(waiting);

    // An upload that is slower than the minimum pace ends.
    let pace = Duration::from_millis(300);
    let hub = app.serve_with(|web| web.upload_pace = pace).await;
    let mut slow = stalled(&hub, &ada).await;
    let answer = read_until(&mut slow, "HTTP/1.1 4").await;
    assert!(answer.contains("HTTP/1.1 408"), "{answer}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_opening_requests_is_rate_limited(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    for at in 0..30 {
        assert_eq!(open(&app, &mut ada, &[], &[]).await.status, 200, "{at}");
    }
    let page = open(&app, &mut ada, &[], &[]).await;
    assert!(page.status == 422 && page.body.contains("Wait 15 minutes"), "{}", page.body);
    app.advance(Duration::from_mins(16));
    assert_eq!(open(&app, &mut ada, &[], &[]).await.status, 200);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_comments_closing_and_files_are_rate_limited(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let url = open(&app, &mut ada, &[], &[]).await.url;
    for at in 0..30 {
        assert_eq!(ada.post(&format!("{url}/close"), &[]).await.status, 200, "{at}");
        assert_eq!(ada.post(&format!("{url}/reopen"), &[]).await.status, 200, "{at}");
    }
    for act in ["close", "reopen"] {
        let page = ada.post(&format!("{url}/{act}"), &[]).await;
        assert!(page.body.contains("Wait 15 minutes"), "{}", page.body);
    }
    let comment = format!("{url}/comment");
    let page = ada.upload_all(&comment, &[("text", "It still hums")], &[]).await;
    assert_eq!((page.status, page.body.contains("Wait 15 minutes")), (422, true));
    let mut statuses = Vec::new();
    for _ in 0..42 {
        statuses.push(ada.upload_all(&comment, &[("text", "x")], &[("a.jpg", PHOTO)]).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 2, "{statuses:?}");
    app.advance(Duration::from_mins(16));
    let page = ada.upload_all(&comment, &[("text", "It still hums")], &[("a.jpg", PHOTO)]).await;
    assert!(page.body.contains("It still hums"), "{}", page.body);
    app.hub.run_pending().await;
}
