//! Pages and e-mails in the reader's language and time zone (`H09`).

use tessera_core::kernel::language::{Language, Preferences};
use testkit::portal::{PortalUser, url};
use testkit::{ADA, Browser, PASSWORD, TestApp};

const GERMAN: &str = "de-DE,de;q=0.9,en;q=0.5";
const GERMAN_PAGE: &str = "<html lang=\"de\" dir=\"ltr\"";
const ENGLISH_PAGE: &str = "<html lang=\"en\" dir=\"ltr\"";

async fn sign_in(app: &TestApp, browser: &mut Browser) {
    let page = browser.post(&url(app, "/sign-in"), &[("provider", "idp")]).await;
    browser.submit(&page, &[("email", ADA.email), ("password", PASSWORD)]).await;
}

#[testkit::both_databases]
async fn h09_a_german_browser_reads_german_from_the_link_to_the_device(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let mut browser = Browser::reading(GERMAN);
    let page = browser.open(&link).await;
    assert!(page.body.contains(GERMAN_PAGE) && page.body.contains("Aktivieren Sie Ihr Konto"), "{}", page.body);
    app.activate(&mut browser, &link, ADA.email).await;
    app.hub.run_pending().await;
    let page = browser.open(&format!("{}/activation", app.url)).await;
    assert!(page.body.contains("1 Gerät ist mit Ihrer Anmeldung") && page.body.contains("HIB-A1"), "{}", page.body);
    let page = browser.open(&url(&app, "")).await;
    assert!(page.body.contains("Meine Geräte") && page.body.contains("Seriennummer"), "{}", page.body);
    let page = browser.open(&url(&app, "/requests/new")).await;
    assert!(page.body.contains("Was für eine Anfrage ist es?"), "{}", page.body);
    let page = browser.post(&url(&app, "/profile"), &[("name", "")]).await;
    assert!(page.status == 422 && page.body.contains("Ihr Name: Schreiben Sie hier etwas."), "{}", page.body);

    let page = Browser::reading(GERMAN).open(&url(&app, "/sign-in")).await;
    assert!(page.body.contains("Melden Sie sich an, um Ihre Geräte zu sehen"), "{}", page.body);
    let page = Browser::reading(GERMAN).open(&format!("{}/nowhere", app.url)).await;
    assert!(page.status == 404 && page.body.contains("Hier ist nichts"), "{}", page.body);
}

#[testkit::both_databases]
async fn h09_a_page_says_its_language_and_depends_on_the_browsers(app: TestApp) {
    let headers = |browser: Browser, path: &'static str| {
        let url = format!("{}{path}", app.url);
        async move {
            let response = browser.fetch(&url).await;
            let values = |name: &str| -> Vec<String> {
                response.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
            };
            (values("content-language"), values("vary").join(",").contains("accept-language"))
        }
    };
    let sign_in = "/portal/customer/sign-in";
    assert_eq!(headers(Browser::reading(GERMAN), sign_in).await, (vec!["de".to_owned()], true));
    assert_eq!(headers(Browser::new(), sign_in).await, (vec!["en".to_owned()], true));
    assert_eq!(headers(Browser::reading("fr"), sign_in).await, (vec!["en".to_owned()], true));
    // The console is not in the catalogues yet, so all of it is English.
    assert_eq!(headers(Browser::reading(GERMAN), "/console/sign-in").await.0, ["en".to_owned()]);
}

#[testkit::both_databases]
async fn h09_the_choice_of_the_footer_lasts_and_keeps_the_page(app: TestApp) {
    let mut browser = Browser::new();
    let page = browser.open(&url(&app, "/sign-in")).await;
    assert!(page.body.contains("href=\"/portal/customer/sign-in?lang=de\" lang=\"de\""), "{}", page.body);
    let page = browser.open(&url(&app, "/sign-in?return_to=%2Fportal%2Fcustomer%2Fnews&lang=de")).await;
    assert!(page.body.contains(GERMAN_PAGE) && page.body.contains("value=\"/portal/customer/news\""), "{}", page.body);
    assert!(browser.open(&url(&app, "/forgot")).await.body.contains(GERMAN_PAGE), "it is kept");
    assert!(browser.open(&url(&app, "/forgot?lang=en")).await.body.contains(ENGLISH_PAGE));
}

#[testkit::both_databases]
async fn h09_a_choice_in_the_profile_outlives_the_browser_and_reaches_e_mails(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let chosen = [("name", "Ada Example"), ("language", "de"), ("time_zone", "Europe/Berlin")];
    let page = ada.post(&app, "/profile", &chosen).await;
    assert!(page.body.contains("Gespeichert.") && page.body.contains(GERMAN_PAGE), "{}", page.body);
    assert!(!page.body.contains("?lang="), "the footer offers no other choice");
    let kept = app.store.profile(ada.person).await.unwrap().preferences;
    let wanted = Preferences { language: Some(Language::German), time_zone: Some("Europe/Berlin".to_owned()) };
    assert_eq!(kept, wanted);

    let mut elsewhere = Browser::reading("en");
    sign_in(&app, &mut elsewhere).await;
    let page = elsewhere.open(&url(&app, "/timeline")).await;
    // 08:00 UTC.
    assert!(
        page.body.contains("Sie haben Ihr Konto aktiviert") && page.body.contains("10:00 Uhr (CEST)"),
        "{}",
        page.body
    );

    ada.post(&app, "/profile/email", &[("email", "new@example.org")]).await;
    app.hub.run_pending().await;
    let mail = app.mail.messages().remove(0);
    assert_eq!(mail.subject, format!("Bestätigen Sie Ihre neue E-Mail-Adresse bei {}", app.hub.config.brand.name));
    let (text, html) = (mail.text.unwrap(), mail.html.unwrap());
    assert!(text.contains("Guten Tag,") && text.contains("Der Link gilt bis 02.06.2026, 10:00 Uhr (CEST)."), "{text}");
    assert!(html.contains("<html lang=\"de\"") && html.contains("Diese Adresse bestätigen"), "{html}");

    let page = ada.post(&app, "/profile", &[("name", "Ada Example"), ("time_zone", "Berlin")]).await;
    assert!(page.status == 422 && page.body.contains("Diese Zeitzone kennen wir nicht."), "{}", page.body);
    let page = ada.post(&app, "/profile", &[("name", "Ada Example"), ("language", ""), ("time_zone", "")]).await;
    assert_eq!(app.store.profile(ada.person).await.unwrap().preferences, Preferences::default(), "{}", page.body);
}
