//! Invoices (`P09`): read from a feed, matched, shown, and isolated between customers.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tessera_hub::Config;
use testkit::{ADA, BEN, Browser, Colleague, Databases, EVE, JO, Known, Page, TestApp, client};

const INVOICES: &str = "/portal/customer/invoices";

fn bill(number: &str, who: &str, more: Value) -> Value {
    let mut bill = json!({
        "number": number, "date": "2026-05-20", "due": "2026-06-10", "total": "1284.50", "tax": 204.88,
        "status": "open", "customer": who,
        "lines": [
            { "text": "Service visit", "quantity": 2, "amount": "240.00" },
            { "text": "Power board für PACE", "quantity": 1, "amount": 839.62 },
        ],
    });
    let fields = bill.as_object_mut().unwrap();
    fields.extend(more.as_object().cloned().unwrap_or_default());
    bill
}

/// Puts these invoices into the feed and runs a reading, some time later.
async fn read(app: &TestApp, invoices: &[Value]) {
    read_text(app, &json!({ "made": "today", "invoices": invoices }).to_string()).await;
}

async fn read_text(app: &TestApp, feed: &str) {
    std::fs::write(&app.invoices, feed).unwrap();
    app.advance(Duration::from_mins(5));
    app.hub.request_invoice_reading(&JO).await.unwrap();
    app.hub.run_pending().await;
}

async fn list(app: &TestApp, browser: &mut Browser, query: &str) -> Page {
    browser.open(&format!("{}{INVOICES}{query}", app.url)).await
}

/// The address of the first invoice in a list.
fn first(app: &TestApp, page: &Page) -> String {
    let start = format!("{INVOICES}/");
    let at = page.body.find(&start).unwrap_or_else(|| panic!("no invoice: {}", page.body));
    let id: String = page.body[at + start.len()..].chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').collect();
    format!("{}{start}{id}", app.url)
}

#[testkit::both_databases]
async fn p09_invoices_are_read_shown_and_rendered_as_pdf(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let none = list(&app, &mut ada, "").await;
    assert!(none.body.contains("No invoices yet"), "{}", none.body);
    let settled = json!({ "status": "Settled", "date": "2026-01-02", "due": null });
    read(&app, &[bill("2026-0417", ADA.requester, json!({})), bill("2026-0001", ADA.requester, settled)]).await;

    let page = list(&app, &mut ada, "").await;
    for text in ["2026-0417", "EUR\u{a0}1\u{a0}284.50", "Open", "Paid", "2 Jan 2026"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let one = ada.open(&first(&app, &page)).await;
    for text in ["Service visit", "Power board für PACE", "EUR\u{a0}839.62", "EUR\u{a0}204.88", "10 Jun 2026"] {
        assert!(one.body.contains(text), "{text}: {}", one.body);
    }
    let pdf = ada.open(&format!("{}/pdf", one.url)).await;
    assert!(pdf.status == 200 && pdf.body.starts_with("%PDF-"), "{}", pdf.status);

    // The invoice becomes overdue by the passage of time alone.
    let overdue = |page: &Page| page.body.contains("2026-0417") && !page.body.contains("2026-0001");
    assert!(!overdue(&list(&app, &mut ada, "?show=overdue").await));
    app.advance(Duration::from_hours(24 * 10));
    let late = app.activated(ADA).await;
    let mut ada = late;
    let page = list(&app, &mut ada, "?show=overdue").await;
    assert!(overdue(&page), "{}", page.body);
    assert!(list(&app, &mut ada, "?q=power+BOARD").await.body.contains("2026-0417"));
    assert!(list(&app, &mut ada, "?q=%25").await.body.contains("No invoices found"));

    // When it is paid, the timeline gets one entry, however often the feed repeats it.
    for _ in 0..2 {
        read(&app, &[bill("2026-0417", ADA.requester, json!({ "status": "paid" }))]).await;
    }
    let customer = app.customer_of(ADA.requester).await;
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    let told: Vec<_> = timeline["items"].as_array().unwrap().iter().filter(|it| it["event"] == "invoice").collect();
    assert_eq!(told.len(), 2, "issued and paid: {timeline}");
}

#[testkit::both_databases]
async fn p09_an_invoice_is_overdue_from_midnight_in_the_time_zone(databases: Databases) {
    let berlin = |config: &mut Config| {
        config.locale.time_zone = TimeZone::get("Europe/Berlin").unwrap();
        config.session_lifetime = SignedDuration::from_hours(48);
    };
    let app = TestApp::builder().config(berlin).start(&databases).await;
    let mut ada = app.activated(ADA).await;
    let due = app.hub.config.locale.day_of(app.hub.env.now());
    let ends = due.tomorrow().unwrap().in_tz("Europe/Berlin").unwrap().timestamp();
    // In UTC, the moment is on the day before.
    let moment = due.in_tz("Europe/Berlin").unwrap().timestamp().to_string();
    read(&app, &[bill("2026-0417", ADA.requester, json!({ "date": moment, "due": moment }))]).await;
    let page = list(&app, &mut ada, "").await;
    assert!(page.body.contains(&due.strftime("%-d %b %Y").to_string()), "{}", page.body);
    let until = ends.duration_since(app.hub.env.now()) - SignedDuration::from_mins(1);
    app.advance(Duration::try_from(until).unwrap());
    assert!(list(&app, &mut ada, "?show=overdue").await.body.contains("No invoices found"), "the day is not over");
    app.advance(Duration::from_mins(1));
    assert!(list(&app, &mut ada, "?show=overdue").await.body.contains("2026-0417"));
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p09_credit_notes_and_invoices_over_zero_are_not_due(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let credit = json!({
        "total": "-84.50", "tax": "-13.49", "date": "2026-01-02", "due": "2026-01-10",
        "lines": [{ "text": "Power board, sent back", "quantity": 1, "amount": "-84.50" }],
    });
    let nothing = json!({ "total": "0", "tax": "0", "date": "2026-01-02", "due": "2026-01-10", "lines": [] });
    read(&app, &[bill("C-1", ADA.requester, credit), bill("Z-1", ADA.requester, nothing)]).await;
    let page = list(&app, &mut ada, "").await;
    for text in ["C-1", "Credit note", "84.50", "Z-1", "Nothing to pay"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    for filter in ["open", "overdue"] {
        let page = list(&app, &mut ada, &format!("?show={filter}")).await;
        assert!(page.body.contains("No invoices found"), "{filter}: {}", page.body);
    }
    for (filter, there, elsewhere) in [("credited", "C-1", "Z-1"), ("paid", "Z-1", "C-1")] {
        let page = list(&app, &mut ada, &format!("?show={filter}")).await;
        assert!(page.body.contains(there) && !page.body.contains(elsewhere), "{filter}: {}", page.body);
        let one = ada.open(&first(&app, &page)).await;
        assert!(!one.body.contains("<dt>Due</dt>") && !one.body.contains("Overdue"), "{there}: {}", one.body);
        let pdf = ada.open(&format!("{}/pdf", one.url)).await;
        assert!(pdf.status == 200 && pdf.body.starts_with("%PDF-"), "{there}: {}", pdf.status);
    }
}

#[testkit::both_databases]
async fn p09_a_bad_row_is_reported_and_an_empty_feed_removes_nothing(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let all: Vec<Value> = (1..=12).map(|n| bill(&format!("N-{n:02}"), ADA.requester, json!({}))).collect();
    read(&app, &all).await;
    let feed = app.store.invoice_feed("books").await.unwrap().unwrap();
    assert_eq!((feed.rows, feed.error), (12, None));

    // One row is invalid and one is not an object. The other rows are read; the invoices of the invalid rows stay
    // unchanged.
    let mut broken = all.clone();
    broken[3]["total"] = json!("12,x");
    broken[4] = json!(17);
    broken[5]["status"] = json!("paid");
    read(&app, &broken).await;
    let feed = app.store.invoice_feed("books").await.unwrap().unwrap();
    let bad: Vec<_> = feed.bad.iter().map(|bad| (bad.line, bad.number.as_deref())).collect();
    assert_eq!(bad, [(4, Some("N-04")), (5, None)], "{feed:?}");
    assert!(list(&app, &mut ada, "?show=paid").await.body.contains("N-06"));
    assert!(list(&app, &mut ada, "?q=N-05").await.body.contains("N-05"));

    // One number for two customers: the first one is accepted, and staff see the other as an error.
    let mut twice = all.clone();
    twice.push(bill("N-07", BEN.requester, json!({ "total": 1.0 })));
    read(&app, &twice).await;
    let feed = app.store.invoice_feed("books").await.unwrap().unwrap();
    assert_eq!(feed.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [13], "{feed:?}");
    assert!(list(&app, &mut ada, "?q=N-07").await.body.contains("N-07"));
    read(&app, &all).await;

    // Empty, truncated, or without its list: all invoices stay unchanged, and the error is reported.
    for feed in ["", "{\"invoices\": []}", "{\"invoices\": [{\"number\": \"N-01\"", "{\"other\": 1}", "[]"] {
        read_text(&app, feed).await;
        let page = list(&app, &mut ada, "?q=N-12").await;
        assert!(page.body.contains("N-12"), "{feed}: {}", page.body);
        let one = ada.open(&first(&app, &page)).await;
        assert!(!one.body.contains("No longer confirmed"), "{feed}");
        assert!(app.store.invoice_feed("books").await.unwrap().unwrap().error.is_some(), "{feed}");
    }
    // Invoices that are missing from the feed are kept and marked as unconfirmed, until they return.
    read(&app, &all[..10]).await;
    let page = list(&app, &mut ada, "?q=N-12").await;
    let gone = ada.open(&first(&app, &page)).await;
    assert!(gone.body.contains("No longer confirmed"), "{}", gone.body);
    read(&app, &all).await;
    let back = ada.open(&gone.url).await;
    assert!(!back.body.contains("No longer confirmed"), "{}", back.body);
}

#[testkit::both_databases]
async fn p09_another_customers_invoice_is_not_found(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut ben = app.activated(BEN).await;
    read(&app, &[bill("A-1", ADA.requester, json!({})), bill("B-1", BEN.requester, json!({}))]).await;
    let page = list(&app, &mut ada, "").await;
    assert!(page.body.contains("A-1") && !page.body.contains("B-1"), "{}", page.body);
    let theirs = first(&app, &page);
    assert_eq!(ada.open(&theirs).await.status, 200);
    for path in ["", "/pdf"] {
        assert_eq!(ben.open(&format!("{theirs}{path}")).await.status, 404, "{path}");
        let stranger = Browser::new().open(&format!("{theirs}{path}")).await;
        assert!(stranger.url.contains("/sign-in"), "{}", stranger.url);
    }
    for query in ["?q=A-1", "?show=open", "?before=9999", "?q=_", "?show=all&q=Service"] {
        let page = list(&app, &mut ben, query).await;
        assert!(!page.body.contains(">A-1<"), "{query}: {}", page.body);
    }
    let search = format!("{}/portal/customer/search?q=service+a-1", app.url);
    let found = ada.open(&search).await;
    assert!(found.body.contains("Invoice A-1") && !found.body.contains("Invoice B-1"), "{}", found.body);
    assert!(!ben.open(&search).await.body.contains("Invoice A-1"));
    // The source reassigns the invoice to another customer. The previous owner can no longer see it.
    read(&app, &[bill("A-1", BEN.requester, json!({})), bill("B-1", BEN.requester, json!({}))]).await;
    assert_eq!(ada.open(&theirs).await.status, 404);
    assert_eq!(ben.open(&theirs).await.status, 200);
    assert!(list(&app, &mut ada, "").await.body.contains("No invoices yet"), "it counts as none");
}

#[testkit::both_databases]
async fn p09_staff_see_unmatched_invoices_with_the_reason(app: TestApp) {
    app.activated(ADA).await;
    let wrong = json!({ "lines": [{ "text": "Visit", "amount": "1" }] });
    let nowhere = json!({ "place": "NOWHERE" });
    let bills = [
        bill("S-1", EVE.requester, json!({})),
        bill("S-2", ADA.requester, nowhere),
        bill("S-3", ADA.requester, wrong),
        bill("S-4", ADA.requester, json!({ "total": "1e9" })),
    ];
    read(&app, &bills).await;
    let mut staff = Colleague::signed_in(&app).await;
    let desk = staff.open("/invoices").await;
    desk.says(&[
        "S-1",
        "No customer here is named so",
        "S-2",
        "Its place is not known here",
        "Line 4",
        "“1e9” is not an amount",
    ]);
    desk.lacks(&["S-3"]);
    staff.open("/invoices?q=S-").await.says(&["S-3", "The lines do not make the total", "Ada Example"]);
    let doctor = app.api.get("/doctor", &app.api_key).await;
    assert!(doctor.body.contains("books") && doctor.body.contains("line 4"), "{}", doctor.body);

    // Once the customer exists, the invoice is matched automatically.
    let mut eve: Browser = app.activated(Known { ..EVE }).await;
    staff.post("/invoices/read", &[]).await;
    app.hub.run_pending().await;
    assert!(list(&app, &mut eve, "").await.body.contains("S-1"));
    std::fs::remove_file(&app.invoices).unwrap();
    let doctor = app.api.get("/doctor", &app.api_key).await;
    assert!(doctor.body.contains("its file cannot be read"), "{}", doctor.body);
    assert_eq!(client().get(format!("{}/healthz", app.url)).send().await.unwrap().status(), 200);
}
