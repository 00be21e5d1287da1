//! Returns.

mod for_customer;
mod journey;

use serde_json::Value;
use testkit::{Browser, Page, TestApp};

const RETURNS: &str = "/portal/customer/returns";

async fn device_of(browser: &mut Browser, app: &TestApp) -> String {
    let page = browser.open(&format!("{}/portal/customer", app.url)).await;
    let at = page.body.find("/portal/customer/devices/").expect("a device is listed");
    let rest = &page.body[at + "/portal/customer/devices/".len()..];
    rest.chars().take_while(char::is_ascii_digit).collect()
}

/// Opens a return of the first device in the browser's portal and returns its page.
pub async fn opened(app: &TestApp, browser: &mut Browser, reason: &str) -> Page {
    let device = device_of(browser, app).await;
    let form = browser.open(&format!("{}{RETURNS}/new?device={device}", app.url)).await;
    assert_eq!(form.status, 200, "{}", form.body);
    browser
        .post(
            &format!("{}{RETURNS}", app.url),
            &[("lines", "1"), ("device_1", device.as_str()), ("reason_1", reason), ("problem_1", "It hums.")],
        )
        .await
}

/// The only open return in the API.
pub async fn only(app: &TestApp) -> Value {
    let listed = app.api.get("/returns", &app.api_key).await.json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    listed["items"][0].clone()
}
