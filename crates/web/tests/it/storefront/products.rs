//! Products, as staff enter them, and the storefront that is switched off.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use serde_json::json;
use tessera_core::storefront::product::MAX_PICTURE_SIZE;
use testkit::{Browser, Colleague, Databases, File, TestApp};

use super::{product, url};
use crate::marketplace_platform::{RunningVendor, connect, later, put};

#[testkit::both_databases]
async fn m06_staff_create_change_and_hide_products(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/products/new").await.says(&["New product", "Example Cloud"]);
    let wrong = [("name", "Backup"), ("amount", "twelve"), ("currency", "EUR"), ("service_manager", vendor.as_str())];
    let page = agnes.post("/products/new", &wrong).await;
    page.says(&["Not saved yet", "twelve", "Backup"]);
    let right = [&wrong[..1], &[("amount", "12.5"), ("visible", "true")], &wrong[2..]].concat();
    agnes.post("/products/new", &right).await.says(&["The product Backup is saved.", "EUR\u{a0}12.50", "On sale"]);
    let mut visitor = testkit::Browser::new();
    assert!(visitor.open(&url(&app, "")).await.body.contains("Backup"));
    let products = app.api.get("/products", &app.api_key).await.json();
    let id = products["items"][0]["id"].as_str().unwrap().to_owned();
    agnes.post(&format!("/products/{id}/hide"), &[]).await.says(&["is hidden", "Hidden"]);
    assert!(!visitor.open(&url(&app, "")).await.body.contains("Backup"));
    let stale = [&right[..], &[("version", "1")]].concat();
    agnes.post(&format!("/products/{id}"), &stale).await.says(&["omeone else has changed this product"]);
    agnes.post(&format!("/products/{id}/show"), &[]).await.says(&["is on sale"]);
    let vendor = app.api.delete(&format!("/service-managers/{vendor}"), &app.api_key, None).await;
    vendor.problem(409, "sold_in_storefront");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_staff_give_a_product_a_picture_that_customers_see(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = product(&app, "Backup", &vendor).await;
    let agnes = Colleague::signed_in(&app).await;
    let mut staff = Browser::new();
    for (name, value) in &agnes.cookies {
        staff.put_cookie(name, value);
    }
    let form = format!("{}/console/products/{id}/picture", app.url);
    let alt = [("alt", "A cloud with a disk")];
    let gif: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
    let saved = staff.upload(&form, &alt, File { name: "cloud.jpg", bytes: gif }).await;
    assert!(saved.body.contains("The picture is saved."), "{}", saved.body);

    let mut visitor = Browser::new();
    for page in ["", &format!("/products/{id}")] {
        let page = visitor.open(&url(&app, page)).await;
        assert!(page.html.contains("alt=\"A cloud with a disk\""), "{}", page.html);
    }
    let shown = app.api.get(&format!("/products/{id}"), &app.api_key).await.json()["picture"].clone();
    assert_eq!(shown["alt"], "A cloud with a disk");
    let picture = format!("{}{}", app.url, shown["path"].as_str().unwrap());
    let answer = visitor.fetch(&picture).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &HeaderValue::from_static("image/gif"))
    );
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert_eq!(&answer.bytes().await.unwrap()[..], gif);

    for (alt, bytes, why) in [
        ("A cloud", &b"<svg onload='alert(1)'></svg>"[..], "neither a photo"),
        ("A cloud", b"%PDF-1.7", "choose a picture"),
        ("", gif, "what the picture shows"),
    ] {
        let refused = staff.upload(&form, &[("alt", alt)], File { name: "cloud.gif", bytes }).await;
        assert!(refused.body.contains(why), "{why}: {}", refused.body);
    }
    assert_eq!(visitor.fetch(&picture).await.status(), 200, "the picture before stays");
    staff.post(&format!("{}/console/products/{id}/hide", app.url), &[]).await;
    assert_eq!(visitor.fetch(&picture).await.status(), 404, "nor is its picture shown");
    assert_eq!(staff.fetch(&form).await.status(), 200);
    staff.post(&format!("{}/console/products/{id}/show", app.url), &[]).await;
    let removed = staff.post(&format!("{form}/remove"), &[]).await;
    assert!(removed.body.contains("The picture is removed."), "{}", removed.body);
    assert_eq!(visitor.fetch(&picture).await.status(), 404);
    staff.upload(&form, &alt, File { name: "cloud.gif", bytes: gif }).await;
    assert_eq!(app.api.delete(&format!("/products/{id}"), &app.api_key, None).await.status, 204);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_a_program_gives_a_product_a_picture_and_takes_it_away(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let path = format!("/products/{}", product(&app, "Backup", &vendor).await);
    let mut gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    let send = async |bytes: &[u8], alt: &str| {
        let body = json!({ "picture": STANDARD.encode(bytes), "alt": alt });
        put(&app, &format!("{path}/picture"), &body).await
    };
    let saved = send(&gif[..], "A cloud with a disk").await;
    assert_eq!((saved.status, &saved.json()["picture"]["alt"]), (200, &json!("A cloud with a disk")), "{}", saved.body);
    let picture = format!("{}{}", app.url, saved.json()["picture"]["path"].as_str().unwrap());
    let visitor = Browser::new();
    let answer = visitor.fetch(&picture).await;
    assert_eq!((answer.status().as_u16(), &answer.bytes().await.unwrap()[..]), (200, &gif[..]));

    // Larger than the body of any other operation may be.
    gif.resize(MAX_PICTURE_SIZE, 0);
    assert_eq!(send(&gif[..], "A large cloud").await.status, 200);
    gif.push(0);
    for (bytes, alt) in [
        (&gif[..], "A cloud"),
        (b"<svg onload='alert(1)'></svg>", "A cloud"),
        (b"%PDF-1.7", "A cloud"),
        (b"GIF89a", ""),
    ] {
        send(bytes, alt).await.problem(422, "invalid_value");
    }
    let body = json!({ "picture": "no base64!", "alt": "A cloud" });
    put(&app, &format!("{path}/picture"), &body).await.problem(422, "invalid_value");
    let body = json!({ "picture": "R0lGODlhAQABAAAAADs=", "alt": "A cloud" });
    put(&app, "/products/0192f3a0-0000-7000-8000-000000000001/picture", &body).await.problem(404, "not_found");
    let shown = app.api.get(&path, &app.api_key).await.json();
    assert_eq!(shown["picture"]["alt"], "A large cloud", "what was refused changes nothing");
    for _ in 0..2 {
        assert_eq!(app.api.delete(&format!("{path}/picture"), &app.api_key, None).await.status, 204);
    }
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["picture"], json!(null));
    assert_eq!(visitor.fetch(&picture).await.status(), 404);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_a_product_needs_a_price_a_currency_and_a_vendor(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    product(&app, "Backup", &vendor).await;
    for (amount, currency, vendor) in [
        ("1.234", "EUR", vendor.as_str()),
        ("-1", "EUR", &vendor),
        ("1", "XXX", &vendor),
        ("1", "EUR", "0192f3a0-0000-7000-8000-000000000001"),
    ] {
        let body = serde_json::json!({
            "name": "Wrong", "price": { "amount": amount, "currency": currency }, "service_manager_id": vendor,
        });
        app.api.post("/products", &app.api_key, body).await.problem(422, "invalid_value");
    }
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_without_its_section_there_is_no_storefront(databases: Databases) {
    let app = TestApp::builder().config(|config| config.storefront = None).start(&databases).await;
    let mut visitor = testkit::Browser::new();
    for page in ["", "/basket", "/sign-up"] {
        assert_eq!(visitor.open(&url(&app, page)).await.status, 404, "{page}");
    }
    let mut claire = super::stranger(&app, "claire", "claire@example.net", true).await;
    for page in ["/checkout", "/orders", "/services"] {
        assert_eq!(claire.open(&url(&app, page)).await.status, 404, "{page}");
    }
}
