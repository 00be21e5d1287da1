//! Staff sign in at the company's identity provider, and their groups there decide what they may do (`P06`).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::staff::Role;
use tessera_hub::CompanySignIn;
use tessera_hub::doctor::Verdict;
use testkit::web::{STAFF_LOGIN, STAFF_PASSWORD};
use testkit::{ADA, Browser, CLI, Colleague, Databases, PASSWORD, Page, TestApp, client};

const KIM: &str = "Kim@sunfield.example";

/// An application whose staff sign in at the provider.
async fn app(databases: &Databases) -> TestApp {
    app_requiring(databases, &[]).await
}

/// The same, where these classes and methods of a sign-in are accepted.
async fn app_requiring(databases: &Databases, strength: &[&str]) -> TestApp {
    let roles = [("admins", vec![Role::Administrator]), ("desk", vec![Role::Support])];
    let roles: BTreeMap<String, Vec<Role>> =
        roles.into_iter().map(|(group, roles)| (group.to_owned(), roles)).collect();
    let company = CompanySignIn {
        provider: "idp".to_owned(),
        roles,
        required_strength: strength.iter().map(|&it| it.to_owned()).collect(),
        session_lifetime: SignedDuration::from_hours(4),
        contact: Some("it-desk@sunfield.example".to_owned()),
    };
    let builder = TestApp::builder().config(|config| config.company_sign_in = Some(company));
    builder.provider(|provider| provider.groups_claim = Some("groups".to_owned())).start(databases).await
}

/// Creates an account at the provider with these claims, and returns its subject.
async fn account(app: &TestApp, claims: Value) -> String {
    let order = json!({ "email": KIM, "password": PASSWORD, "name": "Kim Example", "claims": claims });
    let answer = client().post(format!("{}/_sim/accounts", app.idp_url)).json(&order).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json::<Value>().await.unwrap()["sub"].as_str().unwrap().to_owned()
}

async fn put_into(app: &TestApp, subject: &str, claims: Value) {
    let url = format!("{}/_sim/accounts/{subject}", app.idp_url);
    let answer = client().patch(url).json(&json!({ "claims": claims })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

/// Signs Kim in at the provider, from the console's sign-in page.
async fn sign_in(app: &TestApp, browser: &mut Browser) -> Page {
    let page = browser.open(&format!("{}/console/sign-in?return_to=/console/systems", app.url)).await;
    let page = browser.submit(&page, &[]).await;
    assert!(page.url.starts_with(&app.idp_url), "at the identity provider: {}", page.url);
    let callback = browser.submit_only(&page, &[("email", KIM), ("password", PASSWORD)]).await;
    browser.open(&callback).await
}

/// The events on the operator's timeline, as they are stored.
async fn facts(app: &TestApp) -> Vec<String> {
    let entries = app.store.whole_timeline(CustomerId::OPERATOR).await.unwrap();
    entries.iter().map(|entry| format!("{entry:?}")).collect()
}

#[testkit::both_databases]
async fn p06_a_sign_in_without_the_required_strength_is_refused(databases: Databases) {
    let app = app_requiring(&databases, &["mfa"]).await;
    let kim = account(&app, json!({ "groups": ["desk"], "amr": ["pwd"] })).await;
    let page = sign_in(&app, &mut Browser::new()).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("with less proof than the console needs"), "{}", page.body);
    assert!(app.store.staff_accounts().await.unwrap().iter().all(|account| account.identity.is_none()));

    put_into(&app, &kim, json!({ "groups": ["desk"], "amr": ["pwd", "mfa"] })).await;
    let mut browser = Browser::new();
    assert_eq!(sign_in(&app, &mut browser).await.status, 200);
    put_into(&app, &kim, json!({ "groups": ["desk"], "acr": "urn:password" })).await;
    assert_eq!(sign_in(&app, &mut Browser::new()).await.status, 403);
    assert_eq!(browser.open(&format!("{}/console/systems", app.url)).await.status, 200, "the stronger session stays");
}

#[testkit::both_databases]
async fn p06_staff_have_the_roles_of_their_groups_from_sign_in_to_sign_in(databases: Databases) {
    let app = app(&databases).await;
    let kim = account(&app, json!({ "groups": ["everybody", "desk"] })).await;
    let mut browser = Browser::new();
    let page = sign_in(&app, &mut browser).await;
    assert_eq!(page.url, format!("{}/console/systems", app.url), "{}", page.body);
    let stored = app.store.staff(&KIM.to_lowercase()).await.unwrap().unwrap();
    assert_eq!((stored.roles, stored.name.as_str()), (vec![Role::Support], "Kim Example"));
    assert_eq!(browser.open(&format!("{}/console/staff", app.url)).await.status, 403);

    put_into(&app, &kim, json!({ "groups": "admins" })).await;
    let mut again = Browser::new();
    sign_in(&app, &mut again).await;
    assert_eq!(again.open(&format!("{}/console/staff", app.url)).await.status, 200);
    assert_eq!(browser.open(&format!("{}/console/staff", app.url)).await.status, 200, "one account, one set of roles");
    assert_eq!(app.store.staff_accounts().await.unwrap().len(), 1);

    // Who left every group is out with the next sign-in, everywhere.
    put_into(&app, &kim, json!({ "groups": ["everybody"] })).await;
    let mut last = Browser::new();
    let page = sign_in(&app, &mut last).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("None of the groups of your company account may use the console."), "{}", page.body);
    assert!(page.body.contains("Ask it-desk@sunfield.example for access."), "{}", page.body);
    for mut browser in [browser, again, last] {
        assert!(browser.open(&format!("{}/console/systems", app.url)).await.url.contains("/console/sign-in"));
    }
    let facts = facts(&app).await;
    let about_kim: Vec<_> = facts.iter().filter(|fact| fact.contains(&KIM.to_lowercase())).collect();
    assert_eq!(about_kim.len(), 3, "added, changed, deactivated: {facts:?}");
}

#[testkit::both_databases]
async fn p06_access_without_a_mapped_group_is_denied_with_the_reason(databases: Databases) {
    let app = app(&databases).await;
    let kim = account(&app, json!({})).await;
    let overage = json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": { "src1": { "endpoint": "https://graph.example.com" } } });
    for (claims, reason) in [
        (json!({}), "does not say which groups"),
        (json!({ "groups": [] }), "None of the groups"),
        (json!({ "groups": ["Admins"] }), "None of the groups"),
        (overage, "more groups than fit"),
    ] {
        put_into(&app, &kim, claims).await;
        let page = sign_in(&app, &mut Browser::new()).await;
        assert_eq!(page.status, 403);
        assert!(
            page.body.contains(reason) && page.body.contains("it-desk@sunfield.example"),
            "{reason}: {}",
            page.body
        );
    }
    assert_eq!(app.store.staff_accounts().await.unwrap(), [], "and leaves no account behind");
}

#[testkit::both_databases]
async fn p06_a_session_of_the_companys_provider_ends_after_its_own_time(databases: Databases) {
    let app = app(&databases).await;
    account(&app, json!({ "groups": ["desk"] })).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser).await;
    app.advance(Duration::from_secs(4 * 3600 - 1));
    assert!(browser.open(&format!("{}/console/systems", app.url)).await.url.ends_with("/console/systems"));
    app.advance(Duration::from_secs(2));
    assert!(browser.open(&format!("{}/console/systems", app.url)).await.url.contains("/console/sign-in"));
}

#[testkit::both_databases]
async fn p06_the_companys_provider_is_for_staff_only(databases: Databases) {
    let app = app(&databases).await;
    let mut browser = Browser::new();
    let page = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    assert_eq!(page.status, 400, "{}", page.body);
    let page = browser.open(&format!("{}/portal/customer/sign-in", app.url)).await;
    assert!(!page.body.contains("value=\"idp\""), "{}", page.body);
}

#[testkit::both_databases]
async fn p06_the_roles_of_such_an_account_are_changed_at_the_provider_only(databases: Databases) {
    let app = app(&databases).await;
    account(&app, json!({ "groups": ["desk"] })).await;
    sign_in(&app, &mut Browser::new()).await;
    let kim = app.store.staff(&KIM.to_lowercase()).await.unwrap().unwrap();
    let refused = app.hub.set_staff_roles(kim.id, &[Role::Administrator], &CLI).await.unwrap_err();
    assert!(refused.to_string().contains("follows its groups"), "{refused}");
    let refused = app.hub.put_staff(&kim.login, "Kim", "walnut-finch-11", &CLI).await.unwrap_err();
    assert!(refused.to_string().contains("follows its groups"), "{refused}");
    let mut colleague = Colleague::signed_out(&app);
    assert_eq!(colleague.sign_in(&kim.login, "").await.status, StatusCode::FORBIDDEN);
}

#[testkit::both_databases]
async fn p06_an_address_that_a_local_account_has_as_login_does_not_open_that_account(databases: Databases) {
    let app = app(&databases).await;
    app.hub.put_staff(&KIM.to_lowercase(), "Another Kim", STAFF_PASSWORD, &CLI).await.unwrap();
    account(&app, json!({ "groups": ["desk"] })).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser).await;
    let accounts = app.store.staff_accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    let local = accounts.iter().find(|account| account.is_local()).unwrap();
    assert_eq!((local.name.as_str(), local.last_sign_in_at), ("Another Kim", None));
    assert_eq!(browser.open(&format!("{}/console/staff", app.url)).await.status, 403, "and has its own roles");
}

#[testkit::both_databases]
async fn p06_each_sign_in_with_a_local_account_is_loud(databases: Databases) {
    let app = app(&databases).await;
    let metric = async || {
        let text = client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
        let line = text.lines().find(|line| line.starts_with("tessera_staff_break_glass_sign_ins_total")).unwrap();
        line.rsplit(' ').next().unwrap().to_owned()
    };
    let finding = async || app.hub.doctor().await.findings.into_iter().find(|it| it.check == "local_staff").unwrap();
    assert_eq!((metric().await.as_str(), finding().await.verdict), ("0", Verdict::Ok));
    Colleague::signed_in(&app).await;
    assert_eq!(metric().await, "1");
    let found = finding().await;
    assert_eq!(found.verdict, Verdict::Warn);
    assert!(format!("{found:?}").contains(STAFF_LOGIN));
    let said = facts(&app).await;
    assert_eq!(said.iter().filter(|fact| fact.contains("staff_break_glass")).count(), 1, "{said:?}");
    app.advance(Duration::from_hours(8 * 24));
    assert_eq!(finding().await.verdict, Verdict::Ok, "it is over");
}

#[testkit::both_databases]
async fn p06_administrators_are_mailed_when_a_local_account_signs_in(databases: Databases) {
    let app = app(&databases).await;
    account(&app, json!({ "groups": ["admins"] })).await;
    sign_in(&app, &mut Browser::new()).await;
    Colleague::signed_in(&app).await;
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.contains(STAFF_LOGIN), "{}", mails[0].subject);
    assert_eq!(mails[0].to, [KIM.to_lowercase()]);
}

#[testkit::both_databases]
async fn p06_local_accounts_are_not_remarkable_without_a_companys_provider(app: TestApp) {
    Colleague::signed_in(&app).await;
    assert!(facts(&app).await.iter().all(|fact| !fact.contains("staff_break_glass")));
    assert!(app.hub.doctor().await.findings.iter().all(|finding| finding.check != "local_staff"));
    app.activated(ADA).await;
}

#[testkit::both_databases]
async fn p06_a_sign_out_at_the_companys_provider_ends_the_session_in_the_console(databases: Databases) {
    let app = app(&databases).await;
    let kim = account(&app, json!({ "groups": ["desk"], "sid": "s-1" })).await;
    let mut browser = Browser::new();
    assert_eq!(sign_in(&app, &mut browser).await.status, 200);
    put_into(&app, &kim, json!({ "groups": ["desk"], "sid": "s-2" })).await;
    let mut other = Browser::new();
    assert_eq!(sign_in(&app, &mut other).await.status, 200);
    let tell = async |claims: Value| {
        let token = app.logout_token(app.hub.env.now(), claims);
        let url = format!("{}/auth/idp/sign-out", app.url);
        client().post(url).form(&[("logout_token", token)]).send().await.unwrap().status()
    };
    let console = format!("{}/console/systems", app.url);
    assert_eq!(tell(json!({ "jti": "n-1", "sub": kim, "sid": "s-1" })).await, StatusCode::OK);
    assert!(browser.open(&console).await.url.contains("/sign-in"));
    assert_eq!(other.open(&console).await.url, console);
    assert_eq!(tell(json!({ "jti": "n-2", "sub": kim })).await, StatusCode::OK);
    assert!(other.open(&console).await.url.contains("/sign-in"));
}
