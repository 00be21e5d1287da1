//! Sign-up in the storefront.

use testkit::passwords::{SECRET, mailed_link, with_password};
use testkit::{ADA, Browser, Page, TestApp};

use super::{bought, id_of, product, shown, url};
use crate::marketplace_platform::{RunningVendor, connect, later};

async fn sign_up(app: &TestApp, browser: &mut Browser, email: &str) -> Page {
    browser.post(&url(app, "/sign-up"), &[("name", "Zoe Example"), ("email", email)]).await
}

#[testkit::both_databases]
async fn m06_a_newcomer_signs_up_confirms_the_address_and_buys(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let backup = product(&app, "Backup", &vendor).await;
    let mut zoe = Browser::new();
    let sent = sign_up(&app, &mut zoe, "zoe@example.net").await;
    assert!(sent.body.contains("Check your e-mail"), "{}", sent.body);
    let link = mailed_link(&app).await;
    let page = zoe.open(&link).await;
    assert!(page.body.contains("Confirm your address"), "{}", page.body);
    assert!(app.store.people_by_email("zoe@example.net").await.unwrap().is_empty(), "looking proves nothing");
    let first = zoe.submit_only(&page, &[]).await;
    let second = zoe.submit_only(&page, &[]).await;
    assert_eq!(first, second, "a double click leads to the same choice of a password");
    assert!(first.contains("/password/"), "{first}");
    let choice = zoe.open(&first).await;
    let sign_in = zoe.submit(&choice, &[("password", SECRET), ("again", SECRET)]).await;
    assert!(sign_in.url.contains("return_to=%2Fshop%2Fcheckout"), "{}", sign_in.url);
    let person = app.store.people_by_email("zoe@example.net").await.unwrap().remove(0);
    assert_eq!((person.licence, person.inactive.is_none()), (None, true), "no portal lets them in");
    assert!(sign_in.body.contains(&person.person_id), "{}", sign_in.body);
    let path = format!("{}/portal/customer/sign-in/password", app.url);
    let form = [("login", person.person_id.as_str()), ("password", SECRET), ("return_to", "/shop")];
    let shop = zoe.post(&path, &form).await;
    assert!(shop.body.contains("Zoe Example"), "{}", shop.body);
    let order = bought(&app, &mut zoe, &backup, &vendor, "zoe.example").await;
    app.hub.run_pending().await;
    let order = shown(&app, &id_of(&order)).await;
    assert_eq!(order["state"], "active");
    let account = order["account_id"].as_str().unwrap();
    let account = crate::marketplace_platform::shown(&app, account).await;
    assert!(account["customer_id"].is_string() && account["email"] == "zoe@example.net", "{account}");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m06_a_sign_up_does_not_reveal_whether_the_address_is_known(app: TestApp) {
    let ada = with_password(&app).await;
    let known = sign_up(&app, &mut Browser::new(), ADA.email).await;
    let unknown = sign_up(&app, &mut Browser::new(), "zoe@example.net").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(ADA.email, "-"), unknown.body.replace("zoe@example.net", "-"));
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    let to = |address: &str| {
        let mail = mails.iter().find(|mail| mail.to == [address.to_owned()] && mail.subject.contains("registration"));
        mail.unwrap().text.clone().unwrap()
    };
    assert!(to(ADA.email).contains(&ada.person_id), "only the owner of the address learns it");
    assert!(!to(ADA.email).contains("/register/") && to("zoe@example.net").contains("/register/"));
    let wrong = sign_up(&app, &mut Browser::new(), "nobody").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("value=\"nobody\"") && wrong.body.contains("Zoe Example"), "{}", wrong.body);
}
