//! Reports of posts that are being hidden, and places that are being put into each other.

use tessera_core::forum::change::ForumChange;
use tessera_core::forum::{Board, Hidden, Post, Report, Topic, Verdict};
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::plan::{CustomerEdit, Plan};
use tessera_core::persons::place::{self, Place, PlaceDraft};
use tessera_store::{Conflict, Store};
use testkit::store::{at, conflict, identity, introducing, new_customer, plan, stamp};
use testkit::{Database, while_held_up};
use uuid::Uuid;

/// A post, the plan that reports it, and the plan of a moderator who hides it.
async fn with_post(store: &Store) -> (Plan, Plan) {
    let jane = new_customer(store, "Jane").await;
    let hers = identity(jane.id, "subject-1");
    store.apply(&introducing(&hers)).await.unwrap();
    let board = Board {
        id: Uuid::now_v7().into(),
        version: 1,
        name: "Tips".to_owned(),
        description: String::new(),
        audience: Audience::Everybody,
        closed: false,
        changed_by: "staff:jo".to_owned(),
        changed_at: at(0),
    };
    let topic = Topic {
        id: Uuid::now_v7().into(),
        version: 1,
        board_id: board.id,
        title: "Sun".to_owned(),
        author: hers.0.id,
        customer_id: jane.id,
        created_at: at(0),
        last_at: at(0),
        posts: 1,
        locked: false,
        pinned: false,
        hidden: None,
    };
    let post = Post {
        id: Uuid::now_v7().into(),
        version: 1,
        topic_id: topic.id,
        body: "Rude".to_owned(),
        author: hers.0.id,
        customer_id: jane.id,
        created_at: at(0),
        edited_at: None,
        hidden: None,
    };
    let (id, post_id) = (Uuid::now_v7().into(), post.id);
    let report = Report { id, post_id, person: hers.0.id, why: "rude".to_owned(), at: at(1) };
    let created = [ForumChange::CreateBoard(Box::new(board)), ForumChange::CreateTopic(Box::new(topic))];
    let posted = ForumChange::CreatePost(Box::new(post.clone()));
    store.apply(&plan(created.into_iter().chain([posted]))).await.unwrap();
    let hidden = Hidden { at: at(2), by: "staff:jo".to_owned(), why: "rude".to_owned() };
    let hides = plan([
        ForumChange::UpdatePost(Box::new(Post { hidden: Some(hidden), ..post })),
        ForumChange::CloseReports { post_id, at: at(2), by: "staff:jo".to_owned(), verdict: Verdict::Hidden },
    ]);
    (plan([ForumChange::Report(report)]), hides)
}

#[testkit::only_postgres]
async fn p10_a_report_that_is_just_written_is_closed_when_its_post_is_hidden(database: Database) {
    let (reports, hides) = with_post(&database.store).await;
    let store = database.store.clone();
    while_held_up(&database, reports, async move { store.apply(&hides).await }).await.unwrap();
    assert_eq!(database.store.reports(10).await.unwrap().len(), 0);
}

#[testkit::both_databases]
async fn p10_a_post_that_was_hidden_meanwhile_is_not_reported(Database { store, .. }: Database) {
    let (reports, hides) = with_post(&store).await;
    store.apply(&hides).await.unwrap();
    assert_eq!(conflict(store.apply(&reports).await), Conflict::Forum);
    assert_eq!(store.reports(10).await.unwrap().len(), 0);
}

/// Two places of a customer, and the plan that puts each into the other.
async fn two_places(store: &Store) -> [Plan; 2] {
    let jane = new_customer(store, "Jane").await;
    let made = |name: &str, customer: &Customer| {
        let draft = PlaceDraft { name: name.to_owned(), parent_id: None, address: None, active: true };
        place::create(draft, CustomerEdit::of(customer.clone(), stamp(0)), stamp(0)).unwrap()
    };
    let (roof, cellar) = (made("Roof", &jane), made("Cellar", &jane));
    store.apply(&roof.1).await.unwrap();
    store.apply(&cellar.1).await.unwrap();
    let inside = |it: &Place, PlaceId(parent): PlaceId| {
        let parent = PlaceId(parent);
        let draft = PlaceDraft { name: it.name.clone(), parent_id: Some(parent), address: None, active: true };
        place::change(it, draft, &[parent], CustomerEdit::of(jane.clone(), stamp(1))).unwrap().1
    };
    [inside(&roof.0, cellar.0.id), inside(&cellar.0, roof.0.id)]
}

#[testkit::both_databases]
async fn p08_of_two_places_put_into_each_other_one_stays_outside(Database { store, .. }: Database) {
    let [first, second] = two_places(&store).await;
    store.apply(&first).await.unwrap();
    assert_eq!(conflict(store.apply(&second).await), Conflict::Place);
}

#[testkit::only_postgres]
async fn p08_of_two_places_put_into_each_other_at_once_one_stays_outside(database: Database) {
    let [first, second] = two_places(&database.store).await;
    let store = database.store.clone();
    let refused = while_held_up(&database, first, async move { store.apply(&second).await }).await;
    assert_eq!(conflict(refused), Conflict::Place);
}
