//! From the order to the customer who sees the device.

use serde_json::json;
use testkit::portal::{PortalUser, sentences};
use testkit::{ADA, Browser, EVE, TestApp};

use super::{Technician, in_van, made, posted, version};
use crate::api::device_writes::{id_of, in_desk};
use crate::portal::service_requests;

#[testkit::both_databases]
async fn a11_p05_a_finished_installation_assigns_the_device_and_invites_the_customer(app: TestApp) {
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let device = in_van(&app, "HIB-S1", sam.van).await;
    sam.open("").await.says(&["My work", "Nothing to do"]);
    let order = made(
        &app,
        json!({
            "kind": "installation",
            "requester_id": EVE.requester,
            "subject": "New inverter",
            "starts_at": "2031-03-03T09:00:00Z",
            "ends_at": "2031-03-03T12:00:00Z",
            "assignee": "sam.tech",
        }),
    )
    .await;
    let id = order["id"].as_str().unwrap().to_owned();
    assert_eq!((&order["state"], &order["kind"]), (&json!("open"), &json!("installation")));
    // The order makes the requester a customer, who has not activated and hears of the appointment.
    let customer = app.customer_id(EVE.requester).await;
    app.hub.run_pending().await;
    let told = |what: &str| app.mail.messages().iter().filter(|mail| mail.subject.contains(what)).count();
    assert_eq!(told("your appointment on Mon 3 Mar 2031, 09:00–12:00"), 1);

    sam.open("").await.says(&["New inverter", "Eve Example", "Mon 3 Mar"]);
    let page = sam.open(&format!("/work/{id}")).await;
    page.says(&["New inverter", "Eve Example", "Accept", "Serial number compared with the label"]);
    sam.step(&id, "accept", &[]).await.says(&["Accepted. It is in your work.", "I’m on my way"]);
    sam.step(&id, "depart", &[]).await.says(&["On the way"]);
    sam.step(&id, "begin", &[]).await.says(&["In progress", "Serial number of the device you installed"]);
    sam.step(&id, "finish", &[("serial", "hib s1")]).await.says(&["The check list is not complete"]);
    for item in ["0", "1", "2"] {
        sam.post(&format!("/work/{id}/checks"), &[("item", item), ("done", "true")]).await.says(&["Checked."]);
    }
    for (serial, why) in [
        ("", "Enter the serial number"),
        ("NOTHING-1", "No device has the serial number"),
        ("HIB-A1", "is assigned to someone else"),
    ] {
        let refused = sam.step(&id, "finish", &[("serial", serial)]).await;
        refused.says(&[why, "In progress"]);
    }
    sam.step(&id, "finish", &[("serial", " hib s1 ")]).await.says(&["Finished. Thank you.", "Done"]);
    app.hub.run_pending().await;

    assert_eq!(in_desk(&app, &device).await["user_id"], json!(1005));
    let now = app.api.get("/devices?serial=HIB-S1", &app.api_key).await.json();
    assert_eq!(now["items"][0]["device"]["state"], "In Use");
    let history = sentences(&app, customer).await;
    for told in ["is being planned", "scheduled for 3 Mar 2031", "on the way to you", "serial number HIB-S1"] {
        assert!(history.iter().any(|sentence| sentence.contains(told)), "{told}: {history:?}");
    }
    // The invitation went out by itself, and its link activates.
    let link = app.mail.messages().into_iter().filter_map(|mail| mail.text).find_map(|text| {
        let line = text.lines().find(|line| line.contains("/activate/"))?;
        Some(line.trim().to_owned())
    });
    let mut browser = Browser::new();
    app.activate(&mut browser, &link.expect("the invitation was mailed"), EVE.email).await;
    app.hub.run_pending().await;
    let devices = browser.open(&format!("{}/portal/customer", app.url)).await;
    assert!(devices.body.contains("HIB-S1"), "{}", devices.body);
    // Nothing is finished twice.
    let again =
        posted(&app, &format!("/work-orders/{id}/steps"), json!({ "step": "finish", "serial": "HIB-S1" })).await;
    assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("step_not_possible")));
    assert_eq!(told("Activate your account"), 1);
}

#[testkit::both_databases]
async fn p09_p15_a_request_its_ticket_and_its_customer_follow_the_work(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let device = app.display_id("HIB-A1").to_string();
    let request = service_requests::open(&app, &mut ada, &[("device", &device)], &[]).await;
    app.hub.run_pending().await;
    let request_id = service_requests::id_in(&request);
    let order = made(&app, json!({ "kind": "repair", "request_id": request_id, "assignee": "sam.tech" })).await;
    let id = order["id"].as_str().unwrap().to_owned();
    assert_eq!((&order["subject"], &order["device_id"]), (&json!("The inverter hums"), &json!(device)));
    let shown = ada.open(&request.url).await;
    for text in ["Appointment", "Repair", "Being planned", "We will e-mail you"] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    let schedule = |hour: &str| json!({ "step": "schedule", "starts_at": format!("2031-03-03T{hour}:00:00Z"), "ends_at": "2031-03-03T18:00:00Z" });
    for hour in ["09", "10"] {
        let answer = posted(&app, &format!("/work-orders/{id}/steps"), schedule(hour)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        app.hub.run_pending().await;
    }
    let subjects: Vec<String> = app.mail.messages().into_iter().map(|mail| mail.subject).collect();
    for told in ["your appointment on Mon 3 Mar 2031, 09:00", "your appointment was moved to Mon 3 Mar 2031, 10:00"] {
        assert_eq!(subjects.iter().filter(|subject| subject.contains(told)).count(), 1, "{told}: {subjects:?}");
    }
    for step in ["accept", "depart", "begin"] {
        sam.step(&id, step, &[]).await;
    }
    let shown = ada.open(&request.url).await;
    for text in ["In progress", "Mon 3 Mar 2031, 10:00–18:00", "sam.tech Example is on the way."] {
        assert!(shown.body.contains(text), "{text}: {}", shown.body);
    }
    sam.post(&format!("/work/{id}/checks"), &[("item", "0"), ("done", "true")]).await;
    sam.step(&id, "finish", &[]).await.says(&["Finished. Thank you."]);
    app.hub.run_pending().await;
    // The ticket has every note once, and is resolved.
    let said: Vec<String> = app.desk.desk().conversations.iter().map(|it| it.body.clone()).collect();
    for told in ["is on the way.", "has begun.", "has finished."] {
        assert_eq!(said.iter().filter(|body| body.contains(told)).count(), 1, "{told}: {said:?}");
    }
    let shown = ada.open(&request.url).await;
    assert!(shown.body.contains("Solved") && shown.body.contains("Done"), "{}", shown.body);
    // A reading of the ticket changes nothing of it.
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
    let after = ada.open(&request.url).await;
    assert_eq!(after.body.matches("is on the way.").count(), 1, "{}", after.body);
}

#[testkit::both_databases]
async fn p05_notes_photos_and_parts_are_kept_with_the_work(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let id = super::visit(&app, &ada.customer.to_string(), "sam.tech").await;
    app.hub.count_parts(sam.van, "cable", 2, &testkit::JO).await.unwrap();
    sam.open("/vans").await.says(&["Van of sam.tech", "Cable, 1 m"]);
    let part = format!("{} cable", sam.van);
    let used = |quantity: &'static str| [("part", part.as_str()), ("quantity", quantity)];
    sam.post(&format!("/work/{id}/parts"), &used("1")).await.says(&["this step is not possible now"]);
    sam.step(&id, "accept", &[]).await;
    sam.post(&format!("/work/{id}/parts"), &used("3")).await.says(&["There are 2 of", "not 3"]);
    sam.post(&format!("/work/{id}/parts"), &used("2")).await.says(&["taken from the van", "2 × Cable, 1 m"]);
    sam.post(&format!("/work/{id}/parts"), &used("1")).await.says(&["There are 0 of"]);
    let back = [("part", part.as_str()), ("quantity", "1"), ("back", "true")];
    sam.post(&format!("/work/{id}/parts"), &back).await.says(&["It is in the van again.", "1 × Cable, 1 m"]);

    sam.post(&format!("/work/{id}/notes"), &[("text", " ")]).await.says(&["Write something, or add a photo"]);
    sam.post(&format!("/work/{id}/notes"), &[("text", "The wall is <b>dry</b>.")]).await.says(&["Your note is here."]);
    let mut browser = Browser::new();
    browser.open(&format!("{}/portal/tech/sign-in", app.url)).await;
    let fields = [("login", "sam.tech"), ("password", testkit::passwords::SECRET)];
    browser.post(&format!("{}/portal/tech/sign-in/password", app.url), &fields).await;
    let url = format!("{}/portal/tech/work/{id}", app.url);
    let noted =
        browser.upload_all(&format!("{url}/notes"), &[("text", "Before")], &[("a.jpg", service_requests::PHOTO)]).await;
    assert!(noted.html.contains("The wall is &lt;b&gt;dry&lt;"), "{}", noted.html);
    let file = noted.body.split("/files/").nth(1).unwrap_or_else(|| panic!("{}", noted.body));
    let file = file.split('"').next().unwrap();
    assert_eq!(browser.fetch(&format!("{url}/files/{file}")).await.status(), 200);
    // What the company notes for itself is not the customer's to read.
    let timeline = sentences(&app, ada.customer).await;
    assert!(!timeline.iter().any(|sentence| sentence.contains("note")), "{timeline:?}");
}

#[testkit::both_databases]
async fn p05_a_step_from_an_old_page_is_not_taken(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let id = super::visit(&app, &ada.customer.to_string(), "sam.tech").await;
    let old = version(&sam.open(&format!("/work/{id}")).await);
    sam.step(&id, "accept", &[]).await;
    let late = [("step", "refuse"), ("version", old.as_str()), ("reason", "Too far")];
    let late = sam.post(&format!("/work/{id}/steps"), &late).await;
    late.says(&["was changed in the meantime", "Accepted"]);
    sam.step(&id, "refuse", &[("reason", "Too far")]).await.says(&["Returned to the office", "My work"]);
    let device = id_of(&app, "HIB-A1").await;
    assert!(!device.is_empty());
}
