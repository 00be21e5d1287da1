//! Access explanations, rule by rule (`P11`, `P13`, `P14`).

use reqwest::Method;
use serde_json::json;
use testkit::{ADA, BEN, Browser, Colleague, STAFF_LOGIN, STAFF_PASSWORD, TestApp, passwords};

use super::{PORTAL, changed, create, failing, get, person_of, portal};

#[testkit::both_databases]
async fn p13_access_to_every_portal_is_explained_rule_by_rule(app: TestApp) {
    let mut browser = app.activated(ADA).await;
    let person = person_of(&app, ADA).await;
    let opens = [
        ("CUSTPORTAL", ["customer"].as_slice()),
        ("TECHPORTAL", &["tech"]),
        ("MOBILE", &["mobile"]),
        ("WHSEPORTAL", &["warehouse"]),
        ("DEALPORTAL", &["dealer"]),
        ("REPRPORTAL", &["repair"]),
        ("MESSAGE", &[]),
        ("NAMED", &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client"]),
        ("STUDIO", &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client", "studio"]),
    ];
    let all = ["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client", "studio"];
    for (licence, doors) in opens {
        let path = format!("/persons/{person}");
        changed(&app, &path, json!({ "licence_type": licence, "mobile_user": true })).await;
        for door in all {
            let bad = failing(&app, &person, door).await;
            assert_eq!(bad.is_empty(), doors.contains(&door), "{licence} at {door}: {bad:?}");
        }
        // The portal and the explanation agree.
        let status = portal(&app, &mut browser).await.status;
        assert_eq!(status == 200, doors.contains(&"customer"), "{licence}");
    }
    changed(&app, &format!("/persons/{person}"), json!({ "mobile_user": false })).await;
    assert_eq!(failing(&app, &person, "mobile").await[0].0, "mobile_user");
    app.api
        .get(&format!("/persons/{person}/access?portal=lobby"), &app.api_key)
        .await
        .problem(400, "invalid_parameter");
    app.api.get("/persons/nobody/access?portal=customer", &app.api_key).await.problem(404, "not_found");
}

#[testkit::both_databases]
async fn p13_p14_staff_see_access_rules_and_preview_the_portal(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let id = get(&app, &format!("/persons/{}", person_of(&app, ADA).await)).await["id"].as_str().unwrap().to_owned();
    let mut staff = Colleague::signed_in(&app).await;
    let page = format!("/persons/{id}");
    staff.open(&page).await.says(&[
        "Customer Portal: open",
        "Sees",
        "(default)",
        "CUSTPORTAL does not open Tech Portal",
    ]);
    staff.open(&format!("/customers/{customer}")).await.says(&["Who signs in", "CUSTPORTAL"]);

    // Invalid input is kept in the form; valid input is saved.
    let form = |person_id: &str, licence: &str| {
        [
            ("version", "1"),
            ("person_id", person_id),
            ("name", "Ada Example"),
            ("licence_type", licence),
            ("active", "yes"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let typed = |fields: &[(String, String)]| fields.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    let post = async |staff: &mut Colleague, path: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        staff.post(path, &fields).await
    };
    let wrong = post(&mut staff, &page, typed(&form("ada@example.com", "CUSTPORTAL"))).await;
    wrong.says(&["Nothing was changed.", "is no person ID", "ada@example.com"]);
    // Without a place, the person has no access, and the page says so.
    post(&mut staff, &page, typed(&form("ada", "CUSTPORTAL"))).await.says(&["Saved."]);
    staff.open(&page).await.says(&[
        "Customer Portal: shut",
        "no default place for portal access",
        "Choose a default place",
    ]);
    let mut right = typed(&form("ada", "CUSTPORTAL"));
    "2".clone_into(&mut right[0].1);
    right.extend([("place".to_owned(), customer.clone()), ("default_place".to_owned(), customer.clone())]);
    post(&mut staff, &page, right.clone()).await.says(&["Saved."]);
    post(&mut staff, &page, right).await.says(&["was changed in the meantime"]);

    // A cookie that is written by hand shows nothing, because nothing was recorded.
    staff.cookies.insert("tessera-preview".to_owned(), id.clone());
    assert!(staff.go(Method::GET, PORTAL, &[]).await.path.contains("/sign-in"));
    let seen = staff.post(&format!("{page}/preview"), &[]).await;
    seen.says(&["You see the portal as Ada Example", "HIB-A1"]);
    let form = staff.go(Method::GET, "/portal/customer/returns/new", &[]).await;
    form.says(&["<fieldset class=\"read-only\" disabled>", "Read-only preview", "Open the return"]);
    let refused = staff.go(Method::POST, "/portal/customer/returns", &[("note", "x")]).await;
    assert_eq!(refused.status, 403, "nothing is done in somebody's name");
    refused.says(&["This preview is read-only"]);
    staff.open(&page).await.says(&["The portal was viewed as ada"]);
    let cookie = staff.cookies["tessera-preview"].clone();
    staff.post("/preview/end", &[]).await;
    assert!(staff.go(Method::GET, PORTAL, &[]).await.path.contains("/sign-in"), "staff are no customers");
    // The cookie is of no use in another staff session, nor after an hour.
    let mut other = Colleague::signed_out(&app);
    other.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
    other.cookies.insert("tessera-preview".to_owned(), cookie.clone());
    assert!(other.go(Method::GET, PORTAL, &[]).await.path.contains("/sign-in"));
    app.advance(std::time::Duration::from_secs(3601));
    staff.cookies.insert("tessera-preview".to_owned(), cookie);
    assert!(staff.go(Method::GET, PORTAL, &[]).await.path.contains("/sign-in"));
    // A customer who forges such a cookie still sees only their own data.
    ada.put_cookie("tessera-preview", "01890000-0000-7000-8000-000000000000");
    assert!(portal(&app, &mut ada).await.body.contains("HIB-A1"));
    app.leave_jobs();
}

/// The outcome and the finding of the check of how a person tried to sign in.
async fn login_note(app: &TestApp, who: &str) -> (String, String) {
    let answer = get(app, &format!("/persons/{who}/access?portal=customer")).await;
    let check =
        answer["checks"].as_array().unwrap().iter().find(|check| check["rule"] == "login_is_person_id").unwrap();
    (check["outcome"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
}

/// The first failing rule of a person, with its remedy. `None`: access is granted.
async fn advice(app: &TestApp, who: &str) -> Option<(String, String)> {
    failing(app, who, "customer").await.into_iter().next()
}

#[testkit::both_databases]
async fn p11_p13_following_the_remedies_grants_access(app: TestApp) {
    // A colleague has the only seat of NAMED.
    let mut ben = app.activated(BEN).await;
    changed(&app, &format!("/persons/{}", person_of(&app, BEN).await), json!({ "licence_type": "NAMED" })).await;
    assert_eq!(portal(&app, &mut ben).await.status, 200);

    let place = create(&app, "/places", json!({ "name": "Plant" })).await;
    let contact = create(&app, "/contacts", json!({ "name": "Asterix Example", "email": "asterix@example.com" })).await;
    let (rule, fix) = advice(&app, "asterix@example.com").await.unwrap();
    assert_eq!(rule, "person_exists", "a contact only");
    assert!(fix.contains("tied to this contact"), "{fix}");

    let mut person = json!({
        "person_id": "asterix", "name": "Asterix Example", "email": "asterix@example.com",
        "licence_type": "CUST_PORTAL", "contact_id": contact["id"], "active": false,
    });
    app.api.post("/persons", &app.api_key, person.clone()).await.problem(422, "unknown_licence_type");
    let bad = failing(&app, "asterix", "customer").await;
    assert!(
        bad.iter().any(|(rule, fix)| rule == "licence_known" && fix.contains("Did you mean CUSTPORTAL")),
        "{bad:?}"
    );
    person["licence_type"] = json!("CUSTPORTAL");
    let id = create(&app, "/persons", person).await["id"].as_str().unwrap().parse().unwrap();

    let path = "/persons/asterix";
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "person_active");
    changed(&app, path, json!({ "active": true })).await;
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "default_place");
    changed(&app, path, json!({ "default_place_id": place["id"] })).await;
    let (rule, fix) = advice(&app, "asterix").await.unwrap();
    assert_eq!(rule, "credential_set");
    assert!(fix.contains("Send a link to set a password"), "{fix}");
    let link = passwords::sent_link(&app, id).await;
    passwords::set(&app, &link, passwords::SECRET).await;
    assert_eq!(advice(&app, "asterix").await, None);

    let mut browser = Browser::new();
    let page = passwords::sign_in(&app, &mut browser, "asterix@example.com", passwords::SECRET).await;
    assert!(page.body.contains("do not match"), "neutral outside: {}", page.body);
    // The attempt is a note with its time, not a rule that fails: the person can sign in.
    assert_eq!(advice(&app, "asterix").await, None);
    let (outcome, detail) = login_note(&app, "asterix").await;
    assert_eq!(outcome, "note");
    assert!(detail.contains("the person ID is asterix"), "{detail}");
    app.advance(std::time::Duration::from_secs(1));
    let inside = passwords::sign_in(&app, &mut browser, "asterix", passwords::SECRET).await;
    assert_eq!((inside.status, inside.url.ends_with(PORTAL)), (200, true), "{}", inside.body);
    assert_eq!(
        login_note(&app, "asterix").await.0,
        "pass",
        "the attempt before the last sign-in is no longer of interest"
    );

    changed(&app, path, json!({ "licence_type": "NAMED" })).await;
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "seat_free");
    assert_eq!(portal(&app, &mut browser).await.status, 403);
    ben.post(&format!("{}{PORTAL}/sign-out", app.url), &[]).await;
    assert_eq!(portal(&app, &mut browser).await.status, 200, "a seat is free, and the same session goes on");
}
