//! The answer to Synchronize is lost, and the vendor has created the customer: what the answer said is learned later, and the
//! customer is notified once.

use serde_json::{Value, json};
use tessera_sim::scripted_vendor::Turn;
use testkit::TestApp;

use super::{RunningVendor, account, connection, create, later, operation, shown, state, synchronized};

/// A vendor with an e-mail to new customers, and an account whose creation there was not answered.
struct Scene {
    running: RunningVendor,
    vendor: String,
    account: String,
    operation: String,
}

impl Scene {
    async fn set(app: &TestApp, enabled: bool) -> Self {
        let running = RunningVendor::usual().await;
        let mut new = connection("Example Cloud", &running.url());
        new["notification"] = json!({
            "enabled": enabled, "subject": "Welcome",
            "body": "username: [#username#]\npassword: [#Password#]\nat [#portal#]",
        });
        let made = app.api.post("/service-managers", &app.api_key, new).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let vendor = made.json()["id"].as_str().unwrap().to_owned();
        let account = create(app, account("Acme", "acme@example.com")).await;
        later(app, 30).await;
        running.vendor.script("Synchronize", [Turn::DoAndFallSilent]);
        let waiting = synchronized(app, &account, &vendor, json!({})).await;
        assert_eq!((state(&waiting), &waiting["external_id"]), ("waiting", &json!(null)), "{waiting}");
        assert!(app.mail.messages().is_empty(), "nobody knows yet");
        let operation = waiting["id"].as_str().unwrap().to_owned();
        Self { running, vendor, account, operation }
    }

    fn script(&self, operation: &str, turns: impl IntoIterator<Item = Turn>) {
        self.running.vendor.script(operation, turns);
    }

    /// Goes on until nothing is due any more. The operation.
    async fn goes_on(&self, app: &TestApp) -> Value {
        for _ in 0..4 {
            later(app, 30).await;
        }
        operation(app, &self.operation).await
    }

    fn asked(&self, operation: &str) -> usize {
        self.running.vendor.asked(operation).len()
    }

    /// The account is one customer of the vendor, made for it, and linked.
    async fn is_one(&self, app: &TestApp, done: &Value) {
        assert_eq!((state(done), &done["external_id"]), ("done", &json!("c-1")), "{done}");
        assert_eq!(self.running.vendor.customers(), ["c-1"]);
        assert_eq!(shown(app, &self.account).await["links"][0]["existed"], false);
    }
}

/// An answer of the vendor about its first customer.
fn answer(wanted: bool, password: Option<&str>) -> Turn {
    let extra = json!({ "portal": "https://vendor.example" });
    let mut body = json!({ "Code": 0, "Result": "c-1", "SendNotification": wanted, "AccountExtraInfo": extra });
    if let Some(password) = password {
        body["GeneratedPassword"] = json!(password);
    }
    Turn::Answer(200, body.to_string())
}

/// The text of the only e-mail.
fn only_mail(app: &TestApp) -> String {
    let mails = app.mail.messages();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!((mails[0].to[0].as_str(), mails[0].subject.as_str()), ("acme@example.com", "Welcome"));
    mails[0].text.clone().unwrap()
}

#[testkit::both_databases]
async fn m12_m20_a_customer_is_notified_once_after_a_lost_answer(app: TestApp) {
    let scene = Scene::set(&app, true).await;
    scene.script("Synchronize", [answer(true, None)]);
    let done = scene.goes_on(&app).await;
    scene.is_one(&app, &done).await;
    let text = only_mail(&app);
    for line in
        ["username: acme@example.com", "password: (not in this e-mail; ask us for it)", "https://vendor.example"]
    {
        assert!(text.contains(line), "{text}");
    }
    let asked = scene.running.vendor.asked("Synchronize");
    let ids: Vec<&Value> = asked.iter().map(|asked| &asked.body["ExternalID"]).collect();
    assert_eq!(ids, [&json!(""), &json!("c-1")], "the second one is an update");

    scene.script("Synchronize", [answer(false, None)]);
    let again = synchronized(&app, &scene.account, &scene.vendor, json!({})).await;
    assert_eq!(state(&again), "done", "{again}");
    let body = scene.running.vendor.asked("Synchronize").pop().unwrap().body;
    assert_eq!(body["ExtraDetails"], json!({ "portal": "https://vendor.example" }), "as from any answer (M10)");
    later(&app, 60).await;
    only_mail(&app);
}

#[testkit::both_databases]
async fn m12_m20_a_password_that_comes_with_the_second_answer_is_used(app: TestApp) {
    let scene = Scene::set(&app, true).await;
    scene.script("Synchronize", [answer(true, Some("{P@ssw0rd}"))]);
    let done = scene.goes_on(&app).await;
    scene.is_one(&app, &done).await;
    let text = only_mail(&app);
    assert!(text.contains("password: {P@ssw0rd}"), "{text}");
}

#[testkit::both_databases]
async fn m12_m20_after_a_lost_answer_a_notification_needs_vendor_and_settings_to_agree(app: TestApp) {
    for (enabled, wanted) in [(true, false), (false, true)] {
        let scene = Scene::set(&app, enabled).await;
        scene.script("Synchronize", [answer(wanted, None)]);
        let done = scene.goes_on(&app).await;
        scene.is_one(&app, &done).await;
        assert!(app.mail.messages().is_empty(), "{enabled} {wanted}");
        let deleted = super::deleted(&app, &scene.account).await;
        assert_eq!(state(&deleted), "done", "{deleted}");
        let gone = app.api.delete(&format!("/service-managers/{}", scene.vendor), &app.api_key, None).await;
        assert_eq!(gone.status, 204, "{}", gone.body);
    }
}

#[testkit::both_databases]
async fn m12_m20_a_vendor_whose_exists_says_it_is_not_asked_again(app: TestApp) {
    let scene = Scene::set(&app, true).await;
    let extra = json!({ "portal": "https://vendor.example" });
    let found = json!({ "ErrorCode": 1, "Results": "c-1", "SendNotification": true, "AccountExtraInfo": extra });
    scene.script("Exists", [Turn::Answer(200, found.to_string())]);
    let done = scene.goes_on(&app).await;
    scene.is_one(&app, &done).await;
    assert_eq!(scene.asked("Synchronize"), 1);
    assert!(only_mail(&app).contains("https://vendor.example"));
}

#[testkit::both_databases]
async fn m12_m20_a_vendor_that_keeps_losing_answers_is_linked_by_exists_without_an_email(app: TestApp) {
    let scene = Scene::set(&app, true).await;
    scene.script("Synchronize", (0..5).map(|_| Turn::DoAndFallSilent));
    let done = scene.goes_on(&app).await;
    scene.is_one(&app, &done).await;
    assert_eq!((&done["attempts"], scene.asked("Synchronize")), (&json!(3), 3), "{done}");
    assert!(app.mail.messages().is_empty(), "only the vendor's answer allows one");
    let deletion = super::deleted(&app, &scene.account).await;
    for _ in 0..5 {
        later(&app, 60).await;
    }
    let deletion = operation(&app, deletion["id"].as_str().unwrap()).await;
    assert_eq!(state(&deletion), "done", "once the update that was not answered must be over: {deletion}");
    assert_eq!(scene.running.vendor.customers(), [] as [&str; 0]);
}

#[testkit::both_databases]
async fn m17_m20_a_vendor_that_refuses_the_update_or_names_another_customer(app: TestApp) {
    let scene = Scene::set(&app, true).await;
    let other = json!({ "Code": 0, "Result": "c-77", "SendNotification": true }).to_string();
    scene.script("Synchronize", [Turn::Answer(200, other)]);
    later(&app, 5).await;
    let failed = operation(&app, &scene.operation).await;
    assert_eq!(state(&failed), "failed", "{failed}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("c-77") && message.contains("c-1"), "{message}");

    let refusal = json!({ "Code": -5, "Message": "nothing has changed" }).to_string();
    scene.script("Synchronize", [Turn::Answer(200, refusal)]);
    assert_eq!(app.api.order(&format!("/operations/{}/retry", scene.operation), &app.api_key).await.status, 202);
    let done = scene.goes_on(&app).await;
    scene.is_one(&app, &done).await;
    assert!(app.mail.messages().is_empty());
}
