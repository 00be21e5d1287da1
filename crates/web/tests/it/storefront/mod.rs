//! The storefront: from the catalogue to a service that can be activated, and what staff see of it.

mod checkout;
mod isolation;
mod orders;
mod products;
mod sign_up;

use serde_json::{Value, json};
use tessera_hub::Visit;
use testkit::{Browser, Known, Page, TestApp};

use crate::marketplace_platform::{RunningVendor, connect, later, put};

/// The usual contact and billing address.
pub const BILLING: [(&str, &str); 6] = [
    ("first_name", "Ada"),
    ("last_name", "Example"),
    ("address1", "1 Example Way"),
    ("post_code", "94903"),
    ("city", "Chicago"),
    ("country", "US"),
];

/// A URL of the storefront.
pub fn url(app: &TestApp, path: &str) -> String {
    format!("{}/shop{path}", app.url)
}

/// Creates a product of a vendor. Its id.
pub async fn product(app: &TestApp, name: &str, vendor: &str) -> String {
    let body = json!({
        "name": name, "description": "**Good** for you.", "price": { "amount": "12.50", "currency": "EUR" },
        "service_manager_id": vendor,
    });
    let made = app.api.post("/products", &app.api_key, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// An activated customer with a signed-in browser.
pub async fn buyer(app: &TestApp, who: Known) -> Browser {
    app.activated(who).await
}

/// A browser signed in as someone of the identity provider who belongs to nobody.
pub async fn stranger(app: &TestApp, subject: &str, email: &str, email_verified: bool) -> Browser {
    use tessera_core::kernel::customer::{IdentityKey, SignIn};
    let identity = IdentityKey { issuer: app.idp_url.clone(), subject: subject.to_owned() };
    let email = Some(email.to_owned());
    let sign_in = SignIn { identity, provider: "idp".to_owned(), email, email_verified, name: None };
    let token = app.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
    let mut browser = Browser::new();
    browser.put_cookie("tessera", &token);
    browser
}

/// The fields of the form in the main part of a page, as a browser sends them.
pub fn fields_of(page: &Page) -> Vec<(String, String)> {
    let main = page.html.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| plain(value))
    };
    let mut fields = Vec::new();
    for tag in main.split("<input ").skip(1).map(|rest| format!(" {}", rest.split('>').next().unwrap())) {
        let is_box = tag.contains("type=\"checkbox\"");
        if let Some(name) = attribute(&tag, "name").filter(|_| !is_box || tag.ends_with(" checked")) {
            fields.push((name, attribute(&tag, "value").unwrap_or_default()));
        }
    }
    fields
}

fn plain(text: &str) -> String {
    [("&quot;", "\""), ("&#39;", "'"), ("&#x2f;", "/"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, character)| text.replace(escaped, character))
}

/// Sends the form of a step of the checkout, with some fields filled in.
pub async fn send(app: &TestApp, browser: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let mut fields = fields_of(page);
    fields.retain(|(name, _)| !typed.iter().any(|(known, _)| known == name));
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&url(app, "/checkout"), &fields).await
}

/// Puts a product into the basket, and goes to the step after contact and billing address.
pub async fn checked_out(app: &TestApp, browser: &mut Browser, product: &str) -> Page {
    let basket = browser.post(&url(app, "/basket"), &[("act", "add"), ("product", product), ("quantity", "1")]).await;
    assert!(basket.body.contains("Added to your basket."), "{}", basket.body);
    let contact = browser.open(&url(app, "/checkout")).await;
    assert!(contact.body.contains("<h1>Your details</h1>"), "{}", contact.body);
    send(app, browser, &contact, &[&BILLING[..], &[("step", "contact")]].concat()).await
}

/// Answers the "Service Details" of a vendor with a domain.
pub async fn answered(app: &TestApp, browser: &mut Browser, page: &Page, vendor: &str, domain: &str) -> Page {
    assert!(page.body.contains("<h1>Service Details</h1>"), "{}", page.body);
    let field = format!("d.{vendor}.domain");
    send(app, browser, page, &[(&field, domain), ("step", "details")]).await
}

/// Buys a product whose vendor asks for a domain. The page of the order.
pub async fn bought(app: &TestApp, browser: &mut Browser, product: &str, vendor: &str, domain: &str) -> Page {
    let details = checked_out(app, browser, product).await;
    let overview = answered(app, browser, &details, vendor, domain).await;
    placed(app, browser, &overview).await
}

/// Places the order of an overview. The page of the order.
pub async fn placed(app: &TestApp, browser: &mut Browser, overview: &Page) -> Page {
    assert!(overview.body.contains("<h1>Overview</h1>"), "{}", overview.body);
    let order = send(app, browser, overview, &[("step", "place")]).await;
    assert!(order.url.contains("/shop/orders/"), "{}: {}", order.url, order.body);
    order
}

/// The id of the order on a page.
pub fn id_of(order: &Page) -> String {
    order.url.rsplit('/').next().unwrap().to_owned()
}

/// An order as the API shows it.
pub async fn shown(app: &TestApp, id: &str) -> Value {
    app.api.get(&format!("/orders/{id}"), &app.api_key).await.json()
}

/// Has every operation of the storefront succeed, for the test of the API's description.
pub async fn ask_everything(app: &TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(app, "Sold", &running.url()).await;
    let id = product(app, "Described", &vendor).await;
    let path = format!("/products/{id}");
    let mut shown = app.api.get(&path, &app.api_key).await.json();
    assert_eq!(shown["price"], json!({ "amount": "12.50", "currency": "EUR" }));
    let changed = json!({
        "name": "Described anew", "price": { "amount": "9", "currency": "EUR" }, "service_manager_id": vendor,
    });
    shown = put(app, &path, &changed).await.json();
    assert_eq!((&shown["price"]["amount"], &shown["version"]), (&json!("9.00"), &json!(2)));
    assert_eq!(app.api.get("/products?limit=1", &app.api_key).await.json()["items"][0]["id"], id);
    let picture = json!({ "picture": "R0lGODlhAQABAAAAADs=", "alt": "A dot" });
    shown = put(app, &format!("{path}/picture"), &picture).await.json();
    assert_eq!((&shown["picture"]["alt"], &shown["version"]), (&json!("A dot"), &json!(3)));
    let removed = app.api.delete(&format!("{path}/picture"), &app.api_key, None).await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    let mut browser = stranger(app, "described", "described-shop@example.com", true).await;
    let order = bought(app, &mut browser, &id, &vendor, "described.example").await;
    let listed = app.api.get("/orders", &app.api_key).await.json();
    assert_eq!(listed["items"][0]["id"], id_of(&order));
    assert_eq!(self::shown(app, &id_of(&order)).await["state"], "placed");
    app.hub.run_pending().await;
    assert_eq!(self::shown(app, &id_of(&order)).await["state"], "active");
    assert_eq!(app.api.delete(&path, &app.api_key, None).await.status, 204);
    later(app, 30).await;
}
