//! Passkeys: sign-in without a password, as the second factor, and misuse (`P03`, `A23`).

use std::time::Duration;

use serde_json::Value;
use tessera_core::access::licence::LicenceType;
use tessera_core::credentials::event::CredentialEvent;
use tessera_core::credentials::{Notice, passkey_of};
use tessera_core::kernel::timeline::{Entry, Event};
use tessera_core::persons::Person;
use testkit::passwords::{SECRET, employee, sign_in, sign_in_to, with_password};
use testkit::{ADA, BEN, Browser, Colleague, Page, TestApp, authenticator::Device};

fn url(app: &TestApp, path: &str) -> String {
    format!("{}/portal/customer/{path}", app.url)
}

fn device(app: &TestApp) -> Device {
    Device::at(&app.hub.config.public_url.origin().ascii_serialization())
}

/// The challenge that the page's script requests.
async fn asked(browser: &mut Browser, form: &str) -> Value {
    let page = browser.post(&format!("{form}/options"), &[]).await;
    serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("no challenge: {} {}", page.status, page.body))
}

/// The answer that the page's script sends.
async fn send(browser: &mut Browser, form: &str, asked: &Value, credential: &str) -> Page {
    let ceremony = asked["ceremony"].as_str().unwrap();
    let fields = [("ceremony", ceremony), ("credential", credential), ("name", "Phone")];
    browser.post(form, &[&fields[..], &[("return_to", "/portal/customer")]].concat()).await
}

/// Requests a challenge, signs it with the device, and sends the answer.
async fn with_passkey(browser: &mut Browser, form: &str, device: &mut Device) -> Page {
    let asked = asked(browser, form).await;
    let credential = device.get(&asked);
    send(browser, form, &asked, &credential).await
}

/// Adds a passkey of this device in a signed-in browser.
async fn add(app: &TestApp, browser: &mut Browser, device: &mut Device) -> Page {
    let form = url(app, "passkeys");
    let asked = asked(browser, &form).await;
    let credential = device.create(&asked);
    let page = send(browser, &form, &asked, &credential).await;
    app.hub.run_pending().await;
    page
}

/// A person with a password and a passkey, with the recovery codes.
async fn person_with_passkey(app: &TestApp) -> (Person, Device, Vec<String>) {
    let person = with_password(app).await;
    let mut browser = Browser::new();
    sign_in(app, &mut browser, &person.person_id, SECRET).await;
    let mut device = device(app);
    let page = add(app, &mut browser, &mut device).await;
    assert!(page.body.contains("Keep these recovery codes"), "{}", page.body);
    let codes = page.body.split("<li><code>").skip(1).map(|part| part.split('<').next().unwrap().to_owned());
    (person, device, codes.collect())
}

async fn events(app: &TestApp, person: &Person) -> Vec<Notice> {
    let timeline = app.store.timeline(person.customer_id, None, 50).await.unwrap();
    let told = timeline.iter().filter_map(Entry::event);
    let told = told.filter_map(|event| match event {
        Event::Credential(CredentialEvent::SignInSecured { what, .. }) => Some(what),
        _ => None,
    });
    told.collect()
}

async fn is_in(app: &TestApp, browser: &mut Browser) -> bool {
    !browser.open(&url(app, "sessions")).await.url.contains("/sign-in")
}

async fn passkeys_of(app: &TestApp, person: &Person) -> Vec<String> {
    let identities = app.store.identities_of_person(person.id).await.unwrap();
    let passkeys = identities.into_iter().filter(|identity| passkey_of(&identity.sign_in.identity).is_some());
    passkeys.map(|identity| identity.id.to_string()).collect()
}

#[testkit::both_databases]
async fn p03_a_passkey_signs_in_alone_and_as_second_factor(app: TestApp) {
    let (person, mut device, codes) = person_with_passkey(&app).await;
    assert_eq!(codes.len(), 10);
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A passkey was added")));
    assert!(events(&app, &person).await.contains(&Notice::PasskeyAdded));

    let door = url(&app, "sign-in/passkey");
    let mut alone = Browser::new();
    let page = alone.open(&url(&app, "sign-in")).await;
    assert!(page.body.contains("Sign in with a passkey") && page.body.contains("JavaScript"), "{}", page.body);
    let page = with_passkey(&mut alone, &door, &mut device).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    let page = alone.open(&url(&app, "sessions")).await;
    assert!(page.body.contains("Phone (passkey)"), "{}", page.body);
    // The same sign-in page serves the other portals, each with its access rules.
    let mut tech = Browser::new();
    let page = tech.open(&format!("{}/portal/tech/sign-in", app.url)).await;
    assert!(page.body.contains("/portal/tech/sign-in/passkey"));
    with_passkey(&mut tech, &format!("{}/portal/tech/sign-in/passkey", app.url), &mut device).await;
    assert_eq!(tech.open(&format!("{}/portal/tech", app.url)).await.status, 403, "a customer's licence");

    let second = url(&app, "sign-in/code/passkey");
    let mut after = Browser::new();
    let page = sign_in(&app, &mut after, &person.person_id, SECRET).await;
    assert!(page.body.contains("Confirm with your passkey"), "{}", page.body);
    assert!(!is_in(&app, &mut after).await, "the password alone is half");
    let page = with_passkey(&mut after, &second, &mut device).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    assert!(after.open(&url(&app, "sessions")).await.body.contains("Person ID and password"));

    // A recovery code replaces the device, once.
    let mut lost = Browser::new();
    sign_in(&app, &mut lost, &person.person_id, SECRET).await;
    let page = lost.post(&url(&app, "sign-in/code"), &[("code", &codes[0])]).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    assert_eq!(app.store.credentials(person.id).await.unwrap().codes_left, 9);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_challenge_works_once_in_its_browser_until_it_expires(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let (door, second) = (url(&app, "sign-in/passkey"), url(&app, "sign-in/code/passkey"));
    let mut browser = Browser::new();
    let first = asked(&mut browser, &door).await;
    let credential = device.get(&first);
    let page = send(&mut browser, &door, &first, &credential).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    let page = send(&mut browser, &door, &first, &credential).await;
    assert_eq!(page.status, 403, "once");
    assert!(page.body.contains("could not be verified"), "{}", page.body);
    let fresh = asked(&mut browser, &door).await;
    assert_ne!(fresh["publicKey"]["challenge"], first["publicKey"]["challenge"]);
    assert_eq!(
        send(&mut browser, &door, &fresh, &credential).await.status,
        403,
        "what was signed for another challenge"
    );

    // Another browser that has all the intercepted data.
    let asked_there = asked(&mut browser, &door).await;
    let credential = device.get(&asked_there);
    let mut thief = Browser::new();
    assert_eq!(send(&mut thief, &door, &asked_there, &credential).await.status, 403, "without the browser's secret");
    asked(&mut thief, &door).await;
    assert_eq!(send(&mut thief, &door, &asked_there, &credential).await.status, 403, "with a secret of its own");
    assert_eq!(send(&mut browser, &door, &asked_there, &credential).await.status, 403, "and it is used up");

    let late = asked(&mut browser, &door).await;
    let credential = device.get(&late);
    app.advance(Duration::from_mins(5));
    assert_eq!(send(&mut browser, &door, &late, &credential).await.status, 403, "late");

    // A challenge of one purpose is not valid for another, nor for another pending sign-in.
    let mut half = Browser::new();
    sign_in(&app, &mut half, &person.person_id, SECRET).await;
    let alone = asked(&mut half, &door).await;
    let credential = device.get(&alone);
    assert_eq!(send(&mut half, &second, &alone, &credential).await.status, 403, "asked at the door");
    let mut other = Browser::new();
    sign_in(&app, &mut other, &person.person_id, SECRET).await;
    let here = asked(&mut half, &second).await;
    let credential = device.get(&here);
    assert_eq!(send(&mut other, &second, &here, &credential).await.status, 403, "asked in another sign-in");
    app.advance(Duration::from_mins(11));
    assert_eq!(half.post(&format!("{second}/options"), &[]).await.status, 410, "the sign-in half done is over");
    assert!(with_passkey(&mut Browser::new(), &door, &mut device).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_passkey_is_valid_only_for_this_site_and_its_owner(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let (door, second) = (url(&app, "sign-in/passkey"), url(&app, "sign-in/code/passkey"));
    let ours = device.origin.clone();
    let refused = async |device: &mut Device| {
        with_passkey(&mut Browser::new(), &url(&app, "sign-in/passkey"), device).await.status == 403
    };
    for origin in ["https://sunfield.example.net", "http://localhost", "http://evil.localhost:80"] {
        origin.clone_into(&mut device.origin);
        assert!(refused(&mut device).await, "signed at {origin}");
    }
    device.origin = ours;
    device.site = Some("evil.example".to_owned());
    assert!(refused(&mut device).await, "made for another site");
    device.site = None;
    device.unlocked = false;
    assert!(refused(&mut device).await, "its owner did not unlock it");
    device.unlocked = true;
    app.advance(Duration::from_mins(2));

    // Ben tries to sign in as Ada with his own passkey.
    let mut bens = app.activated(BEN).await;
    let mut his = self::device(&app);
    let page = add(&app, &mut bens, &mut his).await;
    assert!(page.body.contains("You can now sign in with Phone"), "no password, no codes: {}", page.body);
    let hers = device.passkeys[0].handle.clone();
    let own = std::mem::replace(&mut his.passkeys[0].handle, hers);
    assert!(refused(&mut his).await, "it says that it is hers");
    his.passkeys[0].handle = own;
    let mut half = Browser::new();
    sign_in(&app, &mut half, &person.person_id, SECRET).await;
    for tells in [false, true] {
        his.tells = tells;
        let asked = asked(&mut half, &second).await;
        assert_eq!(asked["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1, "hers alone");
        let credential = his.sign(&asked, 0);
        assert_eq!(send(&mut half, &second, &asked, &credential).await.status, 403, "his after her password");
    }
    // Ada's passkey cannot be registered as Ben's: a credential that is already registered is rejected.
    let form = url(&app, "passkeys");
    let asked = asked(&mut bens, &form).await;
    assert_eq!(asked["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);
    let credential = his.create(&asked);
    send(&mut bens, &form, &asked, &credential).await;
    let page = send(&mut bens, &form, &asked, &credential).await;
    assert!(page.status == 422 && page.body.contains("Nothing was added"), "{}", page.body);
    assert!(with_passkey(&mut Browser::new(), &door, &mut device).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_a_passkey_with_a_decreasing_counter_is_refused_and_reported(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let door = url(&app, "sign-in/passkey");
    let mut browser = Browser::new();
    device.counter = Some(40);
    with_passkey(&mut browser, &door, &mut device).await;
    assert!(is_in(&app, &mut browser).await);
    device.counter = Some(12);
    let page = with_passkey(&mut Browser::new(), &door, &mut device).await;
    assert_eq!(page.status, 403, "a copy that has signed less often");
    assert!(events(&app, &person).await.contains(&Notice::PasskeyRefused));
    assert!(!is_in(&app, &mut browser).await, "whoever has either is signed out");
    app.hub.run_pending().await;
    let told = |mail: &tessera_sim::mail::Message| mail.subject.contains("may have been copied");
    assert!(app.mail.messages().iter().any(told));
    device.counter = Some(41);
    assert!(with_passkey(&mut browser, &door, &mut device).await.body.contains("HIB-A1"), "the one that counts on");

    // Synchronized passkeys have no counter.
    let mut travels = self::device(&app);
    travels.counter = None;
    let page = add(&app, &mut browser, &mut travels).await;
    assert!(page.body.contains("You can now sign in with Phone"), "codes are there already: {}", page.body);
    for _ in 0..2 {
        assert!(with_passkey(&mut Browser::new(), &door, &mut travels).await.body.contains("HIB-A1"));
    }
}

#[testkit::both_databases]
async fn p03_recovery_codes_are_issued_with_the_first_second_factor_and_end_with_the_last(app: TestApp) {
    let (person, mut device, codes) = person_with_passkey(&app).await;
    let left = async || app.store.credentials(person.id).await.unwrap().codes_left;
    let mut browser = Browser::new();
    with_passkey(&mut browser, &url(&app, "sign-in/passkey"), &mut device).await;
    let page = browser.open(&url(&app, "second-factor")).await;
    assert!(page.body.contains("1 passkey") && page.body.contains("Recovery codes left"), "{}", page.body);
    let page = browser.post(&url(&app, "second-factor/codes"), &[]).await;
    assert!(page.body.contains("Keep these recovery codes"), "{}", page.body);
    let mut old = Browser::new();
    sign_in(&app, &mut old, &person.person_id, SECRET).await;
    assert_eq!(old.post(&url(&app, "sign-in/code"), &[("code", &codes[0])]).await.status, 403);
    assert_eq!(left().await, 10);
    let passkey = passkeys_of(&app, &person).await.remove(0);
    browser.post(&url(&app, &format!("identities/{passkey}/remove")), &[]).await;
    assert_eq!(left().await, 0, "nothing asks for them any more");
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "the password alone again: {}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_passkeys_are_listed_and_removed_except_the_last_sign_in_method(app: TestApp) {
    let sam = employee(&app, "sam", LicenceType::Custportal).await;
    let mut browser = Browser::new();
    sign_in_to(&app, &mut browser, "customer", "sam", SECRET).await;
    let (mut phone, mut laptop) = (device(&app), device(&app));
    add(&app, &mut browser, &mut phone).await;
    add(&app, &mut browser, &mut laptop).await;
    let [first, second] = passkeys_of(&app, &sam).await.try_into().unwrap();
    let page = browser.open(&url(&app, "identities")).await;
    assert_eq!(page.body.matches("<h2>Phone (passkey)").count(), 2, "{}", page.body);

    let mut door = Browser::new();
    with_passkey(&mut door, &url(&app, "sign-in/passkey"), &mut phone).await;
    let page = browser.open(&url(&app, &format!("identities/{first}/remove"))).await;
    assert!(page.body.contains("until you delete it there"), "{}", page.body);
    browser.post(&url(&app, &format!("identities/{first}/remove")), &[]).await;
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A passkey was removed")));
    assert!(events(&app, &sam).await.contains(&Notice::PasskeyRemoved));
    assert!(!is_in(&app, &mut door).await, "its session ended");
    let page = with_passkey(&mut door, &url(&app, "sign-in/passkey"), &mut phone).await;
    assert_eq!(page.status, 403, "a removed one signs in no more");

    // The password is removed. The remaining passkey stays until staff remove it and send a link.
    with_passkey(&mut door, &url(&app, "sign-in/passkey"), &mut laptop).await;
    let page = door.post(&url(&app, "password/remove"), &[]).await;
    assert!(page.body.contains("Removed."), "{}", page.body);
    door.post(&url(&app, &format!("identities/{second}/remove")), &[]).await;
    assert_eq!(passkeys_of(&app, &sam).await, std::slice::from_ref(&second), "nobody locks themselves out");
    let mut staff = Colleague::signed_in(&app).await;
    let tab = format!("/persons/{}/security", sam.id);
    staff.open(&tab).await.says(&["Phone (passkey)"]);
    let other = format!("/persons/{}/security/passkeys/{second}/remove", uuid::Uuid::nil());
    assert_eq!(staff.post(&other, &[]).await.status, 404, "somebody else's");
    staff.post(&format!("{tab}/passkeys/{second}/remove"), &[]).await.says(&["The passkey was removed."]);
    assert!(passkeys_of(&app, &sam).await.is_empty());
    assert!(!is_in(&app, &mut door).await);
    staff.post(&format!("{tab}/send-link"), &[]).await.says(&["Sent."]);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_a_passkey_reauthenticates_and_only_its_owner_adds_one(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let mut browser = Browser::new();
    with_passkey(&mut browser, &url(&app, "sign-in/passkey"), &mut device).await;
    app.advance(Duration::from_mins(16));
    let (form, confirm) = (url(&app, "passkeys"), url(&app, "confirm/passkey"));
    let page = browser.open(&form).await;
    assert!(page.url.contains("/confirm?return_to="), "{}", page.url);
    assert!(page.body.contains("With a passkey"), "{}", page.body);
    assert_eq!(browser.post(&format!("{form}/options"), &[]).await.status, 403, "nothing is asked of a new device");
    let page = browser.post(&form, &[("ceremony", "x"), ("credential", "{}")]).await;
    assert!(page.url.contains("/confirm"), "{}", page.url);

    let before = browser.cookie("tessera").unwrap();
    let stale = asked(&mut browser, &url(&app, "sign-in/passkey")).await;
    let credential = device.get(&stale);
    assert_eq!(send(&mut browser, &confirm, &stale, &credential).await.status, 403, "asked for something else");
    with_passkey(&mut browser, &confirm, &mut device).await;
    assert_ne!(browser.cookie("tessera").unwrap(), before, "a fresh token at step-up");
    let mut stolen = Browser::new();
    stolen.put_cookie("tessera", &before);
    assert!(!is_in(&app, &mut stolen).await);
    assert!(browser.open(&form).await.url.ends_with("/passkeys"));

    // Registration is bound to the session and impossible in a preview.
    let asked_here = asked(&mut browser, &form).await;
    let mut new = self::device(&app);
    let credential = new.create(&asked_here);
    let mut elsewhere = Browser::new();
    with_passkey(&mut elsewhere, &url(&app, "sign-in/passkey"), &mut device).await;
    let page = send(&mut elsewhere, &form, &asked_here, &credential).await;
    assert!(page.status == 422 && page.body.contains("it took too long"), "{}", page.body);
    let mut staff = Colleague::signed_in(&app).await;
    staff.post(&format!("/persons/{}/preview", person.id), &[]).await;
    for path in ["/portal/customer/passkeys", "/portal/customer/passkeys/options"] {
        let refused = staff.go(reqwest::Method::POST, path, &[("ceremony", "x"), ("credential", "{}")]).await;
        assert!(refused.path.contains("/sign-in") || refused.status == 403, "{}", refused.path);
    }
    assert_eq!(passkeys_of(&app, &person).await.len(), 1);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p04_a_passkey_of_an_inactive_person_is_refused(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let mut browser = Browser::new();
    with_passkey(&mut browser, &url(&app, "sign-in/passkey"), &mut device).await;
    let mut staff = Colleague::signed_in(&app).await;
    let fields = [("version", &*person.version.to_string()), ("person_id", &*person.person_id), ("name", ADA.email)];
    staff.post(&format!("/persons/{}", person.id), &fields).await.says(&["Saved."]);
    assert!(!is_in(&app, &mut browser).await, "signed out at once");
    let page = with_passkey(&mut browser, &url(&app, "sign-in/passkey"), &mut device).await;
    assert!(page.status == 403 && page.body.contains("Your access has ended"), "{}", page.body);
    assert!(!is_in(&app, &mut browser).await);
}

#[testkit::both_databases]
async fn p03_wrong_passkeys_are_rate_limited(app: TestApp) {
    let (person, mut device, _) = person_with_passkey(&app).await;
    let door = url(&app, "sign-in/passkey");
    let mut browser = Browser::new();
    let fields = [("ceremony", "guessed"), ("credential", "{}")];
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(browser.post(&door, &fields).await.status);
    }
    assert_eq!((statuses[19], statuses[20]), (403, 429));
    assert_eq!(browser.post(&format!("{door}/options"), &[]).await.status, 429);
    assert_eq!(sign_in(&app, &mut browser, &person.person_id, SECRET).await.status, 429, "the door is one");
    app.advance(Duration::from_secs(61));
    assert!(with_passkey(&mut browser, &door, &mut device).await.body.contains("HIB-A1"));
    // Each challenge costs a row.
    let mut last = 200;
    for _ in 0..61 {
        last = browser.post(&format!("{door}/options"), &[]).await.status;
    }
    assert_eq!(last, 429);
}
