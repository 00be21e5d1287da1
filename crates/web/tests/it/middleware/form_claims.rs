//! Forms of people who are not signed in: none is taken for carried out, and none is kept (`H04`).

use std::time::Duration;

use reqwest::Method;
use tessera_web::{Route, Rule};
use testkit::passwords::{SECRET, sign_in, with_password};
use testkit::{Browser, TestApp, client, count_rows};

/// Maximum number of forms that a stranger can have carried out within a minute from one address: those that send mail, of two kinds.
const MAILS_IN_A_MINUTE: i64 = 10;
const ROUNDS: u32 = 4;

/// Whether a browser sends forms to the route.
fn takes_forms(route: &Route) -> bool {
    let for_programs = matches!(
        route.rule,
        Rule::ApiKey | Rule::MessageKey | Rule::AppToken | Rule::Hook | Rule::Policy | Rule::Marketplace
    );
    route.method == Method::POST && !for_programs
}

#[testkit::both_databases]
async fn h04_forms_of_strangers_leave_no_rows(app: TestApp) {
    let routes: Vec<Route> = tessera_web::routes().into_iter().filter(takes_forms).collect();
    assert!(routes.len() > 50, "{}", routes.len());
    let form = [("name", "Third Example"), ("email", "third@example.net"), ("login", "nobody"), ("act", "add")];
    let mut kept = 0;
    for round in 0..ROUNDS {
        for (number, route) in routes.iter().enumerate() {
            let path = route.path.replace("{portal}", "customer").replace("{provider}", "idp").replace(['{', '}'], "");
            let url = format!("{}{path}?once={number}-{round}", app.url);
            let status = client().post(&url).form(&form).send().await.unwrap().status().as_u16();
            assert!(status < 500, "{url}: {status}");
        }
        kept = count_rows(&app.database).await["form_posts"];
        assert!(kept <= MAILS_IN_A_MINUTE, "{kept} forms of {} are kept", routes.len());
    }
    assert!(kept > 0, "those that mail something are carried out once");
    app.advance(Duration::from_secs(61));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn h04_a_form_sent_after_the_session_has_ended_is_carried_out_later(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    let profile = format!("{}/portal/customer/profile?once=the-page-that-stayed-open", app.url);
    let form = [("name", "Ada Later"), ("phone", "+27 21 555 0142")];
    let page = browser.post(&profile, &form).await;
    assert!(page.url.contains("/sign-in"), "{}", page.url);
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    // Back, and send it again.
    let page = browser.post(&profile, &form).await;
    assert!(!page.body.contains("You sent this form twice"), "{}", page.body);
    assert_eq!(app.hub.queries().person(person.id).await.unwrap().unwrap().name, "Ada Later");
}
