//! Rows to fill the lists. Rows with a long journey are created once and copied.

use std::collections::BTreeMap;
use std::ops::Range;

use tessera_core::access::Viewer;
use tessera_core::access::licence::LicenceType;
use tessera_core::credentials::change::IdentityChange;
use tessera_core::forum::change::ForumChange;
use tessera_core::forum::{self, Topic};
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::invoices::{Bill, Delivered, Invoice};
use tessera_core::kernel::customer::Identity;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::ids::{CustomerId, ForumPostId, InvoiceId, PersonId, PlaceId, TopicId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::plan::Change;
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::news::{NewsChange, Post, PostAction, PostForm};
use tessera_core::persons::contact::ContactDraft;
use tessera_core::persons::place::PlaceDraft;
use tessera_core::returns::change::ReturnChange;
use tessera_core::returns::{ReturnDraft, ReturnDraftLine};
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::{ServiceRequest, TicketLink};
use tessera_core::storefront;
use tessera_core::storefront::change::StorefrontChange;
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::hold::{HoldChange, SweepEnd, SweepRequest};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::review::{Question, Review};
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_hub::{NewServiceRequest, Sight, SweepOrder, Visit};
use testkit::store::{link, new_customer, plan, requester};
use testkit::{JO, TestApp};
use uuid::Uuid;

/// The address of all customers created here.
pub const SHARED: &str = "shared@example.com";
/// Prefix of invoice numbers.
pub const NUMBER: &str = "ROW-";

async fn write(app: &TestApp, changes: impl IntoIterator<Item: Into<Change>>) {
    app.store.apply(&plan(changes)).await.unwrap();
}

pub async fn sweep_of_assets(app: &TestApp, dry: bool) -> String {
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry };
    let sweep = app.hub.request_sweep(order, &JO).await.unwrap();
    app.hub.run_pending().await;
    sweep.id.to_string()
}

/// Creates customers with a requester each, and as many unlinked requesters.
pub async fn customers(app: &TestApp, rows: Range<usize>) -> Vec<CustomerId> {
    let mut made = Vec::new();
    for n in rows {
        let id = new_customer(&app.store, &format!("Row {n}")).await.id;
        let theirs = requester(&format!("9{n:03}"), &format!("Row {n}"), SHARED, 0);
        let free = requester(&format!("8{n:03}"), &format!("Row {n} elsewhere"), "free@example.com", 0);
        let linked = LinkChange::Create(Box::new(link(id, theirs.key.clone())));
        let records = [theirs, free].map(|record| RecordChange::Put(Box::new(record)));
        let [theirs, free] = records.map(Change::from);
        write(app, [theirs, free, linked.into()]).await;
        made.push(id);
    }
    made
}

pub async fn people(app: &TestApp, customer: CustomerId, rows: Range<usize>) {
    for n in rows {
        app.person(&format!("ROW{n}")).of(customer).create().await;
    }
}

/// Creates people with a named seat of these licences in turn.
pub async fn seats(app: &TestApp, licences: &[LicenceType], rows: usize) {
    let (technical, now) = (app.store.technical(), app.hub.env.now());
    for (licence, n) in licences.iter().cycle().zip(0..rows) {
        let person = app.person(&format!("ROW{n}")).with_licence(*licence).create().await;
        let number = i64::try_from(n).unwrap() + 1;
        assert!(technical.take_seat(*licence, number, person.id, None, None, now).await.unwrap());
    }
}

pub async fn places_and_contacts(app: &TestApp, customer: CustomerId, rows: Range<usize>) {
    let home = Some(PlaceId::home_of(customer));
    for n in rows {
        let place = PlaceDraft { name: format!("Row {n}"), parent_id: home, address: None, active: true };
        app.hub.create_place(place, Some(customer), &JO).await.unwrap();
        let contact = ContactDraft { name: format!("Row {n}"), place_id: home, ..ContactDraft::default() };
        app.hub.create_contact(contact, Some(customer), &JO).await.unwrap();
    }
}

pub async fn links(app: &TestApp, customer: CustomerId, rows: Range<usize>) {
    let key = |n| RecordKey::new("market", Kind::Account, format!("row-{n}"));
    write(app, rows.map(|n| LinkChange::Create(Box::new(link(customer, key(n)))))).await;
}

/// Creates further sign-ins, with a session each.
pub async fn identities_and_sessions(app: &TestApp, person: PersonId, rows: Range<usize>) {
    let known = app.store.identities_of_person(person).await.unwrap().remove(0);
    for n in rows {
        let mut identity = Identity { id: app.hub.env.uuid().into(), ..known.clone() };
        identity.sign_in.identity.subject = format!("row-{n}");
        write(app, [IdentityChange::Create(Box::new(identity.clone()))]).await;
        app.hub.open_session(&identity.sign_in, &Visit::default()).await.unwrap();
    }
}

/// Creates reviews for these customers.
pub async fn reviews(app: &TestApp, customers: &[CustomerId]) {
    let review = |customer: &CustomerId| Review {
        id: app.hub.env.uuid().into(),
        customer_id: Some(*customer),
        question: Question::WhichContact {
            email: SHARED.to_owned(),
            candidates: ["1", "2"].map(|id| RecordKey::new("freshsales", Kind::Contact, id)).to_vec(),
        },
        created_at: app.hub.env.now(),
        decided: None,
        note: None,
    };
    write(app, customers.iter().map(|customer| ReviewChange::Create(Box::new(review(customer))))).await;
}

/// Creates invoices of these customers, at their home places.
pub async fn invoices(app: &TestApp, customers: &[CustomerId]) {
    let invoice = |customer: &CustomerId| {
        let id = app.hub.env.uuid();
        let bill = Bill {
            number: format!("{NUMBER}{id}"),
            date: "2026-05-20".parse().unwrap(),
            due: None,
            total: Money { minor: 4200, currency: Currency::parse("EUR").unwrap() },
            tax: None,
            lines: Vec::new(),
            delivered: Delivered::Open,
            customer: "a".to_owned(),
            place: None,
        };
        Invoice {
            id: InvoiceId(id),
            source: "books".to_owned(),
            bill,
            customer_id: Some(*customer),
            place_id: Some(PlaceId::home_of(*customer)),
            unmatched: None,
            confirmed_at: app.hub.env.now(),
            missing_since: None,
            created_at: app.hub.env.now(),
        }
    };
    write(app, customers.iter().map(|customer| InvoiceChange::Put(Box::new(invoice(customer))))).await;
}

/// Creates returns of these customers, at their home places.
pub async fn returns(app: &TestApp, customers: &[CustomerId]) {
    let line = ReturnDraftLine {
        model: "Battery module".to_owned(),
        quantity: 1,
        reason: "repair".to_owned(),
        problem: "It hums.".to_owned(),
        ..ReturnDraftLine::default()
    };
    let (first, place_id) = (customers[0], PlaceId::home_of(customers[0]));
    let draft = ReturnDraft { customer_id: first, place_id, person_id: None, email: None, lines: vec![line] };
    let opened = app.hub.open_return(&draft, Sight::All, &JO).await.unwrap();
    let copy = |customer: &CustomerId| {
        let (id, mut copy) = (app.hub.env.uuid(), opened.clone());
        (copy.id, copy.number) = (id.into(), format!("R-{id}"));
        (copy.customer_id, copy.place_id) = (*customer, PlaceId::home_of(*customer));
        ReturnChange::Create(Box::new(copy))
    };
    write(app, customers[1..].iter().map(copy)).await;
    app.hub.run_pending().await;
}

/// Creates service requests of the viewer.
pub async fn requests(app: &TestApp, viewer: &Viewer, rows: Range<usize>) {
    let wish = NewServiceRequest {
        once: format!("{rows:?}"),
        kind: "fault".to_owned(),
        subject: format!("Row {}", rows.start),
        description: "It hums.".to_owned(),
        place: Some(viewer.default_place),
        device: None,
        answers: BTreeMap::new(),
        files: Vec::new(),
    };
    let Ok(opened) = app.hub.open_request(viewer, &wish).await else { panic!("the request is not opened") };
    app.hub.run_pending().await;
    let copy = |n: usize| {
        let (id, subject, mirror) = (app.hub.env.uuid().into(), format!("Row {n}"), TicketLink::Held);
        let copy = ServiceRequest { id, subject, mirror, ..opened.clone() };
        ServiceRequestChange::Create(Box::new(copy))
    };
    write(app, rows.skip(1).map(copy)).await;
}

pub async fn news(app: &TestApp, editor: &Viewer, rows: Range<usize>) {
    let title = format!("Row {}", rows.start);
    let typed = PostForm { title, body: "It hums.".to_owned(), everybody: true, places: [].into() };
    let id = app.hub.write_news(editor, None, &typed, PostAction::Publish).await.unwrap();
    let written = app.store.news_post_edited(editor.person, id).await.unwrap().unwrap();
    let copy = |n: usize| {
        let (id, title) = (app.hub.env.uuid().into(), format!("Row {n}"));
        NewsChange::Create(Box::new(Post { id, title, ..written.clone() }))
    };
    write(app, rows.skip(1).map(copy)).await;
}

/// Creates a topic with a first post, on its own board.
pub async fn topic(app: &TestApp, author: &Viewer) -> Topic {
    let board = crate::portal::board(app, "Row 0", &[]).await;
    let id = app.hub.start_topic(author, board, "Row 0", "It hums.", &[]).await.unwrap();
    app.store.topic(id).await.unwrap().unwrap().topic
}

/// Creates further boards, copies of this topic, and posts in it.
pub async fn more_of_forum(app: &TestApp, topic: &Topic, rows: Range<usize>) {
    let first = ForumPostId(Uuid::nil());
    let posts = app.store.posts_visible_to(topic.author, topic.id, first, true, 1).await.unwrap();
    let (mut topics, mut replies) = (Vec::new(), Vec::new());
    for n in rows {
        crate::portal::board(app, &format!("Row {n}"), &[]).await;
        let (id, title) = (TopicId(app.hub.env.uuid()), format!("Row {n}"));
        topics.push(ForumChange::CreateTopic(Box::new(Topic { id, title, ..topic.clone() })));
        let post = forum::Post { id: app.hub.env.uuid().into(), ..posts[0].post.clone() };
        replies.push(ForumChange::CreatePost(Box::new(post)));
    }
    write(app, topics.into_iter().chain(replies)).await;
}

/// Creates finished sweeps.
pub async fn sweeps(app: &TestApp, rows: Range<usize>) {
    let (system, at) = ("freshsales".to_owned(), app.hub.env.now());
    for _ in rows {
        let (id, kind, asked_by) = (app.hub.env.uuid().into(), "contacts".to_owned(), "staff:jo".to_owned());
        let request =
            SweepRequest { id, system: system.clone(), kind, mode: SweepMode::Full, dry: false, asked_by, at };
        write(app, [HoldChange::Request(Box::new(request))]).await;
        let sweep = app.store.sweep(id).await.unwrap().unwrap();
        app.store.technical().sweep_begins(&sweep).await.unwrap();
        let state = SweepState::Finished;
        let end = SweepEnd { run: id, system: system.clone(), state, at, missing: 0, takes_away: 0, error: None };
        write(app, [HoldChange::End(Box::new(end))]).await;
    }
}

/// Creates products, and an order of each that waits for staff.
pub async fn products_and_orders(app: &TestApp, account: &str, rows: Range<usize>) {
    let (price, now) = (Money::new(100, Currency::parse("EUR").unwrap()), app.hub.env.now());
    let mut changes = Vec::new();
    for n in rows {
        let (id, name) = (app.hub.env.uuid().into(), format!("Row {n}"));
        let vendor = Uuid::nil().into();
        let draft = storefront::ProductDraft {
            service_manager: vendor,
            name: name.clone(),
            description: String::new(),
            price,
            visible: true,
        };
        changes.push(StorefrontChange::CreateProduct(Box::new(storefront::Product {
            id,
            draft,
            picture: None,
            version: 1,
            created_at: now,
            changed_at: now,
            changed_by: "staff:jo".to_owned(),
        })));
        let line = storefront::OrderLine {
            product: id,
            service_manager: vendor,
            name,
            quantity: 1,
            price,
            fulfilment: storefront::Fulfilment::Waiting,
            progress: None,
        };
        changes.push(StorefrontChange::PlaceOrder(Box::new(storefront::Order {
            id: app.hub.env.uuid().into(),
            account: account.parse().unwrap(),
            total: price,
            placed_at: now,
            placed_by: "person:P-1".to_owned(),
            cancelled_at: None,
            cancelled_by: None,
            lines: vec![line],
        })));
    }
    write(app, changes).await;
}
