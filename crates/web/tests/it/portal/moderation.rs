//! Moderation of the forum (`P10`), in the portal and in the console.

use std::time::Duration;

use testkit::portal::{PortalUser, id_after, sentences, studio, url};
use testkit::{ADA, BEN, Browser, CLEO, Colleague, File, PASSWORD, TestApp};

use super::board;

struct Scene {
    board: String,
    topic: String,
    post: String,
}

/// Creates a board with a topic by Ada.
async fn scene(app: &TestApp, ada: &mut PortalUser) -> Scene {
    let board = board(app, "Batteries", &[]).await.to_string();
    let fields = [("title", "Numbat"), ("body", "Buy cheap cables")];
    let page = ada.post(app, &format!("/forum/boards/{board}/new"), &fields).await;
    let (topic, post) = (id_after(&page.url, "/topics/").to_owned(), id_after(&page.body, "id=\"post-").to_owned());
    app.advance(Duration::from_secs(5));
    Scene { board, topic, post }
}

#[testkit::both_databases]
async fn p10_a_reported_post_is_hidden_with_a_reason_and_shown_again(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let Scene { topic, post, .. } = scene(&app, &mut ada).await;
    let (read, moderate) = (format!("/forum/topics/{topic}"), format!("/forum/posts/{post}/moderate"));
    let page = ben.post(&app, &format!("/forum/posts/{post}/report"), &[("why", "Advertising")]).await;
    assert!(page.body.contains("A moderator will review it"), "{}", page.body);
    ben.post(&app, &format!("/forum/posts/{post}/report"), &[("why", "Still advertising")]).await;
    assert_eq!(app.store.reports(10).await.unwrap().len(), 1, "one open report of a person");
    for path in ["/forum/reports", &moderate] {
        assert_eq!(ben.open(&app, path).await.status, 404, "{path} is for moderators");
    }
    assert_eq!(ben.post(&app, &moderate, &[("act", "hide"), ("why", "x")]).await.status, 404);

    ben.give(&app, "PORTALFORUMMODERATE").await;
    assert!(ben.open(&app, "/forum").await.body.contains("Reports (1)"));
    assert!(ben.open(&app, "/forum/reports").await.body.contains("Advertising"));
    let page = ben.post(&app, &moderate, &[("act", "hide"), ("why", " ")]).await;
    assert!(page.status == 422 && page.body.contains("The reason: Write something here."), "{}", page.body);
    let page = ben.post(&app, &moderate, &[("act", "hide"), ("why", "No advertising here")]).await;
    assert!(page.body.contains("Your decision was recorded."), "{}", page.body);
    assert!(app.store.reports(10).await.unwrap().is_empty(), "the reports are decided");
    let mine = ada.open(&app, &read).await;
    assert!(mine.body.contains("A moderator hid your post: No advertising here"), "{}", mine.body);
    assert!(!mine.body.contains("Buy cheap cables"));
    assert!(ada.open(&app, "/search?q=cheap").await.body.contains("Nothing found"));
    assert!(ben.open(&app, &read).await.body.contains("Buy cheap cables"), "moderators see what it said");
    let told = sentences(&app, ada.customer).await;
    assert!(told.contains(&"A forum post by Ada Example was hidden: No advertising here".to_owned()), "{told:?}");
    assert!(ada.open(&app, "/timeline").await.body.contains("No advertising here"));

    ben.post(&app, &moderate, &[("act", "restore"), ("why", "It was a question")]).await;
    assert!(ada.open(&app, &read).await.body.contains("Buy cheap cables"));
    assert!(ada.open(&app, "/search?q=cheap").await.body.contains("Numbat"));
}

#[testkit::both_databases]
async fn p10_topics_are_locked_pinned_moved_and_hidden(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let Scene { board: first, topic, post } = scene(&app, &mut ada).await;
    ben.give(&app, "PORTALFORUMMODERATE").await;
    let (read, moderate) = (format!("/forum/topics/{topic}"), format!("/forum/topics/{topic}/moderate"));
    let reply = url(&app, &format!("/forum/topics/{topic}/reply"));
    assert_eq!(ada.post(&app, &moderate, &[("act", "lock"), ("why", "x")]).await.status, 404);
    ben.post(&app, &moderate, &[("act", "lock"), ("why", "Answered")]).await;
    let page = ada.open(&app, &read).await;
    assert!(page.body.contains("This topic is locked") && !page.body.contains("Send reply"), "{}", page.body);
    let page = ada.browser.upload(&reply, &[("body", "all the same")], File::NONE).await;
    assert!(page.status == 422 && !page.body.contains("Your reply was posted"), "{}", page.status);
    let page = ada.post(&app, &format!("/forum/posts/{post}/edit"), &[("body", "changed")]).await;
    assert!(!page.body.contains("Your post was changed"));
    ben.post(&app, &moderate, &[("act", "unlock"), ("why", "One more thing")]).await;

    app.advance(Duration::from_mins(1));
    let fields = [("title", "Newer"), ("body", "B")];
    ada.post(&app, &format!("/forum/boards/{first}/new"), &fields).await;
    ben.post(&app, &moderate, &[("act", "pin"), ("why", "Often asked")]).await;
    let page = ada.open(&app, &format!("/forum/boards/{first}")).await;
    assert!(page.body.find("Numbat").unwrap() < page.body.find("Newer").unwrap(), "pinned ones first");

    // After the move to a board that Ada cannot see, the topic does not exist for her.
    let other = board(&app, "Staff's own", &[ben.home()]).await.to_string();
    ben.post(&app, &moderate, &[("act", "move"), ("board", &other), ("why", "Belongs there")]).await;
    assert_eq!(ada.open(&app, &read).await.status, 404);
    assert_eq!(ada.open(&app, &format!("/forum/posts/{post}")).await.status, 404);
    assert!(ada.open(&app, "/search?q=numbat").await.body.contains("Nothing found"));
    assert!(ben.open(&app, "/search?q=numbat").await.body.contains("Numbat"));
    ben.post(&app, &moderate, &[("act", "move"), ("board", &first), ("why", "Back")]).await;
    assert!(ada.open(&app, "/search?q=numbat").await.body.contains("Numbat"));

    ben.post(&app, &moderate, &[("act", "hide"), ("why", "Off topic")]).await;
    assert_eq!(ada.open(&app, &read).await.status, 404);
    assert!(ada.open(&app, "/search?q=numbat").await.body.contains("Nothing found"));
    assert_eq!(ada.browser.upload(&reply, &[("body", "x")], File::NONE).await.status, 404);
    assert!(ben.open(&app, &read).await.body.contains("This topic is hidden"));
    ben.post(&app, &moderate, &[("act", "restore"), ("why", "Fine after all")]).await;
    assert!(ada.open(&app, "/search?q=numbat").await.body.contains("Numbat"));
    let told = sentences(&app, ada.customer).await.join("\n");
    for words in ["locked: Answered", "moved to another board", "hidden: Off topic", "shown again"] {
        assert!(told.contains(words), "{words} in {told}");
    }
}

#[testkit::both_databases]
async fn p10_a_muted_person_can_read_but_not_write(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let Scene { board, topic, post } = scene(&app, &mut ada).await;
    ben.give(&app, "PORTALFORUMMODERATE").await;
    ben.post(&app, &format!("/forum/posts/{post}/mute"), &[("days", "7"), ("why", "Shouting")]).await;
    let new = format!("/forum/boards/{board}/new");
    let page = ada.post(&app, &new, &[("title", "T"), ("body", "B")]).await;
    assert!(page.body.contains("You cannot write in the forum at the moment: Shouting"), "{}", page.body);
    assert_eq!(ada.open(&app, &format!("/forum/topics/{topic}")).await.status, 200);
    app.advance(Duration::from_hours(6 * 24));
    let mut ada = PortalUser { browser: sign_in(&app, ADA.email).await, ..ada };
    assert!(ada.post(&app, &new, &[("title", "T"), ("body", "B")]).await.body.contains("Shouting"));
    app.advance(Duration::from_secs(24 * 3600 + 1));
    let mut ada = PortalUser { browser: sign_in(&app, ADA.email).await, ..ada };
    assert!(ada.post(&app, &new, &[("title", "T"), ("body", "B")]).await.body.contains("Your topic was posted"));
    app.hub.run_pending().await;
}

async fn sign_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = Browser::new();
    let page = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    browser.submit(&page, &[("email", email), ("password", PASSWORD)]).await;
    browser
}

#[testkit::both_databases]
async fn p10_staff_create_boards_and_decide_on_reports(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let mut cleo = PortalUser::activated(&app, CLEO).await;
    let mut staff = Colleague::signed_in(&app).await;
    let console = "/boards";
    assert!(staff.open(console).await.body.contains("There are no boards yet"));
    let page = staff.post(&format!("{console}/new"), &[("name", "Batteries")]).await;
    assert!(page.status.as_u16() == 422 && page.body.contains("otherwise nobody would see the board"), "{}", page.body);
    let page = staff.post(&format!("{console}/new"), &[("name", "Batteries"), ("more_places", "nowhere")]).await;
    assert!(page.body.contains("is no id of a place"), "{}", page.body);
    let places = format!("{}\n{}", ada.home(), ben.home());
    let fields = [("name", "Batteries"), ("description", "Storing"), ("more_places", places.as_str())];
    let page = staff.post(&format!("{console}/new"), &fields).await;
    let board = id_after(&page.path, "/boards/").to_owned();
    assert!(page.body.contains("Ada Example") && page.body.contains("Ben Example"), "{}", page.body);
    assert!(ada.open(&app, "/forum").await.body.contains("Batteries"));
    assert!(!cleo.open(&app, "/forum").await.body.contains("Batteries"));

    let fields = [("title", "Potoroo"), ("body", "Words")];
    let page = ada.post(&app, &format!("/forum/boards/{board}/new"), &fields).await;
    let (topic, post) = (id_after(&page.url, "/topics/").to_owned(), id_after(&page.body, "id=\"post-").to_owned());
    ben.post(&app, &format!("/forum/posts/{post}/report"), &[("why", "Rude")]).await;
    assert!(staff.open(console).await.body.contains("Rude"));
    let decide = format!("{console}/posts/{post}");
    assert!(staff.open(&decide).await.body.contains("Ada Example"), "staff see the whole name");
    let page = staff.post(&decide, &[("act", "keep"), ("why", "Only frank")]).await;
    assert!(page.body.contains("Decided."), "{}", page.body);
    assert!(staff.open(console).await.body.contains("Nothing is reported"));
    let page = staff.post(&format!("{decide}/topic"), &[("act", "hide"), ("why", "Off topic")]).await;
    assert!(page.body.contains("Decided."), "{}", page.body);
    assert_eq!(ben.open(&app, &format!("/forum/topics/{topic}")).await.status, 404);
    staff.post(&format!("{decide}/mute"), &[("days", "1"), ("why", "Enough")]).await;
    let page = ada.post(&app, &format!("/forum/boards/{board}/new"), &[("title", "T"), ("body", "B")]).await;
    assert!(page.body.contains("Enough"), "{}", page.body);

    let old = [("name", "Batteries"), ("everybody", "true"), ("closed", "true"), ("version", "1")];
    staff.post(&format!("{console}/{board}"), &old).await;
    assert!(cleo.open(&app, &format!("/forum/boards/{board}")).await.body.contains("This board is closed"));
    let page = staff.post(&format!("{console}/{board}"), &old).await;
    assert!(page.body.contains("someone else has changed this board in the meantime"), "{}", page.body);
    let page = cleo.post(&app, &format!("/forum/boards/{board}/new"), &[("title", "T"), ("body", "B")]).await;
    assert!(page.body.contains("This board is closed: you can read it"), "{}", page.body);
    for path in ["/boards", "/boards/new"] {
        let page = Browser::new().open(&format!("{}/console{path}", app.url)).await;
        assert!(page.url.contains("/sign-in"), "{path}");
    }
}

#[testkit::both_databases]
async fn p10_boards_are_created_and_changed_with_licence_studio_in_the_portal(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    let new = [("name", "Batteries"), ("description", "Storing"), ("everybody", "true")];
    // Neither a licence for the portal nor the moderators' role function is enough.
    ben.give(&app, "PORTALFORUMMODERATE").await;
    for other in [&mut ada, &mut ben] {
        assert!(!other.open(&app, "/forum").await.body.contains("New board"));
        assert_eq!(other.open(&app, "/forum/boards/new").await.status, 404);
        assert_eq!(other.post(&app, "/forum/boards/new", &new).await.status, 404);
    }
    assert!(app.store.boards(10).await.unwrap().is_empty(), "nothing was created");

    ada.change(&app, studio).await;
    assert!(ada.open(&app, "/forum").await.body.contains("/forum/boards/new"));
    let page = ada.post(&app, "/forum/boards/new", &[("name", " "), ("everybody", "true")]).await;
    assert!(page.status == 422 && page.body.contains("The name: Write something here."), "{}", page.body);
    let page = ada.post(&app, "/forum/boards/new", &[("name", "Batteries")]).await;
    assert!(page.status == 422 && page.body.contains("otherwise nobody would see the board"), "{}", page.body);
    let page = ada.post(&app, "/forum/boards/new", &new).await;
    assert!(page.body.contains("The board Batteries was created."), "{}", page.body);
    let board = app.store.boards(10).await.unwrap().remove(0);
    assert!(board.changed_by.starts_with("person:"), "{}", board.changed_by);
    assert!(ben.open(&app, "/forum").await.body.contains("Batteries"), "others read it at once");
    let fields = [("title", "Numbat"), ("body", "Words")];
    let page = ben.post(&app, &format!("/forum/boards/{}/new", board.id), &fields).await;
    assert!(page.body.contains("Your topic was posted"), "{}", page.body);

    let change = format!("/forum/boards/{}/change", board.id);
    assert_eq!(ben.open(&app, &change).await.status, 404);
    assert_eq!(ben.post(&app, &change, &new).await.status, 404);
    assert!(ada.open(&app, &change).await.body.contains("Storing"));
    let home = ada.home().to_string();
    let closed = [("name", "Storage"), ("place", home.as_str()), ("closed", "true"), ("version", "1")];
    let page = ada.post(&app, &change, &closed).await;
    assert!(page.body.contains("The board Storage was saved."), "{}", page.body);
    assert!(!ben.open(&app, "/forum").await.body.contains("Storage"), "it is for Ada's place now");
    assert!(ada.open(&app, &format!("/forum/boards/{}", board.id)).await.body.contains("This board is closed"));
    let page = ada.post(&app, &change, &closed).await;
    assert!(
        page.status == 422 && page.body.contains("someone else has changed this board in the meantime"),
        "{}",
        page.body
    );
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p08_p10_a_board_keeper_changes_only_what_they_see(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    ada.change(&app, studio).await;
    let theirs = board(&app, "Ben's own", &[ben.home()]).await;
    let shared = board(&app, "Shared", &[ada.home(), ben.home()]).await;
    let (away, all) = (ben.home().to_string(), [("name", "Taken"), ("everybody", "true"), ("version", "1")]);
    let change = format!("/forum/boards/{theirs}/change");
    assert_eq!(ada.open(&app, &change).await.status, 404);
    assert_eq!(ada.post(&app, &change, &all).await.status, 404);
    assert_eq!(ada.post(&app, "/forum/boards/new", &[("name", "X"), ("place", &away)]).await.status, 422);

    let change = format!("/forum/boards/{shared}/change");
    assert!(ada.open(&app, &change).await.body.contains("1 place that you cannot see"));
    let page = ada.post(&app, &change, &[("name", "Given away"), ("version", "1")]).await;
    assert!(page.body.contains("The board Given away was saved."), "{}", page.body);
    assert!(ben.open(&app, "/forum").await.body.contains("Given away"), "places that Ada cannot see are kept");
    assert_eq!(ada.open(&app, &format!("/forum/boards/{shared}")).await.status, 404);
}
