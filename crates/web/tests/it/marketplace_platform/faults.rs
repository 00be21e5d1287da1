//! Vendors that are down, slow, answer rubbish, or answer for another account. There is one right end for each.

use serde_json::{Value, json};
use tessera_sim::scripted_vendor::{Gate, Turn};
use testkit::hub::Process;
use testkit::{TestApp, until};

use super::{RunningVendor, account, connect, create, deleted, later, operation, request, shown, state, synchronized};

const SUPPORT: &str = "Contact your support department";

/// A vendor with an account that is not synchronized yet.
struct Scene {
    running: RunningVendor,
    vendor: String,
    account: String,
}

impl Scene {
    async fn set(app: &TestApp) -> Self {
        let running = RunningVendor::usual().await;
        let vendor = connect(app, "Example Cloud", &running.url()).await;
        let account = create(app, account("Acme", "acme@example.com")).await;
        later(app, 30).await;
        Self { running, vendor, account }
    }

    fn script(&self, operation: &str, turns: impl IntoIterator<Item = Turn>) {
        self.running.vendor.script(operation, turns);
    }

    async fn attempt(&self, app: &TestApp) -> Value {
        synchronized(app, &self.account, &self.vendor, json!({})).await
    }

    fn asked(&self, operation: &str) -> usize {
        self.running.vendor.asked(operation).len()
    }
}

fn id_of(operation: &Value) -> &str {
    operation["id"].as_str().unwrap()
}

#[testkit::both_databases]
async fn m20_a_vendor_that_dies_after_committing_is_looked_up_before_anything_is_sent_again(app: TestApp) {
    let scene = Scene::set(&app).await;
    scene.script("Synchronize", [Turn::DoAndFallSilent]);
    let waiting = scene.attempt(&app).await;
    assert_eq!((state(&waiting), &waiting["external_id"]), ("waiting", &json!(null)), "{waiting}");
    later(&app, 5).await;
    let done = operation(&app, id_of(&waiting)).await;
    assert_eq!((state(&done), &done["external_id"], &done["attempts"]), ("done", &json!("c-1"), &json!(2)), "{done}");
    assert_eq!((scene.asked("Synchronize"), scene.running.vendor.customers().len()), (2, 1));
    let again = scene.running.vendor.asked("Synchronize").pop().unwrap().body;
    assert_eq!(again["ExternalID"], "c-1", "what the answer said is asked for by an update: {again}");
    assert_eq!(shown(&app, &scene.account).await["links"][0]["existed"], false, "it was made for this account");

    scene.script("Delete", [Turn::DoAndFallSilent]);
    let waiting = deleted(&app, &scene.account).await;
    assert_eq!(state(&waiting), "waiting", "{waiting}");
    later(&app, 5).await;
    assert_eq!(state(&operation(&app, id_of(&waiting)).await), "done");
    assert_eq!(scene.asked("Delete"), 1, "the vendor did it");
}

#[testkit::both_databases]
async fn m20_what_a_vendor_may_still_be_doing_is_not_sent_again(app: TestApp) {
    let scene = Scene::set(&app).await;
    scene.script("Synchronize", [Turn::FallSilent]);
    let waiting = scene.attempt(&app).await;
    assert_eq!(state(&waiting), "waiting", "{waiting}");
    later(&app, 5).await;
    let looked = operation(&app, id_of(&waiting)).await;
    assert_eq!((state(&looked), scene.asked("Synchronize"), scene.asked("Exists")), ("waiting", 1, 2), "{looked}");
    assert!(looked["message"].as_str().unwrap().contains("lost"), "{looked}");
    for _ in 0..5 {
        later(&app, 60).await;
    }
    let done = operation(&app, id_of(&waiting)).await;
    assert_eq!((state(&done), scene.asked("Synchronize")), ("done", 2), "{done}");
    assert_eq!(scene.running.vendor.customers(), ["c-1"]);
}

#[testkit::both_databases]
async fn m18_a_vendor_that_is_down_or_answers_rubbish_delays_and_never_links(app: TestApp) {
    let scene = Scene::set(&app).await;
    let rubbish = || Turn::Answer(200, r#"{"Result":"Ok"}"#.to_owned());
    let page = Turn::DoAndAnswer(200, "<html>Error</html>".to_owned());
    scene.script("Exists", [Turn::Answer(500, r#"{"Code":0}"#.to_owned()), rubbish()]);
    scene.script("Synchronize", [page]);
    let first = scene.attempt(&app).await;
    assert_eq!((state(&first), &first["code"]), ("waiting", &json!(null)), "a status decides, not the body: {first}");
    assert!(first["message"].as_str().unwrap().contains("500"), "{first}");
    for _ in 0..3 {
        assert_eq!(
            shown(&app, &scene.account).await["links"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|link| link["external_id"].is_string())
                .count(),
            0
        );
        later(&app, 30).await;
    }
    let done = operation(&app, id_of(&first)).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!("c-1")), "{done}");
    assert_eq!(scene.asked("Synchronize"), 2, "the page hid that it was done: {done}");
    assert_eq!(scene.running.vendor.customers(), ["c-1"]);
}

#[testkit::both_databases]
async fn m18_a_vendor_that_answers_only_rubbish_makes_the_operation_fail(app: TestApp) {
    let scene = Scene::set(&app).await;
    scene.script("Exists", (0..6).map(|_| Turn::Answer(200, r#"{"Result":"Ok"}"#.to_owned())));
    let first = scene.attempt(&app).await;
    for _ in 0..6 {
        later(&app, 60).await;
    }
    let failed = operation(&app, id_of(&first)).await;
    assert_eq!((state(&failed), &failed["attempts"]), ("failed", &json!(6)), "{failed}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("Code") && message.contains("Ask the vendor to correct its answers"), "{failed}");
    assert_eq!((&failed["customer_message"], &failed["cancelled"]), (&json!(SUPPORT), &json!(false)));
    assert_eq!(app.api.order(&format!("/operations/{}/retry", id_of(&first)), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!(state(&operation(&app, id_of(&first)).await), "done");
}

#[testkit::both_databases]
async fn m11_a_code_of_the_vendor_ends_the_operation_with_the_right_words(app: TestApp) {
    let scene = Scene::set(&app).await;
    let refusal = |code: i64| {
        let body = json!({ "errorcode": code.to_string(), "errormessage": "Choose another domain." });
        Turn::Answer(200, format!("\u{feff}{body}"))
    };
    for (operation, code, told) in [
        ("Synchronize", -80_012, "Choose another domain."),
        ("Synchronize", -105, SUPPORT),
        ("Exists", 2, SUPPORT),
        ("Exists", -89_999, "Choose another domain."),
    ] {
        scene.script(operation, [refusal(code)]);
        let failed = scene.attempt(&app).await;
        assert_eq!(
            (state(&failed), &failed["code"], &failed["attempts"]),
            ("failed", &json!(code), &json!(1)),
            "{failed}"
        );
        assert_eq!((&failed["message"], &failed["customer_message"]), (&json!("Choose another domain."), &json!(told)));
    }
    assert_eq!(shown(&app, &scene.account).await["links"][0]["external_id"], json!(null));
}

#[testkit::both_databases]
async fn m20_one_external_id_for_two_accounts_fails_and_says_so(app: TestApp) {
    let scene = Scene::set(&app).await;
    assert_eq!(scene.attempt(&app).await["external_id"], "c-1");
    let other = create(&app, account("Other Ltd", "other@example.com")).await;
    for (operation, answer) in [
        ("Synchronize", json!({ "Code": 0, "Result": "c-1" })),
        ("Exists", json!({ "ErrorCode": 1, "Results": "c-1" })),
    ] {
        scene.script(operation, [Turn::Answer(200, answer.to_string())]);
        let failed = synchronized(&app, &other, &scene.vendor, json!({})).await;
        assert_eq!(state(&failed), "failed", "{failed}");
        let message = failed["message"].as_str().unwrap();
        assert!(message.contains("c-1") && message.contains("Acme"), "{message}");
    }
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let asked: Vec<_> = reviews["items"].as_array().unwrap().iter().map(|review| &review["question"]).collect();
    assert_eq!(asked, ["whose_vendor_customer"], "staff are asked once");
    let linked = |page: Value| page["links"].as_array().unwrap().iter().any(|link| link["external_id"].is_string());
    assert!(!linked(shown(&app, &other).await), "never a silent link");
    assert!(linked(shown(&app, &scene.account).await));
    let wrong = json!({ "Code": 0, "Result": "c-77" }).to_string();
    scene.script("Synchronize", [Turn::Answer(200, wrong)]);
    let failed = scene.attempt(&app).await;
    assert!(failed["message"].as_str().unwrap().contains("c-77"), "an answer for another account: {failed}");
    assert_eq!(shown(&app, &scene.account).await["links"][0]["external_id"], "c-1");
}

#[testkit::both_databases]
async fn m20_requests_at_once_make_one_operation(app: TestApp) {
    let scene = Scene::set(&app).await;
    let body = || json!({ "service_manager_id": scene.vendor });
    let path = format!("/marketplace-accounts/{}/synchronize", scene.account);
    let race = || app.api.post(&path, &app.api_key, body());
    let racing = tokio::join!(race(), race(), race(), race());
    let mut statuses = [racing.0.status, racing.1.status, racing.2.status, racing.3.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409]);
    app.hub.run_pending().await;
    assert_eq!(scene.running.vendor.customers(), ["c-1"]);
    let id = request(&app, &scene.account, &scene.vendor, json!({})).await;
    app.hub.run_pending().await;
    assert_eq!(state(&operation(&app, &id).await), "done");
}

/// A conflict of two accounts about one customer: the first account, the second one, and the review.
async fn shared_customer(app: &TestApp, scene: &Scene) -> (String, String) {
    assert_eq!(scene.attempt(app).await["external_id"], "c-1");
    let other = create(app, account("Other Ltd", "other@example.com")).await;
    let answer = json!({ "ErrorCode": 1, "Results": "c-1" }).to_string();
    scene.script("Exists", [Turn::Answer(200, answer)]);
    assert_eq!(state(&synchronized(app, &other, &scene.vendor, json!({})).await), "failed");
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    (other, reviews["items"][0]["id"].as_str().unwrap().to_owned())
}

fn external_ids(page: &Value) -> Vec<&str> {
    let links = page["links"].as_array().unwrap().iter();
    links.filter(|link| link["deleted_at"].is_null()).filter_map(|link| link["external_id"].as_str()).collect()
}

#[testkit::both_databases]
async fn m17_staff_decide_which_of_two_accounts_is_the_vendors_customer(app: TestApp) {
    let scene = Scene::set(&app).await;
    let (other, review) = shared_customer(&app, &scene).await;
    let path = format!("/reviews/{review}/decision");
    let stranger = json!({ "decision": "link", "record": format!("marketplace_account:account:{review}") });
    app.api.post(&path, &app.api_key, stranger).await.problem(409, "not_a_candidate");
    let moved = json!({ "decision": "link", "record": format!("marketplace_account:account:{other}") });
    let waiting = request(&app, &other, &scene.vendor, json!({})).await;
    app.api.post(&path, &app.api_key, moved.clone()).await.problem(409, "operation_pending");
    app.api.order(&format!("/operations/{waiting}/cancel"), &app.api_key).await;
    assert_eq!(app.api.post(&path, &app.api_key, moved).await.status, 200);
    assert_eq!(external_ids(&shown(&app, &other).await), ["c-1"]);
    assert_eq!(external_ids(&shown(&app, &scene.account).await), [] as [&str; 0], "it has one account");
    let done = synchronized(&app, &other, &scene.vendor, json!({})).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!("c-1")), "{done}");
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m17_staff_leave_the_vendors_customer_with_the_account_that_has_it(app: TestApp) {
    let scene = Scene::set(&app).await;
    let (other, review) = shared_customer(&app, &scene).await;
    let decision = json!({ "decision": "none_of_these" });
    assert_eq!(app.api.post(&format!("/reviews/{review}/decision"), &app.api_key, decision).await.status, 200);
    assert_eq!(external_ids(&shown(&app, &scene.account).await), ["c-1"]);
    assert_eq!(external_ids(&shown(&app, &other).await), [] as [&str; 0]);
    let done = synchronized(&app, &other, &scene.vendor, json!({})).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!("c-2")), "the vendor is right by now: {done}");
}

/// Requests the deletion of an account. The id of the operation.
async fn delete(app: &TestApp, account: &str) -> String {
    let asked = app.api.delete(&format!("/marketplace-accounts/{account}"), &app.api_key, None).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    asked.json()["id"].as_str().unwrap().to_owned()
}

#[testkit::both_databases]
async fn m15_m20_an_account_deleted_while_the_vendor_is_asked_is_never_created_there(app: TestApp) {
    let (scene, gate) = (Scene::set(&app).await, Gate::shut());
    scene.script("Exists", [Turn::Wait(gate.clone())]);
    let synchronize = request(&app, &scene.account, &scene.vendor, json!({})).await;
    let hub = app.hub.clone();
    let attempt = tokio::spawn(async move { hub.run_pending().await });
    until!("Exists is called", scene.asked("Exists") == 1);
    let deletion = delete(&app, &scene.account).await;
    gate.open();
    attempt.await.unwrap();
    app.hub.run_pending().await;
    assert_eq!(scene.asked("Synchronize"), 0, "the operation ended before the call was sent");
    assert_eq!(state(&operation(&app, &synchronize).await), "failed");
    assert_eq!(state(&operation(&app, &deletion).await), "done");
    later(&app, 60).await;
    assert_eq!(scene.running.vendor.customers(), [] as [&str; 0]);
}

#[testkit::both_databases]
async fn m14_m20_an_operation_cancelled_during_the_call_links_no_customer(app: TestApp) {
    let (scene, gate) = (Scene::set(&app).await, Gate::shut());
    scene.running.vendor.add_customer("acme.example");
    scene.script("Exists", [Turn::Wait(gate.clone())]);
    let id = request(&app, &scene.account, &scene.vendor, json!({ "domain": "acme.example" })).await;
    let hub = app.hub.clone();
    let attempt = tokio::spawn(async move { hub.run_pending().await });
    until!("Exists is called", scene.asked("Exists") == 1);
    app.api.order(&format!("/operations/{id}/cancel"), &app.api_key).await;
    gate.open();
    attempt.await.unwrap();
    assert_eq!(external_ids(&shown(&app, &scene.account).await), [] as [&str; 0], "nobody wants it any more");
    later(&app, 60).await;
    assert_eq!(operation(&app, &id).await["attempts"], 1);
}

#[testkit::both_databases]
async fn m15_m20_what_is_sent_when_an_account_is_deleted_is_deleted_at_the_vendor(app: TestApp) {
    let (scene, gate) = (Scene::set(&app).await, Gate::shut());
    scene.script("Synchronize", [Turn::Wait(gate.clone())]);
    request(&app, &scene.account, &scene.vendor, json!({})).await;
    let process = Process::start(&app.hub, "one");
    until!("Synchronize is called", scene.asked("Synchronize") == 1);
    let deletion = delete(&app, &scene.account).await;
    until!("the deletion looks", scene.asked("Exists") == 2);
    until!("it waits", operation(&app, &deletion).await["message"].is_string());
    gate.open();
    until!("the answer is stored", shown(&app, &scene.account).await["links"][0]["external_id"] == "c-1");
    app.elapse(30, &["one"]).await;
    until!("the deletion is done", state(&operation(&app, &deletion).await) == "done");
    assert_eq!((scene.asked("Synchronize"), scene.asked("Delete")), (1, 1));
    assert_eq!(scene.running.vendor.customers(), [] as [&str; 0]);
    process.signal();
    process.ended().await;
}

#[testkit::both_databases]
async fn m08_m15_a_reseller_deleted_while_the_vendor_is_asked_is_not_created_there(app: TestApp) {
    let (scene, gate) = (Scene::set(&app).await, Gate::shut());
    let mut body = account("End customer", "end@example.com");
    body["reseller_id"] = json!(scene.account);
    let customer = create(&app, body).await;
    scene.script("Exists", [Turn::Wait(gate.clone())]);
    let id = request(&app, &customer, &scene.vendor, json!({})).await;
    let hub = app.hub.clone();
    let attempt = tokio::spawn(async move { hub.run_pending().await });
    until!("the vendor is asked for the reseller", scene.asked("Exists") == 1);
    let path = format!("/marketplace-accounts/{customer}");
    let moved = super::put(&app, &path, &account("End customer", "end@example.com")).await;
    assert_eq!((moved.status, &moved.json()["reseller_id"]), (200, &json!(null)));
    let deletion = delete(&app, &scene.account).await;
    gate.open();
    attempt.await.unwrap();
    later(&app, 5).await;
    assert_eq!(state(&operation(&app, &deletion).await), "done");
    assert_eq!(state(&operation(&app, &id).await), "done", "without its former reseller");
    let sent = scene.running.vendor.asked("Synchronize");
    let accounts: Vec<_> = sent.iter().map(|asked| &asked.body["ID"]).collect();
    assert_eq!(accounts, [&json!(customer)]);
    assert_eq!(scene.running.vendor.customers().len(), 1);
    later(&app, 60).await;
}
