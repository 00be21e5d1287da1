//! The news (`P10`).

use std::time::Duration;

use tessera_core::persons::PersonDraft;
use tessera_store::technical::SearchKeyPosition;
use tessera_web::timeline::staff;
use testkit::portal::{NASTY, PortalUser, assert_tame, id_after, sentences, studio, url};
use testkit::{ADA, BEN, File, TestApp, run_sql};

use super::board;

#[testkit::both_databases]
async fn p10_news_is_written_with_studio_or_the_role_function(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let written = [("title", "Clean panels"), ("body", "Rain *washes*."), ("everybody", "true"), ("act", "publish")];
    assert!(!ada.open(&app, "/news").await.body.contains("Write and edit"));
    for path in ["/news/desk", "/news/new"] {
        assert_eq!(ada.open(&app, path).await.status, 404, "{path}");
    }
    assert_eq!(ada.post(&app, "/news/new", &written).await.status, 404, "nothing to be written");
    assert!(ada.open(&app, "/news").await.body.contains("No news yet"));

    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    let page = ada.post(&app, "/news/new", &written).await;
    assert!(page.body.contains("Published. Its readers can see it now."), "{}", page.body);
    ada.change(&app, |draft| PersonDraft { role_functions: Vec::new(), ..draft }).await;
    let post = id_after(&page.url, "/news/").to_owned();
    assert_eq!(ada.open(&app, &format!("/news/{post}/edit")).await.status, 404, "it works at once");
    ada.change(&app, studio).await;
    assert_eq!(ada.open(&app, &format!("/news/{post}/edit")).await.status, 200, "STUDIO may do everything");
    assert!(ada.open(&app, &format!("/news/{post}")).await.body.contains("Rain <em>washes</em>."));
}

#[testkit::both_databases]
async fn p10_a_post_is_drafted_published_edited_and_withdrawn(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    let page = ada.post(&app, "/news/new", &[("title", " "), ("body", "x"), ("everybody", "true")]).await;
    assert!(page.status == 422 && page.body.contains("The title: Write something here."), "{}", page.body);

    let fields = [("title", "Spring"), ("body", "Zebra crossing"), ("everybody", "true"), ("act", "keep")];
    let page = ada.post(&app, "/news/new", &fields).await;
    let post = id_after(&page.url, "/news/").to_owned();
    let (read, edit) = (format!("/news/{post}"), format!("/news/{post}/edit"));
    assert!(page.body.contains("Not published"), "{}", page.body);
    assert_eq!(ben.open(&app, &read).await.status, 404, "a draft is its editors'");
    assert!(ben.open(&app, "/search?q=zebra").await.body.contains("Nothing found"));

    let save = |version, act, body| {
        [("title", "Spring"), ("body", body), ("everybody", "true"), ("version", version), ("act", act)]
    };
    app.advance(Duration::from_mins(1));
    assert!(ada.post(&app, &edit, &save("1", "publish", "Zebra crossing")).await.body.contains("Published. Its"));
    assert!(ben.open(&app, "/news").await.body.contains("Zebra crossing"));
    assert!(ben.open(&app, "/search?q=ZEB").await.body.contains("Spring"));
    assert!(ben.open(&app, "/news/feed").await.body.contains("<title>Spring</title>"));
    let old = ada.post(&app, &edit, &save("1", "keep", "Lost")).await;
    assert!(
        old.status == 422 && old.body.contains("someone else has changed this post in the meantime"),
        "{}",
        old.body
    );
    assert!(old.body.contains("Lost"), "what was typed is not lost");

    app.advance(Duration::from_mins(1));
    ada.post(&app, &edit, &save("2", "keep", "Yak crossing")).await;
    let page = ben.open(&app, &read).await;
    assert!(page.body.contains("Yak crossing") && page.body.contains("changed"), "{}", page.body);
    assert!(ben.open(&app, "/search?q=zebra").await.body.contains("Nothing found"), "the index says what it says now");
    ada.post(&app, &edit, &save("3", "unpublish", "Yak crossing")).await;
    assert_eq!(ben.open(&app, &read).await.status, 404);
    for path in ["/news", "/news/feed", "/search?q=yak"] {
        assert!(!ben.open(&app, path).await.body.contains("Spring"), "{path}");
    }
    let staff = app.store.whole_timeline(ada.customer).await.unwrap();
    let told: Vec<_> = staff.iter().filter_map(|entry| Some(staff::sentence(&entry.event()?))).collect();
    for sentence in
        ["drafted the news “Spring”", "published the news", "edited the published news", "unpublished the news"]
    {
        assert!(told.iter().any(|told| told.contains(sentence)), "{sentence} in {told:?}");
    }
    assert!(sentences(&app, ada.customer).await.iter().all(|sentence| !sentence.contains("news")));
}

#[testkit::both_databases]
async fn p10_a_post_for_places_is_visible_only_to_their_people(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    ben.give(&app, "PORTALBLOGEDITACCESS").await;
    let (hers, his) = (ada.home().to_string(), ben.home().to_string());
    let nobody = [("title", "T"), ("body", "B"), ("place", his.as_str()), ("act", "publish")];
    let refused = ada.post(&app, "/news/new", &nobody).await;
    assert!(
        refused.body.contains("otherwise nobody would read it"),
        "another's place is not hers to give: {}",
        refused.body
    );

    let fields =
        [("title", "Quokka"), ("body", "for one place ![p](photo.png)"), ("place", hers.as_str()), ("act", "publish")];
    let page = ada.post(&app, "/news/new", &fields).await;
    let post = id_after(&page.url, "/news/").to_owned();
    let file = File { name: "photo.png", bytes: b"\x89PNG\r\n\x1a\n...." };
    let page = ada.browser.upload(&url(&app, &format!("/news/{post}/attach")), &[], file).await;
    assert!(page.body.contains("The files were attached"), "{}", page.body);
    let page = ada.open(&app, &format!("/news/{post}")).await;
    let attached = id_after(&page.body, "src=\"/portal/customer/attachments/").to_owned();
    assert_eq!(ada.open(&app, &format!("/attachments/{attached}")).await.status, 200);

    let hidden = [
        format!("/news/{post}"),
        format!("/news/{post}/edit"),
        format!("/attachments/{attached}"),
        format!("/news/{}", uuid::Uuid::nil()),
        "/news/none".to_owned(),
    ];
    for path in &hidden {
        assert_eq!(ben.open(&app, path).await.status, 404, "{path}");
    }
    for path in ["/news", "/news/feed", "/news/desk", "/search?q=quokka"] {
        assert!(!ben.open(&app, path).await.body.contains("Quokka</"), "{path}");
    }
    let version = [("title", "X"), ("body", "X"), ("version", "1"), ("act", "publish"), ("everybody", "true")];
    assert_eq!(ben.post(&app, &format!("/news/{post}/edit"), &version).await.status, 404);
    assert_eq!(ben.post(&app, &format!("/news/{post}/attachments/{attached}/remove"), &[]).await.status, 404);
    let page = ben.browser.upload(&url(&app, &format!("/news/{post}/attach")), &[], file).await;
    assert_eq!(page.status, 404);

    // A person who gets the place can read the post immediately, and a person who loses it cannot.
    let place = ada.home();
    let with = |mut draft: PersonDraft| {
        draft.places.push(place);
        draft
    };
    ben.change(&app, with).await;
    for path in ["/news", "/news/feed", "/search?q=quokka"] {
        assert!(ben.open(&app, path).await.body.contains("Quokka</"), "{path}");
    }
    assert_eq!(ben.open(&app, &hidden[2]).await.status, 200);
    // He chooses the place that he has now. Hers would stay if he did not have it.
    ben.change(&app, |mut draft| {
        draft.places.retain(|it| *it != place);
        draft
    })
    .await;
    assert_eq!(ben.open(&app, &hidden[0]).await.status, 404);
    let removed = ada.post(&app, &format!("/news/{post}/attachments/{attached}/remove"), &[]).await;
    assert!(removed.body.contains("The file was removed."), "{}", removed.body);
    assert_eq!(ada.open(&app, &hidden[2]).await.status, 404);
}

#[testkit::both_databases]
async fn p10_news_posts_are_escaped(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    let body = format!("{NASTY}\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>");
    let fields = [("title", NASTY), ("body", body.as_str()), ("everybody", "true"), ("act", "publish")];
    let page = ada.post(&app, "/news/new", &fields).await;
    let post = id_after(&page.url, "/news/").to_owned();
    let query: String = url::form_urlencoded::byte_serialize(NASTY.as_bytes()).collect();
    let paths = [format!("/news/{post}"), format!("/news/{post}/edit"), format!("/search?q={query}")];
    for path in paths.iter().map(String::as_str).chain(["/news", "/news/desk", "/news/feed", "/search?q=alert"]) {
        let page = ada.open(&app, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_tame(&page);
        assert!(!page.body.contains("href=\"javascript:"), "{path}");
    }
}

#[testkit::both_databases]
async fn p10_only_displayable_files_are_accepted(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    ada.give(&app, "PORTALBLOGEDITACCESS").await;
    let fields = [("title", "Files"), ("body", "B"), ("everybody", "true"), ("act", "keep")];
    let page = ada.post(&app, "/news/new", &fields).await;
    let to = url(&app, &format!("/news/{}/attach", id_after(&page.url, "/news/")));
    let html = File { name: "photo.png", bytes: b"<html><script>alert(1)</script>" };
    let page = ada.browser.upload(&to, &[], html).await;
    assert!(page.body.contains("is neither a photo"), "{}", page.body);
    let large = vec![b'a'; 10 * 1024 * 1024 + 1];
    let page = ada.browser.upload(&to, &[], File { name: "a.txt", bytes: &large }).await;
    assert!(page.body.contains("larger than 10 MB"), "{}", page.body);
    // Only slightly above the limit, so that the answer is read before the connection closes.
    let huge = vec![b'a'; (32 * 1024 + 4) * 1024];
    let page = ada.browser.upload(&to, &[], File { name: "a.txt", bytes: &huge }).await;
    assert_eq!(page.status, 413);
    let page = ada.browser.upload(&to, &[], File { name: "../a<b>.html", bytes: b"just text" }).await;
    assert!(page.body.contains("a_b__html.txt"), "{}", page.body);
    let file = id_after(&page.body, "/portal/customer/attachments/").to_owned();
    let sent = ada.browser.fetch(&url(&app, &format!("/attachments/{file}"))).await;
    assert_eq!(
        sent.headers()["content-disposition"],
        "attachment; filename=\"a_b__html.txt\"; filename*=UTF-8''a_b__html.txt"
    );
    assert_eq!(sent.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(sent.headers()["x-content-type-options"], "nosniff");
}

#[testkit::both_databases]
async fn p09_posts_that_an_earlier_version_indexed_are_found_after_an_upgrade(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    ada.change(&app, studio).await;
    for (title, act) in [("Spring", "publish"), ("Draft", "keep")] {
        let fields = [("title", title), ("body", "Zebra crossing"), ("everybody", "true"), ("act", act)];
        ada.post(&app, "/news/new", &fields).await;
    }
    let board = board(&app, "Batteries", &[]).await;
    let topic = [("title", "Cables"), ("body", "Zebra cable")];
    ada.post(&app, &format!("/forum/boards/{board}/new"), &topic).await;
    // As an earlier version kept them: decomposed letters, and a combining mark was no letter.
    for sql in [
        "UPDATE news_posts SET body = 'Zoe\u{308} crossing'",
        "UPDATE forum_posts SET body = 'Zoe\u{308} cable'",
        "UPDATE search_words SET word = 'zoe' WHERE word = 'zebra'",
    ] {
        run_sql(&app.database, sql).await;
    }
    let search = "/search?q=zo%C3%AB";
    assert!(ben.open(&app, search).await.body.contains("Nothing found"));
    for _ in 0..2 {
        let mut position = Some(SearchKeyPosition::default());
        while let Some(from) = position {
            position = app.store.technical().rewrite_search_keys(&from).await.unwrap();
        }
        let page = ben.open(&app, search).await.body;
        assert!(page.contains("Spring") && page.contains("Cables") && !page.contains("Draft"), "{page}");
    }
}
