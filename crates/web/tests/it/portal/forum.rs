//! The forum (`P10`).

use std::time::Duration;

use testkit::portal::{NASTY, PortalUser, assert_tame, id_after, sentences, url};
use testkit::{ADA, BEN, Browser, File, TestApp, client};
use tokio::task::JoinSet;

use super::board;

#[testkit::both_databases]
async fn p10_customers_post_reply_and_are_notified(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    assert!(ada.open(&app, "/forum").await.body.contains("There are no boards yet"));
    let board = board(&app, "Batteries", &[]).await;
    let page =
        ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", "Cables?"), ("body", "Which *one*?")]).await;
    assert!(page.body.contains("Your topic was posted") && page.body.contains("Which <em>one</em>?"), "{}", page.body);
    let topic = id_after(&page.url, "/topics/").to_owned();
    ada.change(&app, |draft| tessera_core::persons::PersonDraft { email: Some(ADA.email.into()), ..draft }).await;

    app.advance(Duration::from_secs(5));
    let page = ben.open(&app, &format!("/forum/topics/{topic}")).await;
    assert!(page.body.contains("Ada E.") && !page.body.contains("Ada Example"), "{}", page.body);
    assert!(!page.body.contains(ADA.email) && !page.body.contains("P-"), "neither address nor person id");
    let reply = url(&app, &format!("/forum/topics/{topic}/reply"));
    let photo = File { name: "cable.png", bytes: b"\x89PNG\r\n\x1a\n...." };
    let page = ben.browser.upload(&reply, &[("body", "25 mm² ![c](cable.png)")], photo).await;
    assert!(page.body.contains("Your reply was posted") && page.body.contains("cable.png</bdi></a>"), "{}", page.body);
    app.hub.run_pending().await;
    let mails: Vec<_> = app.mail.messages().into_iter().filter(|mail| mail.subject.contains("reply")).collect();
    assert_eq!(mails.len(), 1, "Ben is not told of his own reply");
    assert_eq!(mails[0].to, [ADA.email.to_owned()]);
    let text = mails[0].text.clone().unwrap();
    assert!(text.contains("Ben E. replied") && text.contains("Cables?") && !text.contains("25 mm"), "{text}");
    let post = id_after(&text, "/forum/posts/").to_owned();
    let page = ada.open(&app, &format!("/forum/posts/{post}")).await;
    assert!(page.url.contains(&format!("from={post}")) && page.body.contains("Which <em>one</em>?"), "{}", page.url);
    assert!(
        page.body.contains("25 mm²") && !page.body.contains("Earlier posts"),
        "an answer stands below its question"
    );

    // E-mails can be switched off, by topic or in the profile.
    for (path, fields) in [("/profile", [("name", "Ada Example")]), ("/profile", [("name", "Ada Example")])] {
        ada.post(&app, path, &fields).await;
    }
    app.advance(Duration::from_mins(1));
    ben.browser.upload(&reply, &[("body", "More")], File::NONE).await;
    app.hub.run_pending().await;
    ada.post(&app, "/profile", &[("name", "Ada Example"), ("notify_of_replies", "true")]).await;
    ada.post(&app, &format!("/forum/topics/{topic}/follow"), &[("follow", "false")]).await;
    app.advance(Duration::from_mins(1));
    ben.browser.upload(&reply, &[("body", "Even more")], File::NONE).await;
    app.hub.run_pending().await;
    assert_eq!(app.mail.messages().iter().filter(|mail| mail.subject.contains("reply")).count(), 1);
    let page = ada.open(&app, &format!("/forum/boards/{board}")).await;
    assert!(page.body.contains("4 posts"), "{}", page.body);
    let told = sentences(&app, ben.customer).await;
    assert!(told.iter().any(|told| told == "Ben Example replied in the forum"), "{told:?}");
    assert!(told.iter().all(|told| !told.contains("Cables")), "titles stay on their board");
}

#[testkit::both_databases]
async fn p10_a_reply_notice_is_ended_by_one_request_without_a_sign_in(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let board = board(&app, "Batteries", &[]).await;
    let page = ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", "Cables?"), ("body", "Which?")]).await;
    let topic = id_after(&page.url, "/topics/").to_owned();
    ada.change(&app, |draft| tessera_core::persons::PersonDraft { email: Some(ADA.email.into()), ..draft }).await;
    let reply = url(&app, &format!("/forum/topics/{topic}/reply"));
    ben.browser.upload(&reply, &[("body", "This one")], File::NONE).await;
    app.hub.run_pending().await;
    let notices = || app.mail.messages().into_iter().filter(|mail| mail.subject.contains("reply")).collect::<Vec<_>>();
    let notice = notices().remove(0);
    let header = notice.headers["List-Unsubscribe"].as_str().unwrap();
    let link = header.trim_start_matches('<').trim_end_matches('>').to_owned();
    assert!(notice.text.unwrap().contains(&link), "people can use it too");
    for mail in app.mail.messages() {
        assert_eq!(mail.headers.contains_key("List-Unsubscribe"), mail.subject.contains("reply"), "{}", mail.subject);
    }

    // Opening the link has no effect, and a changed one is unknown.
    let mut stranger = Browser::new();
    assert!(stranger.open(&link).await.body.contains("Stop e-mails about replies?"));
    assert!(app.store.profile(ada.person).await.unwrap().notify_of_replies);
    let (path, token) = link.rsplit_once('/').unwrap();
    for wrong in [format!("{token}x"), "guessed".to_owned(), format!("B{}", &token[1..])] {
        assert_eq!(client().post(format!("{path}/{wrong}")).send().await.unwrap().status(), 404, "{wrong}");
    }
    assert!(app.store.profile(ada.person).await.unwrap().notify_of_replies);
    // As a mail program sends it: no cookie, no origin, and again when the answer was lost.
    let program = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for _ in 0..2 {
        let answer = program.post(&link).form(&[("List-Unsubscribe", "One-Click")]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    assert!(!app.store.profile(ada.person).await.unwrap().notify_of_replies);
    assert!(stranger.open(&link).await.body.contains("No more e-mails about replies"));
    let told = sentences(&app, ada.customer).await;
    assert_eq!(told.iter().filter(|told| told.contains("changed their notifications")).count(), 1, "{told:?}");
    app.advance(Duration::from_mins(1));
    ben.browser.upload(&reply, &[("body", "Or that one")], File::NONE).await;
    app.hub.run_pending().await;
    assert_eq!(notices().len(), 1);
}

#[testkit::both_databases]
async fn p10_an_author_can_edit_a_post_for_15_minutes(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let board = board(&app, "Batteries", &[]).await;
    let page =
        ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", "Wombat"), ("body", "first words")]).await;
    let post = id_after(&page.body, "id=\"post-").to_owned();
    let edit = format!("/forum/posts/{post}/edit");
    assert!(page.body.contains(&edit));
    assert_eq!(ben.open(&app, &edit).await.status, 404);
    let page = ben.post(&app, &edit, &[("body", "stolen")]).await;
    assert!(page.status == 404 || page.body.contains("can be edited for 15 minutes"), "{} {}", page.status, page.body);
    app.advance(Duration::from_mins(14));
    let page = ada.post(&app, &edit, &[("body", "second words")]).await;
    assert!(page.body.contains("second words") && page.body.contains("edited"), "{}", page.body);
    assert!(ben.open(&app, "/search?q=second").await.body.contains("Wombat"));
    assert!(ben.open(&app, "/search?q=first").await.body.contains("Nothing found"));
    app.advance(Duration::from_secs(61));
    assert_eq!(ada.open(&app, &edit).await.status, 404);
    let late = ada.post(&app, &edit, &[("body", "third words")]).await;
    assert!(late.status == 422 && late.body.contains("15 minutes"), "{} {}", late.status, late.body);
    assert!(!ben.open(&app, "/search?q=third").await.body.contains("Wombat"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p10_posts_are_rate_limited(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let board = board(&app, "Batteries", &[]).await;
    let new = format!("/forum/boards/{board}/new");
    ada.post(&app, &new, &[("title", "T"), ("body", "B")]).await;
    // Of twenty concurrent posts, only four more are accepted.
    let mut race = JoinSet::new();
    for number in 0..20 {
        let (mut browser, to) = (ada.browser.clone(), url(&app, &new));
        race.spawn(async move {
            let title = format!("Flood {number}");
            browser.post(&to, &[("title", title.as_str()), ("body", "B")]).await.body.contains("Your topic was posted")
        });
    }
    let taken = race.join_all().await.into_iter().filter(|taken| *taken).count();
    assert!(taken <= 4, "{taken} of twenty");
    let written = app.store.posts_written(ada.person, jiff::Timestamp::UNIX_EPOCH, 50).await.unwrap().len();
    assert_eq!(written, taken + 1);
    for _ in taken..4 {
        ada.post(&app, &new, &[("title", "T"), ("body", "B")]).await;
    }
    let page = ada.post(&app, &new, &[("title", "Kept"), ("body", "typed text")]).await;
    assert!(page.status == 422 && page.body.contains("a lot in a short time"), "{}", page.body);
    assert!(page.body.contains("typed text"), "what was typed is not lost");
    app.advance(Duration::from_secs(601));
    assert!(ada.post(&app, &new, &[("title", "Later"), ("body", "B")]).await.body.contains("Your topic was posted"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p10_topics_and_posts_are_paged(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let board = board(&app, "Batteries", &[]).await;
    let mut last = String::new();
    for number in 0..22 {
        app.advance(Duration::from_mins(3));
        let title = format!("Topic {number:02}");
        let page = ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", &title), ("body", "B")]).await;
        id_after(&page.url, "/topics/").clone_into(&mut last);
    }
    let first = ada.open(&app, &format!("/forum/boards/{board}")).await;
    assert!(first.body.contains("Topic 21") && first.body.contains("Topic 02") && !first.body.contains("Topic 01"));
    let older = first.body.split("href=\"").find(|link| link.contains("before=")).unwrap().split('"').next().unwrap();
    let page = ada.browser.open(&format!("{}{older}", app.url)).await;
    assert!(page.body.contains("Topic 01") && page.body.contains("Topic 00") && !page.body.contains("Topic 02"));
    let reply = url(&app, &format!("/forum/topics/{last}/reply"));
    for number in 0..26 {
        app.advance(Duration::from_mins(3));
        let body = format!("Reply {number:02}");
        ada.browser.upload(&reply, &[("body", body.as_str())], File::NONE).await;
    }
    let page = ada.open(&app, &format!("/forum/topics/{last}")).await;
    assert!(page.body.contains("Reply 23") && !page.body.contains("Reply 24") && page.body.contains("Later posts"));
    let later = page.body.split("href=\"").find(|link| link.contains("from=")).unwrap().split('"').next().unwrap();
    let page = ada.browser.open(&format!("{}{later}", app.url)).await;
    assert!(page.body.contains("Reply 24") && page.body.contains("Reply 25") && page.body.contains("Earlier posts"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p10_posts_are_escaped(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    ada.give(&app, "PORTALFORUMMODERATE").await;
    let board = board(&app, NASTY, &[]).await;
    let page = ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", NASTY), ("body", NASTY)]).await;
    assert_tame(&page);
    let topic = id_after(&page.url, "/topics/").to_owned();
    let post = id_after(&page.body, "id=\"post-").to_owned();
    let reported = ada.post(&app, &format!("/forum/posts/{post}/report"), &[("why", NASTY)]).await;
    assert_tame(&reported);
    let reasons = [("act", "hide"), ("why", NASTY)];
    assert_tame(&ada.post(&app, &format!("/forum/posts/{post}/moderate"), &reasons).await);
    assert_tame(&ada.post(&app, &format!("/forum/posts/{post}/mute"), &[("days", "1"), ("why", NASTY)]).await);
    assert_tame(&ada.post(&app, &format!("/forum/topics/{topic}/moderate"), &reasons).await);
    ada.post(&app, "/profile", &[("name", NASTY), ("phone", NASTY)]).await;
    ada.post(&app, "/profile", &[("name", NASTY), ("phone", "0211234")]).await;
    let paths = [
        "/forum".to_owned(),
        format!("/forum/boards/{board}"),
        format!("/forum/boards/{board}/new"),
        format!("/forum/topics/{topic}"),
        format!("/forum/posts/{post}/moderate"),
        "/forum/reports".to_owned(),
        "/search?q=alert".to_owned(),
        "/profile".to_owned(),
        "/timeline".to_owned(),
    ];
    for path in paths {
        let page = ada.open(&app, &path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_tame(&page);
    }
}
