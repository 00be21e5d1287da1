//! The reminder that an activation link expires soon.

use std::time::Duration;

use testkit::{ADA, BEN, Browser, CLEO, JO, TestApp};

const DAY: Duration = Duration::from_hours(24);

/// Subjects of the e-mails to an address.
fn subjects(app: &TestApp, address: &str) -> Vec<String> {
    let messages = app.mail.messages().into_iter();
    messages.filter(|message| message.to == [address]).map(|message| message.subject).collect()
}

#[testkit::both_databases]
async fn a11_a_reminder_is_sent_once_two_days_before_an_unused_link_expires(app: TestApp) {
    let link = app.link(ADA.requester).await;
    app.hub.run_pending().await;
    app.advance(DAY * 11 + Duration::from_mins(24 * 60 - 1));
    app.hub.run_pending().await;
    assert_eq!(subjects(&app, ADA.email).len(), 1, "the invitation alone");
    app.advance(Duration::from_mins(2));
    app.hub.run_pending().await;
    let told = subjects(&app, ADA.email);
    assert_eq!((told.len(), told[0].as_str()), (2, "Your activation link at Sunfield Energy expires soon"), "{told:?}");
    let mail = app.mail.messages().into_iter().find(|message| message.subject == told[0]).unwrap();
    assert!(mail.text.unwrap().contains(&link) && mail.html.unwrap().contains(&link), "it has the same link");
    let page = Browser::new().open(&link).await;
    assert_eq!(page.status, 200, "which still works: {}", page.body);

    app.advance(DAY * 3);
    app.hub.run_pending().await;
    assert_eq!(subjects(&app, ADA.email).len(), 2, "nothing more");
}

#[testkit::both_databases]
async fn a11_no_reminder_is_sent_for_a_used_replaced_or_unmailed_link(app: TestApp) {
    let _ada = app.activated(ADA).await;
    let old = app.link(BEN.requester).await;
    app.advance(DAY * 3);
    let new = app.link(BEN.requester).await;
    assert_ne!(old, new);
    app.hub.invite_without_mail(CLEO.requester, &JO).await.unwrap();
    app.hub.run_pending().await;
    let before = app.mail.messages().len();
    app.advance(DAY * 10);
    app.hub.run_pending().await;
    assert_eq!(app.mail.messages().len(), before, "the replaced link's time has come, and nobody hears of it");
    app.advance(DAY * 2);
    app.hub.run_pending().await;
    let reminders = |address| subjects(&app, address).iter().filter(|it| it.contains("expires soon")).count();
    assert_eq!((reminders(ADA.email), reminders(BEN.email), reminders(CLEO.email)), (0, 1, 0));
}
