//! Objects of every kind, created by their own journeys.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tessera_core::access::Viewer;
use tessera_core::invoices::change::InvoiceChange;
use tessera_core::invoices::{Bill, BillLine, Delivered, Invoice};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::attachment::File;
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{BoardId, CustomerId, InvoiceId, PlaceId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::plan::Plan;
use tessera_core::news::{PostAction, PostForm};
use tessera_core::persons::contact::ContactDraft;
use tessera_core::returns::{ReturnDraft, ReturnDraftLine};
use tessera_core::service_requests::RequestAction as Say;
use tessera_hub::{Ctx, NewServiceRequest, Sight};

use super::world::{Maker, STAFF, Thing};
use super::{Kind, Spec};
use crate::portal::board;
use crate::portal::service_requests::PHOTO;

/// The initial devices and their owners.
const DEVICES: [(&str, usize); 4] = [("HIB-A1", 0), ("HIB-B1", 1), ("HIB-B2", 1), ("HIB-C1", 2)];

impl Maker<'_> {
    pub async fn devices(&self, spec: &Spec) -> Vec<Thing> {
        let mut things = Vec::new();
        for ((serial, owner), at) in DEVICES.into_iter().zip(spec.devices) {
            let theirs: Vec<_> = self.places.iter().filter(|place| place.2 == owner).collect();
            let place = theirs[at % theirs.len()].0;
            let id = self.app.display_id(serial).to_string();
            self.app.hub.place_device(&id, Some(place), &STAFF).await.unwrap();
            things.push(Thing {
                kind: Kind::Device,
                mark: serial.to_owned(),
                word: serial.replace('-', ""),
                page: format!("/devices/{id}"),
                files: Vec::new(),
                lists: vec![String::new(), "/returns/new".to_owned(), "/requests/new".to_owned()],
                audience: Audience::Places([place].into()),
                customer: None,
            });
        }
        things
    }

    pub async fn thing(&self, clerk: &Viewer, number: usize, kind: Kind, at: &[(PlaceId, String, usize)]) -> Thing {
        let word = format!("word{number}of{}", self.run);
        let (place, _, owner) = at.first().unwrap_or(&self.places[number % 3]);
        let everywhere = at.is_empty() && matches!(kind, Kind::News | Kind::Topic);
        let chosen: BTreeSet<PlaceId> = at.iter().map(|(id, ..)| *id).collect();
        let (place, owner) = (*place, self.customers[*owner]);
        let mut audience = Audience::Places([place].into());
        let (mark, page, list) = match kind {
            Kind::Device => unreachable!("devices are not made"),
            Kind::Request => (self.request(clerk, place, &word).await, "/requests", "/requests".to_owned()),
            Kind::Return => (self.customer_return(clerk, place, owner, &word).await, "/returns", "/returns".to_owned()),
            Kind::Invoice => (self.invoice(place, owner, &word).await, "/invoices", "/invoices".to_owned()),
            Kind::Contact => (self.contact(place, owner, &word).await, "/contacts", "/contacts".to_owned()),
            Kind::News => {
                audience = if everywhere { Audience::Everybody } else { Audience::Places(chosen) };
                (self.news(clerk, &audience, &word).await, "/news", "/news".to_owned())
            }
            Kind::Topic => {
                audience = if everywhere { Audience::Everybody } else { Audience::Places(chosen.clone()) };
                let places: Vec<_> = chosen.into_iter().collect();
                let board = board(self.app, &format!("Board {word}"), &places).await;
                (self.topic(clerk, board, &word).await, "/forum/topics", format!("/forum/boards/{board}"))
            }
        };
        let customer = (kind == Kind::Contact).then_some(owner);
        let lists = if kind == Kind::News { vec![list, "/news/feed".to_owned()] } else { vec![list] };
        let page = format!("{page}/{mark}");
        Thing { kind, mark, word, page, files: Vec::new(), lists, audience, customer }
    }

    async fn request(&self, clerk: &Viewer, place: PlaceId, word: &str) -> String {
        let wish = NewServiceRequest {
            once: word.to_owned(),
            kind: "fault".to_owned(),
            subject: format!("Request {word}"),
            description: format!("It is about {word}."),
            place: Some(place),
            device: None,
            answers: BTreeMap::new(),
            files: vec![File::read(&format!("{word}.jpg"), PHOTO.to_vec())],
        };
        let opened = self.app.hub.open_request(clerk, &wish).await;
        let request = opened.unwrap_or_else(|error| panic!("{word} is not opened: {error:?}"));
        let more = [File::read(&format!("more-{word}.jpg"), PHOTO.to_vec())];
        let said = (Say::Say, "There are more results.", "");
        self.app.hub.act_on_request(clerk, request.id, said, &more).await.unwrap();
        request.id.to_string()
    }

    async fn customer_return(&self, clerk: &Viewer, place: PlaceId, owner: CustomerId, word: &str) -> String {
        let line = ReturnDraftLine {
            model: format!("Model {word}"),
            quantity: 1,
            reason: "repair".to_owned(),
            problem: format!("Broken {word}"),
            ..ReturnDraftLine::default()
        };
        let person_id = Some(clerk.person);
        let draft = ReturnDraft { customer_id: owner, place_id: place, person_id, email: None, lines: vec![line] };
        let ctx = Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);
        self.app.hub.open_return(&draft, Sight::All, &ctx).await.unwrap().id.to_string()
    }

    async fn invoice(&self, place: PlaceId, owner: CustomerId, word: &str) -> String {
        let (app, now) = (self.app, self.app.hub.env.now());
        let total = Money { minor: 4200, currency: Currency::parse("EUR").unwrap() };
        let date = "2026-05-20".parse().unwrap();
        let line = BillLine { text: format!("Visit {word}"), quantity: None, amount: total };
        let bill = Bill {
            number: format!("N-{word}"),
            date,
            due: None,
            total,
            tax: None,
            lines: vec![line],
            delivered: Delivered::Open,
            customer: "a".to_owned(),
            place: None,
        };
        let id = InvoiceId(app.hub.env.uuid());
        let invoice = Invoice {
            id,
            source: "books".to_owned(),
            bill,
            customer_id: Some(owner),
            place_id: Some(place),
            unmatched: None,
            confirmed_at: now,
            missing_since: None,
            created_at: now,
        };
        let mut plan = Plan::default();
        plan.push(InvoiceChange::Put(Box::new(invoice)), "its source says so");
        app.store.apply(&plan).await.unwrap();
        id.to_string()
    }

    async fn contact(&self, place: PlaceId, owner: CustomerId, word: &str) -> String {
        let name = format!("Contact {word}");
        let wanted = ContactDraft { name, place_id: Some(place), ..ContactDraft::default() };
        self.app.hub.create_contact(wanted, Some(owner), &STAFF).await.unwrap().id.to_string()
    }

    async fn news(&self, clerk: &Viewer, audience: &Audience, word: &str) -> String {
        let typed = PostForm {
            title: format!("News {word}"),
            body: format!("About {word}."),
            everybody: audience.is_everybody(),
            places: audience.places().collect(),
        };
        let id = self.app.hub.write_news(clerk, None, &typed, PostAction::Publish).await.unwrap();
        let photo = [File::read(&format!("{word}.jpg"), PHOTO.to_vec())];
        self.app.hub.attach_to_news(clerk, id, &photo).await.unwrap();
        id.to_string()
    }

    async fn topic(&self, clerk: &Viewer, board: BoardId, word: &str) -> String {
        // The rate limit of forum posts.
        self.app.advance(Duration::from_mins(11));
        let photo = [File::read(&format!("{word}.jpg"), PHOTO.to_vec())];
        let (title, body) = (format!("Topic {word}"), format!("About {word}."));
        self.app.hub.start_topic(clerk, board, &title, &body, &photo).await.unwrap().to_string()
    }
}
