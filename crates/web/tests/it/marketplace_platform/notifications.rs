//! The e-mail that a vendor wants a new customer to get.

use serde_json::json;
use tessera_sim::scripted_vendor::Turn;
use testkit::TestApp;

use super::{RunningVendor, account, connection, create, later, state, synchronized};

#[testkit::both_databases]
async fn m12_a_new_customer_is_notified_when_vendor_and_settings_agree(app: TestApp) {
    let running = RunningVendor::usual().await;
    let mut new = connection("Example Cloud", &running.url());
    let connect = async |new: &serde_json::Value| {
        let made = app.api.post("/service-managers", &app.api_key, new.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let silent = connect(&new).await;
    new["name"] = json!("Example Cloud with mail");
    new["notification"] = json!({
        "enabled": true, "subject": "Welcome, [#Contacts.FullName#]",
        "body": "Hi [#Contacts.FullName#],\n\nusername: [#username#]\npassword: [#Password#]\nat [#portal#][#unknown#]",
    });
    let telling = connect(&new).await;
    let answer = |wanted: bool, id: &str| {
        let extra = json!({ "portal": "<b>https://vendor.example</b>" });
        let body = json!({
            "Code": 0, "Result": id, "SendNotification": wanted, "GeneratedPassword": "{P@ssw0rd}", "AccountExtraInfo": extra,
        });
        Turn::Answer(200, body.to_string())
    };
    for (vendor, wanted, name) in [(&silent, true, "one"), (&telling, false, "two"), (&telling, true, "three")] {
        let id = create(&app, account(name, &format!("{name}@example.com"))).await;
        running.vendor.script("Synchronize", [answer(wanted, &format!("c-{name}"))]);
        let done = synchronized(&app, &id, vendor, json!({})).await;
        assert_eq!(state(&done), "done", "{done}");
    }
    let mails = app.mail.messages();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = &mails[0];
    assert_eq!((mail.to[0].as_str(), mail.subject.as_str()), ("three@example.com", "Welcome, Jo Example"));
    let (text, html) = (mail.text.clone().unwrap(), mail.html.clone().unwrap());
    for line in ["Hi Jo Example,", "username: three@example.com", "password: {P@ssw0rd}"] {
        assert!(text.contains(line) && html.contains(line), "{text} {html}");
    }
    assert!(html.contains("&lt;b&gt;"), "a value is no markup: {html}");
    assert!(!text.contains("[#") && !html.contains("[#"), "{text}");
    later(&app, 30).await;
    assert_eq!(app.mail.messages().len(), 1, "once");
}
