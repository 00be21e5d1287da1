//! Staff accounts with their roles, and API keys with their scopes, in the console.

use reqwest::{Method, StatusCode};
use tessera_core::access::licence::LicenceType;
use tessera_core::credentials;
use tessera_core::persons::Person;
use tessera_core::staff::Role;
use tessera_hub::Visit;
use testkit::passwords::employee;
use testkit::{CLI, Colleague, Shown, TestApp};
use totp_rs::{Algorithm, Builder, Secret};

/// The text between two others.
fn between<'a>(page: &'a Shown, before: &str, after: &str) -> &'a str {
    let from = page.body.split_once(before).unwrap_or_else(|| panic!("`{before}` in {}", page.body)).1;
    from.split_once(after).unwrap().0
}

async fn id_of(app: &TestApp, login: &str) -> String {
    app.store.staff(login).await.unwrap().unwrap().id.to_string()
}

#[testkit::both_databases]
async fn staff_an_invited_colleague_chooses_a_password_and_works_within_the_roles(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let form = [("login", "kim"), ("name", "Kim Example"), ("role", "support")];
    let invited = agnes.post("/staff", &form).await;
    let link = between(&invited, "<code>http", "</code>").to_owned();
    let path = format!("/welcome/{}", link.split_once("/welcome/").unwrap().1);

    let mut kim = Colleague::signed_out(&app);
    kim.open(&path).await.says(&["Welcome", "Kim Example", "<code>kim</code>"]);
    let short = kim.post(&path, &[("password", "short"), ("again", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (weak, why) in [("password2026!", "this one is too common"), ("Sunfield Energy 2026", "the company")] {
        let refused = kim.post(&path, &[("password", weak), ("again", weak)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        refused.says(&[why]);
    }
    let chosen = [("password", "walnut-finch-11"), ("again", "walnut-finch-11")];
    let unlike = kim.post(&path, &[("password", "walnut-finch-11"), ("again", "walnut-finch-12")]).await;
    assert_eq!(unlike.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(kim.post(&path, &chosen).await.path, "/console/sign-in");
    let again = kim.open(&path).await;
    assert_eq!(again.status, StatusCode::GONE, "the link works once");
    assert_eq!(kim.post(&path, &chosen).await.status, StatusCode::GONE);

    let home = kim.sign_in("kim", "walnut-finch-11").await;
    home.says(&["Find a customer"]);
    home.lacks(&["/console/staff"]);
    let systems = kim.open("/systems").await;
    systems.says(&["You can read this page."]);
    let closed = kim.open("/staff").await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN);
    closed.says(&["Your roles do not allow this"]);
    assert_eq!(kim.post("/systems/crm/pause", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        kim.post("/api-keys", &[("name", "mine"), ("scope-customers", "change")]).await.status,
        StatusCode::FORBIDDEN
    );

    let kims = id_of(&app, "kim").await;
    agnes
        .post(&format!("/staff/{kims}/roles"), &[("role", "moderator")])
        .await
        .says(&["Roles of Kim Example: Moderator."]);
    let home = kim.open("").await;
    assert_eq!((home.path.as_str(), home.status), ("/console", StatusCode::OK), "every role has a home");
    home.says(&["/console/boards"]);
    home.lacks(&["Find a customer", "/console/systems"]);
    assert_eq!(kim.open("/customers/01890000-0000-7000-8000-000000000000").await.status, StatusCode::FORBIDDEN);

    agnes.post(&format!("/staff/{kims}/roles"), &[]).await.says(&["cannot sign in"]);
    assert_eq!(kim.open("").await.path, "/console/sign-in", "without a role, nobody is signed in");
    assert_eq!(kim.sign_in("kim", "walnut-finch-11").await.status, StatusCode::FORBIDDEN);
    agnes.post(&format!("/staff/{kims}/remove"), &[]).await.says(&["was removed"]);
    assert_eq!(app.store.staff("kim").await.unwrap(), None);
}

#[testkit::both_databases]
async fn staff_an_installation_keeps_an_administrator(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let own = id_of(&app, "agnes").await;
    for (path, form) in [("remove", &[][..]), ("roles", &[("role", "auditor")][..]), ("roles", &[][..])] {
        agnes.post(&format!("/staff/{own}/{path}"), form).await.says(&["last account with the role administrator"]);
    }
    app.hub.put_staff_with("kim", "Kim Example", "walnut-finch-11", &[Role::Administrator], &CLI).await.unwrap();
    agnes.post(&format!("/staff/{own}/roles"), &[("role", "auditor")]).await;
    assert_eq!(app.store.staff("agnes").await.unwrap().unwrap().roles, [Role::Auditor]);
}

#[testkit::both_databases]
async fn staff_a_refused_account_keeps_what_was_typed(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let form = [("login", "agnes"), ("name", "Another Agnes"), ("role", "warehouse")];
    let refused = agnes.post("/staff", &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["Another account has this login", "value=\"Another Agnes\""]);
    let without_role = agnes.post("/staff", &[("login", "kim"), ("name", "Kim Example")]).await;
    assert_eq!(without_role.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(agnes.post("/staff", &[("login", "kim"), ("role", "root")]).await.status, StatusCode::BAD_REQUEST);
}

#[testkit::both_databases]
async fn api_key_is_issued_once_shown_and_revoked_in_the_console(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let form = [("name", "billing"), ("scope-customers", "read"), ("scope-devices", "change"), ("days", "30")];
    let issued = agnes.post("/api-keys", &form).await;
    let key = between(&issued, "<code>tsk_", "</code>").to_owned();
    let key = format!("tsk_{key}");
    assert_eq!(app.api.get("/customers", &key).await.status, 200);
    let listed = agnes.open("/api-keys").await;
    listed.says(&["billing", "customers:read"]);
    listed.lacks(&[&key]);
    let kept = agnes.post("/api-keys", &[("name", "billing"), ("days", "soon"), ("scope-customers", "read")]).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    kept.says(&["soon is not a number of days", "value=\"soon\"", "value=\"billing\""]);
    let nothing = agnes.post("/api-keys", &[("name", "billing")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "a key without a scope is of no use");

    let keys = app.store.api_keys().await.unwrap();
    let billing = keys.iter().find(|key| key.name == "billing").unwrap();
    agnes.post(&format!("/api-keys/{}/revoke", billing.id), &[]).await.says(&["no longer works"]);
    assert_eq!(app.api.get("/customers", &key).await.status, 401);
}

/// A person of the operating company with this licence and a password, and their browser, signed in to the portals.
async fn colleague(app: &TestApp, person_id: &str, licence: LicenceType) -> (Person, Colleague) {
    let person = employee(app, person_id, licence).await;
    let token = app.hub.open_session(&credentials::sign_in_of(&person), &Visit::default()).await.unwrap();
    let mut browser = Colleague::signed_out(app);
    browser.cookies.insert("tessera".to_owned(), token);
    (person, browser)
}

async fn add_second_factor(app: &TestApp, person: &Person) {
    let offered = app.hub.offer_second_factor(person).unwrap();
    let secret = Secret::try_from_base32(&offered.secret).unwrap();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30).with_secret(secret);
    let now = u64::try_from(app.hub.env.now().as_second()).unwrap();
    let code = totp.build().unwrap().generate(now).to_string();
    app.hub.add_second_factor(person, offered.key_id, &code, None).await.unwrap().unwrap();
}

#[testkit::both_databases]
async fn p06_a_person_of_the_company_works_in_the_console_with_a_second_factor(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let (lee, mut browser) = colleague(&app, "lee", LicenceType::Named).await;
    assert_eq!(browser.open("").await.path, "/console/sign-in", "a licence alone opens nothing");
    let added = agnes.post("/staff/persons", &[("person_id", "lee"), ("role", "support")]).await;
    added.says(&[&format!("{} can use the console from now on.", lee.name)]);

    let refused = browser.open("").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says(&["The console needs a second factor"]);
    add_second_factor(&app, &lee).await;
    // Sessions that began with a password alone are over.
    let token = app.hub.open_session(&credentials::sign_in_of(&lee), &Visit::default()).await.unwrap();
    browser.cookies.insert("tessera".to_owned(), token);
    browser.open("").await.says(&["Find a customer", &lee.name]);
    assert_eq!(browser.go(Method::GET, "/portal/smart_client", &[]).await.path, "/console");

    // Anyone who may change persons may not take over a colleague's account with a new address or link.
    let taken = browser.post(&format!("/persons/{}/security/send-link", lee.id), &[]).await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN);

    agnes.post(&format!("/staff/{}/remove", id_of(&app, "lee").await), &[]).await.says(&["was removed"]);
    assert_eq!(browser.open("").await.path, "/console/sign-in");
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p06_only_people_whose_licence_opens_the_smart_client_can_be_staff(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    colleague(&app, "tess", LicenceType::Techportal).await;
    let refused = agnes.post("/staff/persons", &[("person_id", "tess"), ("role", "support")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says(&["NAMED or STUDIO", "value=\"tess\""]);
    let nobody = agnes.post("/staff/persons", &[("person_id", "nobody"), ("role", "support")]).await;
    nobody.says(&["There is no person nobody"]);
    app.leave_jobs();
}
