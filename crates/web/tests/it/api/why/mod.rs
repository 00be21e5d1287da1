//! Every gap has exactly one reason, the same in every interface (`A19`, `A21`).

mod situations;
mod somebody;

use situations::{ARRIVING, LINKED, Situation};
use somebody::Somebody;
use tessera_web::api::why::Why;
use tessera_web::explain::Table;
use testkit::{Colleague, EVE, TestApp};
use url::form_urlencoded;

#[testkit::both_databases]
async fn a19_a21_before_anything_is_linked_every_gap_has_one_reason(app: TestApp) {
    every_face_agrees(&app, ARRIVING).await;
    app.expect_failed_jobs(&["mail_invitation"]);
}

#[testkit::both_databases]
async fn a19_a21_once_linked_every_gap_has_one_reason(app: TestApp) {
    every_face_agrees(&app, LINKED).await;
    app.expect_failed_jobs(&["refresh"]);
}

async fn every_face_agrees(app: &TestApp, situations: &[Situation]) {
    let mut agnes = Colleague::signed_in(app).await;
    let mut wrong = Vec::new();
    for (number, situation) in (1..).zip(situations) {
        let mut somebody = Somebody::new(app, number);
        for step in situation.steps {
            somebody.live(*step).await;
        }
        for (face, told) in faces(app, &mut agnes, &somebody, situation).await {
            if told.as_deref() != situation.code {
                wrong.push(format!("{}: {face} says {told:?}, not {:?}", situation.name, situation.code));
            }
        }
        somebody.recover().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The answer of each interface, by name.
async fn faces(
    app: &TestApp,
    agnes: &mut Colleague,
    somebody: &Somebody<'_>,
    situation: &Situation,
) -> Vec<(String, Option<String>)> {
    let mut told = Vec::new();
    let code = |json: &serde_json::Value| json["reason"]["code"].as_str().map(ToOwned::to_owned);
    for ask in situation.ask {
        let subject = somebody.asked(*ask).await;
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("subject", &subject).finish();
        let api = app.api.get(&format!("/why?{query}"), &app.api_key).await;
        if api.status != 200 {
            told.push((format!("API about {ask:?}"), Some(api.body)));
            continue;
        }
        let api = api.json();
        told.push((format!("API about {ask:?}"), code(&api)));

        let answer = app.hub.why(&subject).await.unwrap();
        let table = Table(&answer).to_string();
        let shown = answer.why.reason.map(|reason| format!("({})", reason.code()));
        assert!(table.contains(shown.as_deref().unwrap_or("Nothing is missing")), "{table}");
        let cli = serde_json::to_value(Why::from(answer)).unwrap();
        assert_eq!(cli, api, "the command line says what the API says");

        let mut page = agnes.open(&format!("/why?{query}")).await;
        if page.path.starts_with("/console/sign-in") {
            // The staff session has expired in the meantime.
            *agnes = Colleague::signed_in(app).await;
            page = agnes.open(&format!("/why?{query}")).await;
        }
        let shown = page
            .body
            .split("For the customer: “")
            .nth(1)
            .and_then(|rest| rest.split("<code>").nth(1)?.split('<').next());
        told.push((format!("console about {ask:?}"), shown.map(ToOwned::to_owned)));
    }
    if situation.app {
        told.push(("app".to_owned(), code(&somebody.app().await)));
        let page = somebody.portal().await;
        let shown = page.body.split("Code <code>").nth(1).and_then(|rest| rest.split('<').next());
        told.push(("portal".to_owned(), shown.map(ToOwned::to_owned)));
    }
    told
}

#[testkit::both_databases]
async fn a21_why_resolves_a_query_or_reports_it_as_unknown_or_ambiguous(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Requesters).await.unwrap();
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Contacts).await.unwrap();
    let nothing = app.api.get("/why?subject=SN-404", &app.api_key).await;
    let detail = nothing.problem(404, "not_found");
    assert!(detail.contains("a serial number") && detail.contains("a subject"), "what was tried: {detail}");
    agnes.open("/why?subject=SN-404").await.says(&["Nothing here is called “SN-404”"]);
    app.api.get("/why", &app.api_key).await.problem(400, "invalid_parameter");

    let several = app.api.get("/why?subject=cleo@example.com", &app.api_key).await;
    assert_eq!(several.json()["subject"]["id"], "freshservice:requester:1003", "{}", several.body);
    // Two requesters with the same asset tag are two subjects.
    app.desk.change(|desk| {
        for asset in desk.assets.values_mut().take(2) {
            let mut row = asset.current().clone();
            row.asset.asset_tag = Some("TWIN-1".to_owned());
            asset.replace(row, "2026-06-01T08:00:00Z".parse().unwrap(), jiff::SignedDuration::ZERO);
        }
    });
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Assets).await.unwrap();
    let several = app.api.get("/why?subject=twin%201", &app.api_key).await;
    let detail = several.problem(409, "ambiguous_subject");
    assert!(detail.contains("freshservice:asset:1") && detail.contains("freshservice:asset:2"), "{detail}");
    agnes.open("/why?subject=twin%201").await.says(&["may mean several things", "subject=freshservice%3Aasset%3A1"]);
}

#[testkit::both_databases]
async fn a21_the_customers_page_explains_and_offers_the_fix(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    app.activated(testkit::CLEO).await;
    let customer = app.customer_of(testkit::CLEO.requester).await;
    agnes.open(&format!("/customers/{customer}")).await.says(&[
        "contact_ambiguous",
        "Decide the review",
        "checks hold",
    ]);
    app.activated(EVE).await;
    let customer = app.customer_of(EVE.requester).await;
    agnes.open(&format!("/customers/{customer}")).await.says(&["nothing_assigned", "Read again"]);
    app.hub.sweep(tessera_core::sync::jobs::SweepOf::Requesters).await.unwrap();
    agnes
        .open("/why?subject=1001")
        .await
        .says(&["never_activated", "/console/records/freshservice/requester/1001/invite"]);
}
