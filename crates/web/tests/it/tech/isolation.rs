//! Who sees which work.

use reqwest::{Method, header};
use serde_json::json;
use tessera_core::access::licence::LicenceType;
use tessera_core::persons::{Person, PersonDraft};
use testkit::portal::PortalUser;
use testkit::{ADA, BEN, JO, TestApp, client};

use super::{HOME, Technician, posted, visit};

#[testkit::both_databases]
async fn p08_a_technician_sees_what_is_assigned_to_them_and_nothing_else(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    let mut kim = Technician::signed_in(&app, "kim.tech").await;
    let id = visit(&app, &ada.customer.to_string(), "sam.tech").await;
    sam.open("").await.says(&["Ada Example"]);
    kim.open("").await.lacks(&["Ada Example"]);
    kim.open("/list?show=all").await.lacks(&["Ada Example"]);
    let nobodys = "01890000-0000-7000-8000-000000000000";
    for (method, path, fields) in [
        (Method::GET, "", vec![]),
        (Method::GET, "/files/01890000-0000-7000-8000-000000000000", vec![]),
        (Method::POST, "/steps", vec![("step", "accept"), ("version", "1")]),
        (Method::POST, "/checks", vec![("item", "0"), ("done", "true")]),
        (Method::POST, "/parts", vec![("part", "01890000-0000-7000-8000-000000000000 cable"), ("quantity", "1")]),
        (Method::POST, "/notes", vec![("text", "Hello")]),
    ] {
        for order in [id.as_str(), nobodys] {
            let answer = client()
                .request(method.clone(), format!("{}{HOME}/work/{order}{path}", app.url))
                .header(header::COOKIE, kim.cookie())
                .form(&fields)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), 404, "{method} {path}: whether it exists is not told");
        }
    }
    sam.open(&format!("/work/{id}")).await.lacks(&["Hello"]);
    // Assigned to someone else, it is theirs and not Sam's any more.
    let give = json!({ "step": "assign", "assignee": "kim.tech" });
    let given = posted(&app, &format!("/work-orders/{id}/steps"), give).await;
    assert_eq!(given.status, 200, "{}", given.body);
    assert_eq!(sam.open(&format!("/work/{id}")).await.status.as_u16(), 404);
    kim.open("").await.says(&["Ada Example"]);
}

#[testkit::both_databases]
async fn p04_p11_work_is_only_for_active_people_with_the_portal(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let ben = PortalUser::activated(&app, BEN).await;
    ben.change(&app, |draft| PersonDraft { licence: Some(LicenceType::Techportal), ..draft }).await;
    let mut sam = Technician::signed_in(&app, "sam.tech").await;
    app.person("kim.keeper").with_licence(LicenceType::Whseportal).create().await;
    let id = visit(&app, &ada.customer.to_string(), "sam.tech").await;
    let assign = |who: String| json!({ "step": "assign", "assignee": who });
    let bens = app.store.person(ben.person).await.unwrap().unwrap().person_id;
    for who in ["kim.keeper".to_owned(), bens, "nobody.here".to_owned()] {
        let refused = posted(&app, &format!("/work-orders/{id}/steps"), assign(who.clone())).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("assignee_unable")), "{who}");
    }
    // Deactivated, the technician is out at once, and the office sees that someone else has to do it.
    let inactive = |before: &Person| PersonDraft { active: false, ..PersonDraft::from(before) };
    app.hub.change_person(sam.person.id, None, inactive, &JO).await.unwrap();
    let out = sam.open(&format!("/work/{id}")).await;
    assert_ne!(out.path, format!("{HOME}/work/{id}"), "{}", out.body);
    let mut agnes = testkit::Colleague::signed_in(&app).await;
    agnes.open("/work-orders").await.says(&["Cannot do it", "sam.tech Example"]);
    let refused = posted(&app, &format!("/work-orders/{id}/steps"), assign("sam.tech".to_owned())).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[testkit::both_databases]
async fn p08_a_customers_person_sees_no_work_whatever_the_licence(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let id = visit(&app, &ada.customer.to_string(), "").await;
    ada.change(&app, |draft| PersonDraft { licence: Some(LicenceType::Named), ..draft }).await;
    let home = ada.browser.open(&format!("{}{HOME}", app.url)).await;
    assert_eq!(home.status, 200);
    assert!(home.body.contains("There is nothing here for you") && !home.body.contains("is not available yet"));
    let order = ada.browser.open(&format!("{}{HOME}/work/{id}", app.url)).await;
    assert!(order.url.ends_with(HOME) && !order.body.contains("Visit"), "{}", order.body);
}
