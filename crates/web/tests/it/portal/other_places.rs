//! Isolation (`P08`): objects at other people's places do not exist, on every page and by every id.

use testkit::portal::{PortalUser, id_after, url};
use testkit::{ADA, BEN, CLEO, File, TestApp};

use super::board;
use crate::portal::{returns, service_requests};

#[testkit::both_databases]
async fn p08_p10_a_board_for_places_is_visible_only_to_their_people(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let mut cleo = PortalUser::activated(&app, CLEO).await;
    let board = board(&app, "Bandicoot", &[ada.home(), cleo.home()]).await;
    let start = url(&app, &format!("/forum/boards/{board}/new"));
    let files: [(&str, &[u8]); 2] = [("plan.txt", b"first the roof"), ("roof.gif", b"GIF89a")];
    let page = ada.browser.upload_all(&start, &[("title", "Bilby"), ("body", "dunnart")], &files).await;
    assert!(page.body.contains("plan.txt") && page.body.contains("roof.gif"), "{}", page.body);
    let topic = id_after(&page.url, "/topics/").to_owned();
    let reply = format!("/forum/topics/{topic}/reply");
    let photo = File { name: "a.png", bytes: b"\x89PNG\r\n\x1a\n...." };
    let page = cleo.browser.upload(&url(&app, &reply), &[("body", "with a picture")], photo).await;
    let file = id_after(&page.body, "/portal/customer/attachments/").to_owned();
    let post = id_after(&page.body, "id=\"post-").to_owned();
    assert_eq!(ada.open(&app, &format!("/attachments/{file}")).await.status, 200);

    // The moderator's role function does not extend visibility.
    for function in ["NONE", "PORTALFORUMMODERATE"] {
        ben.give(&app, function).await;
        for path in
            ["/forum", "/search?q=bilby", "/search?q=dunnart", "/search?q=bandicoot", "/forum/reports", "/timeline"]
        {
            let body = ben.open(&app, path).await.body;
            assert!(!body.contains("Bilby</") && !body.contains("Bandicoot</"), "{function} {path}");
        }
        let gone = uuid::Uuid::now_v7();
        let paths = [
            ("/forum/boards/{}", board.to_string()),
            ("/forum/boards/{}/new", board.to_string()),
            ("/forum/topics/{}", topic.clone()),
            ("/forum/posts/{}", post.clone()),
            ("/forum/posts/{}/edit", post.clone()),
            ("/forum/posts/{}/report", post.clone()),
            ("/forum/posts/{}/moderate", post.clone()),
            ("/attachments/{}", file.clone()),
        ];
        for (path, id) in &paths {
            let theirs = ben.open(&app, &path.replace("{}", id)).await;
            let nobodys = ben.open(&app, &path.replace("{}", &gone.to_string())).await;
            assert_eq!((theirs.status, nobodys.status), (404, 404), "{function} {path}");
            let plain = |body: &str| body.split("<main").nth(1).unwrap().split("<footer").next().unwrap().len();
            assert_eq!(plain(&theirs.body), plain(&nobodys.body), "{function} {path}: whether it exists is not told");
        }
        let writes = [
            (format!("/forum/boards/{board}/new"), vec![("title", "T"), ("body", "B")]),
            (format!("/forum/topics/{topic}/follow"), vec![("follow", "true")]),
            (format!("/forum/topics/{topic}/moderate"), vec![("act", "hide"), ("why", "x")]),
            (format!("/forum/posts/{post}/edit"), vec![("body", "x")]),
            (format!("/forum/posts/{post}/report"), vec![("why", "x")]),
            (format!("/forum/posts/{post}/moderate"), vec![("act", "hide"), ("why", "x")]),
            (format!("/forum/posts/{post}/mute"), vec![("days", "1"), ("why", "x")]),
        ];
        for (path, fields) in &writes {
            assert_eq!(ben.post(&app, path, fields).await.status, 404, "{function} {path}");
        }
        assert_eq!(ben.browser.upload(&url(&app, &reply), &[("body", "x")], File::NONE).await.status, 404);
    }
    // A board that becomes visible appears immediately. Followers who can no longer see it get no notice.
    app.hub.follow(&viewer(&app, &cleo).await, topic.parse().unwrap(), true).await.unwrap();
    cleo.change(&app, |draft| tessera_core::persons::PersonDraft { email: Some(CLEO.email.into()), ..draft }).await;
    let elsewhere = ben.home();
    cleo.change(&app, |draft| tessera_core::persons::PersonDraft {
        default_place: Some(elsewhere),
        places: vec![elsewhere],
        ..draft
    })
    .await;
    app.advance(std::time::Duration::from_mins(1));
    ada.browser.upload(&url(&app, &reply), &[("body", "for us alone")], File::NONE).await;
    app.hub.run_pending().await;
    let told = app.mail.messages().into_iter().filter(|mail| mail.to == [CLEO.email.to_owned()]);
    let told = told.filter(|mail| mail.subject.contains("reply"));
    assert_eq!(told.count(), 0, "Cleo follows, and has lost the place");
    assert!(ada.open(&app, "/search?q=bilby").await.body.contains("Bilby</"));
}

async fn viewer(app: &TestApp, who: &PortalUser) -> tessera_core::access::Viewer {
    let person = app.store.person(who.person).await.unwrap().unwrap();
    tessera_core::access::Viewer {
        person: person.id,
        person_id: person.person_id,
        name: person.name,
        customer_id: person.customer_id,
        licence: person.licence.unwrap(),
        default_place: person.default_place.unwrap(),
        role_functions: person.role_functions,
        portals: Vec::new(),
        preview: None,
    }
}

#[testkit::both_databases]
async fn p08_p09_search_finds_all_visible_objects_and_no_others(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let page = ada.open(&app, "/search?q=hib-a1").await;
    assert!(page.body.contains("Devices</h2>") && page.body.contains("HIB-A1"), "{}", page.body);
    assert!(ada.open(&app, "/search?q=hiba1").await.body.contains("HIB-A1"), "however it is divided");
    assert!(ada.open(&app, "/search?q=hib-b1").await.body.contains("Nothing found"), "Ben's");
    assert!(ben.open(&app, "/search?q=hib-b1").await.body.contains("HIB-B1"));
    assert!(ada.open(&app, "/search?q=+a+").await.body.contains("What are you looking for?"));
    let board = board(&app, "Batteries", &[]).await;
    let fields = [("title", "Inverter hums at noon"), ("body", "Only in the sun")];
    ada.post(&app, &format!("/forum/boards/{board}/new"), &fields).await;
    for q in ["hums", "NOON+inverter", "sun+hum", "inverter+hums+noon+sun+only"] {
        assert!(ben.open(&app, &format!("/search?q={q}")).await.body.contains("Inverter hums at noon"), "{q}");
    }
    assert!(ben.open(&app, "/search?q=hums+moon").await.body.contains("Nothing found"), "each word has to be there");
    let subject = ("subject", "Quokka in the housing");
    service_requests::open(&app, &mut ada.browser, &[subject], &[]).await;
    returns::opened(&app, &mut ada.browser, "repair").await;
    let customer_return = returns::only(&app).await;
    let number = customer_return["number"].as_str().unwrap();
    for (q, found) in [("housing+quok", "Service requests</h2>"), (number, "Returns</h2>")] {
        let page = ada.open(&app, &format!("/search?q={q}")).await;
        assert!(page.body.contains(found), "{q}: {}", page.body);
        assert!(ben.open(&app, &format!("/search?q={q}")).await.body.contains("Nothing found"), "{q}");
    }
    for q in ["%25", "%00", "%F0%9F%98%80", "'%22%3Cx%3E", "hum%25"] {
        assert_eq!(ben.open(&app, &format!("/search?q={q}")).await.status, 200, "{q}");
    }
    app.hub.run_pending().await;
}
