//! Erasure of a person (`H10`): what identifies them, and what becomes of the facts about them.
//!
//! The person stays as an empty shell under a generated person id, so that what happened remains attributed to someone.
//! Facts stay with their commitments; their personal part goes, and identifiers that the person chose, or that came from
//! an identity provider, are replaced in what remains.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Person, short_id};
use crate::credentials;
use crate::kernel::actor::Actor;
use crate::kernel::customer::{Customer, Identity, IdentityKey};
use crate::kernel::ids::{CustomerId, PersonId, ReturnId, ServiceRequestId};
use crate::kernel::normalise;
use crate::kernel::timeline::change::TimelineChange;
use crate::kernel::timeline::{Entry, Event, Personal, Rewritten};
use crate::persons::PersonDifference;
use crate::persons::event::PersonEvent;

/// Reason code of an erased person's deactivation.
pub const ERASED: &str = "erased";
/// What stands in the place of an erased text.
pub const PLACEHOLDER: &str = "(erased)";

/// What a person is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces {
    /// The person.
    pub person: PersonId,
    /// The person's customer.
    pub customer: CustomerId,
    /// Whether the customer record is about this person alone.
    pub is_own_record: bool,
    /// Person ids, the current one first.
    pub person_ids: Vec<String>,
    /// Sign-ins at identity providers.
    pub sign_ins: Vec<IdentityKey>,
    /// E-mail addresses, normalised.
    pub emails: BTreeSet<String>,
    /// Names.
    pub names: BTreeSet<String>,
    /// Telephone numbers.
    pub phones: BTreeSet<String>,
    /// What the person wrote: requests, returns, topics and posts.
    pub written: Vec<Uuid>,
}

/// Everything that the erasure of a person changes beside timelines and the customer record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// What the person is recognised by.
    pub traces: Traces,
    /// Expected version of the person.
    pub version: i64,
    /// Time of the erasure.
    pub at: Timestamp,
    /// Documents without what the person wrote, and without their name.
    pub documents: Vec<Document>,
}

/// A stored document as it is after the erasure, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// The lines of a return.
    Return {
        /// The return.
        id: ReturnId,
        /// Its expected version.
        version: i64,
        /// The lines.
        lines: String,
    },
    /// The approvals of a service request.
    Run {
        /// The request.
        request: ServiceRequestId,
        /// The approvals.
        run: String,
    },
    /// The steps of an approval workflow.
    Workflow {
        /// The customer.
        customer: CustomerId,
        /// The kind of request.
        kind: String,
        /// Expected version.
        version: i64,
        /// The steps.
        steps: String,
    },
}

/// What becomes of a timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasedFacts {
    /// The changes of its entries.
    pub changes: Vec<TimelineChange>,
    /// The rewritten entries, to be confirmed by a later one.
    pub rewritten: Vec<Rewritten>,
}

impl Traces {
    /// What a person is recognised by, from what is stored about them.
    pub fn of(person: &Person, customer: Option<&Customer>, is_own_record: bool, identities: &[Identity]) -> Self {
        let mut traces = Self {
            person: person.id,
            customer: person.customer_id,
            is_own_record,
            person_ids: vec![person.person_id.clone()],
            sign_ins: Vec::new(),
            emails: BTreeSet::new(),
            names: BTreeSet::new(),
            phones: BTreeSet::new(),
            written: Vec::new(),
        };
        traces.knows_name(&person.name);
        traces.knows_email(person.email.as_deref());
        for identity in identities {
            let key = &identity.sign_in.identity;
            traces.knows_email(identity.sign_in.email.as_deref());
            identity.sign_in.name.iter().for_each(|name| traces.knows_name(name));
            // The subject of the hub's own sign-ins is the id of the person or passkey, which says nothing.
            if ![credentials::ISSUER, credentials::PASSKEY_ISSUER].contains(&key.issuer.as_str()) {
                traces.sign_ins.push(key.clone());
            }
        }
        if let Some(customer) = customer.filter(|_| is_own_record) {
            traces.knows_name(&customer.name);
            traces.knows_email(customer.email.as_deref());
            traces.knows_phone(customer.phone.as_deref());
        }
        traces
    }

    /// Adds a name.
    pub fn knows_name(&mut self, name: &str) {
        let name = name.trim();
        // A single letter would be found everywhere.
        if name.chars().count() > 1 && name != PLACEHOLDER {
            self.names.insert(name.to_owned());
        }
    }

    /// Adds an e-mail address.
    pub fn knows_email(&mut self, email: Option<&str>) {
        self.emails.extend(email.and_then(normalise::email));
    }

    /// Adds a telephone number.
    pub fn knows_phone(&mut self, phone: Option<&str>) {
        self.phones.extend(phone.map(|phone| phone.trim().to_owned()).filter(|phone| !phone.is_empty()));
    }

    /// The person id after the erasure: the generated one.
    pub fn pseudonym(&self) -> String {
        short_id(self.person.0)
    }

    /// The actors that are this person.
    pub fn actors(&self) -> Vec<String> {
        let persons = self.person_ids.iter().map(|id| Actor::Person(id.clone().into()).to_string());
        let users = self.sign_ins.iter().map(|key| Actor::User(key.subject.clone().into()).to_string());
        persons.chain(users).collect()
    }

    /// The actor that they become.
    pub fn erased_actor(&self) -> String {
        Actor::Person(self.pseudonym().into()).to_string()
    }

    /// The actors that are this person, each with what stands in its place.
    fn replaced_actors(&self) -> impl Iterator<Item = (String, String)> {
        let erased = self.erased_actor();
        self.actors().into_iter().map(move |actor| {
            let after = if actor.starts_with("user:") { format!("user:{ERASED}") } else { erased.clone() };
            (actor, after)
        })
    }

    /// Texts within JSON or a key that mean this person, however short an identifier is.
    pub fn patterns(&self) -> Vec<String> {
        let actors = self.actors().into_iter().flat_map(|actor| [format!("{actor}\""), format!("{actor} ")]);
        let subjects = self.sign_ins.iter().map(|key| format!("\"{}\"", key.subject));
        let before = ["\"", " ", "<", "(", ":"];
        let emails = self.emails.iter().flat_map(|email| before.map(|before| format!("{before}{email}")));
        actors.chain(subjects).chain(emails).chain([self.person.to_string()]).collect()
    }

    /// The same, and person ids as a whole text.
    pub fn patterns_of_facts(&self) -> Vec<String> {
        self.person_ids.iter().map(|id| format!("\"{id}\"")).chain(self.patterns()).collect()
    }

    /// Learns earlier person ids and names from the customer's timeline.
    pub fn learn(&mut self, timeline: &[Entry]) {
        for event in timeline.iter().rev().filter_map(Entry::event) {
            let knows = |id: &str| self.person_ids.iter().any(|known| known == id);
            match &event {
                Event::Person(PersonEvent::PersonChanged { person_id, changes }) if knows(person_id) => {
                    for change in changes {
                        if let PersonDifference::PersonId { from, .. } = change
                            && !self.person_ids.contains(from)
                        {
                            self.person_ids.push(from.clone());
                        }
                    }
                }
                Event::Person(
                    PersonEvent::PersonAdded { person_id, name: Personal::Known(name), .. }
                    | PersonEvent::Registered { person_id, name: Personal::Known(name) }
                    | PersonEvent::SignedUp { person_id, name: Personal::Known(name) },
                ) if knows(person_id) => {
                    self.knows_name(name);
                }
                _ => {}
            }
        }
    }

    /// Whether an entry is about the person, or was caused by them.
    pub fn concerns(&self, entry: &Entry) -> bool {
        let is_at_customer = entry.customer_id == self.customer;
        if (is_at_customer && self.is_own_record) || self.actors().contains(&entry.actor) {
            return true;
        }
        let document = entry.personal.as_ref().map_or("", |part| part.document.as_str());
        if self.is_named_in(&entry.event) || self.is_named_in(document) {
            return true;
        }
        let both = format!("{}\n{document}", entry.event);
        if self.written.iter().any(|id| both.contains(&id.to_string()))
            || self.emails.iter().any(|email| mentions(&both, email))
        {
            return true;
        }
        // Other people may have the same name, so names count only where this person is known.
        (is_at_customer || entry.customer_id == CustomerId::OPERATOR)
            && self.names.iter().chain(&self.phones).any(|text| mentions(&both, &json_text(text)))
    }

    /// Whether an identifier of the person stands in a JSON document in a place for identifiers.
    fn is_named_in(&self, document: &str) -> bool {
        let Ok(mut value) = serde_json::from_str::<Value>(document) else { return false };
        let mut found = false;
        self.each_identifier(&mut value, None, &mut |_, _| found = true);
        found
    }

    /// What becomes of the entries of a timeline.
    pub fn erase_from(&self, timeline: &[Entry]) -> ErasedFacts {
        let mut erased = ErasedFacts::default();
        for entry in timeline.iter().filter(|entry| self.concerns(entry)) {
            let actor = self.replacement(None, &entry.actor).filter(|actor| *actor != entry.actor);
            let event = self.without_in_json(&entry.event);
            if actor.is_some() || event.is_some() {
                let actor = actor.unwrap_or_else(|| entry.actor.clone());
                let (change, rewritten) = entry.rewritten(actor, event.unwrap_or_else(|| entry.event.clone()));
                erased.changes.push(change);
                erased.rewritten.push(rewritten);
            } else if entry.personal.is_some() {
                let (customer_id, seq) = (entry.customer_id, entry.seq);
                erased.changes.push(TimelineChange::ErasePersonal { customer_id, seq });
            }
        }
        erased
    }

    /// A JSON document with the identifiers replaced. `None` if it has none of them.
    fn without_in_json(&self, document: &str) -> Option<String> {
        let mut value: Value = serde_json::from_str(document).ok()?;
        let before = value.clone();
        self.each_identifier(&mut value, None, &mut |text, after| *text = after);
        (value != before).then(|| value.to_string())
    }

    /// Visits the texts of a document that identify the person, with what stands in their place. The same text elsewhere may
    /// mean something else.
    fn each_identifier(&self, value: &mut Value, field: Option<&str>, visit: &mut impl FnMut(&mut String, String)) {
        match value {
            Value::String(text) => {
                if let Some(after) = self.replacement(field, text) {
                    visit(text, after);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.each_identifier(item, field, visit)),
            Value::Object(fields) => {
                if fields.get("kind").and_then(Value::as_str) == Some("user")
                    && let Some(Value::String(subject)) = fields.get_mut("external_id")
                    && self.sign_ins.iter().any(|key| key.subject == *subject)
                {
                    visit(subject, ERASED.to_owned());
                }
                for (name, value) in fields.iter_mut() {
                    self.each_identifier(value, Some(name), visit);
                }
            }
            _ => {}
        }
    }

    /// What stands in the place of an identifier: of an actor, the key of a sign-in's record, or a person id.
    fn replacement(&self, field: Option<&str>, text: &str) -> Option<String> {
        for (actor, after) in self.replaced_actors() {
            if let Some(before) = text.strip_suffix(&actor)
                && (before.is_empty() || before.ends_with(':'))
            {
                return Some(format!("{before}{after}"));
            }
        }
        let is_person_id = field.is_some_and(|field| ["person_id", "from", "to"].contains(&field));
        (is_person_id && self.person_ids.iter().any(|id| id == text)).then(|| self.pseudonym())
    }

    /// A document such as the lines of a return, without what was written in words and without the person's name.
    pub fn without_words(&self, mut document: Value) -> String {
        const WORDS: [&str; 4] = ["problem", "note", "why", "reason"];
        each_text(&mut document, None, &mut |field, text| {
            let is_words = field.is_some_and(|field| WORDS.contains(&field)) && !text.is_empty();
            let erased = is_words || self.names.contains(text.trim());
            if erased {
                PLACEHOLDER.clone_into(text);
            } else if let Some(after) = self.replacement(field, text) {
                *text = after;
            }
        });
        document.to_string()
    }
}

/// Visits every text of a document, with the name of its field.
fn each_text(value: &mut Value, field: Option<&str>, visit: &mut impl FnMut(Option<&str>, &mut String)) {
    match value {
        Value::String(text) => visit(field, text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, field, visit)),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| each_text(value, Some(name), visit)),
        _ => {}
    }
}

/// A text as it is written within a JSON string.
fn json_text(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

/// Whether a text has a word or words, in any letter case, not as a part of longer words.
fn mentions(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    let borders = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    !words.is_empty()
        && text.match_indices(&words).any(|(at, found)| {
            borders(text[..at].chars().next_back()) && borders(text[at + found.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::{Kind, RecordKey};
    use crate::kernel::timeline::{Head, NewEntry};
    use crate::sync::event::SyncEvent;

    fn traces() -> Traces {
        let id = PersonId(Uuid::from_u128(0x0123_4567_89ab_cdef));
        let person = Person {
            person_id: "ada.example".to_owned(),
            email: Some("Ada@Example.com".to_owned()),
            ..Person::at_home(id, CustomerId(Uuid::from_u128(7)), "Ada Example", None, Timestamp::UNIX_EPOCH)
        };
        let mut traces = Traces::of(&person, None, false, &[]);
        traces.sign_ins.push(IdentityKey { issuer: "https://idp.example".to_owned(), subject: "sub-4711".to_owned() });
        traces
    }

    fn entry(customer: u128, actor: &str, event: &Event) -> Entry {
        let customer = CustomerId(Uuid::from_u128(customer));
        let new = NewEntry::new(customer, Timestamp::UNIX_EPOCH, (actor, "portal"), event, || [1; 16]);
        new.following(Head::default())
    }

    fn contact(name: &str) -> Event {
        Event::Person(PersonEvent::ContactAdded { contact_id: Uuid::nil().into(), name: name.into() })
    }

    #[test]
    fn h10_facts_about_or_by_the_person_are_recognised() {
        let traces = traces();
        for (customer, actor, event) in [
            (7, "person:ada.example", contact("Bob")),
            (9, "user:sub-4711", contact("Bob")),
            (7, "staff:jo", contact("Ada Example")),
            (9, "staff:jo", contact("ADA@example.com")),
            (9, "staff:jo", Event::Person(PersonEvent::Previewed { person_id: "ada.example".to_owned() })),
        ] {
            assert!(traces.concerns(&entry(customer, actor, &event)), "{customer} {actor} {event:?}");
        }
        for (customer, actor, event) in [
            (7, "person:bob", contact("Bob")),
            (9, "staff:jo", contact("Ada Example")),
            (7, "staff:jo", contact("Ada Exampleton")),
            (7, "staff:jo", Event::Person(PersonEvent::Previewed { person_id: "ada.examples".to_owned() })),
        ] {
            assert!(!traces.concerns(&entry(customer, actor, &event)), "{customer} {actor} {event:?}");
        }
        let own = Traces { is_own_record: true, ..traces };
        assert!(own.concerns(&entry(7, "hub", &contact("Bob"))), "everything on the person's own record");
        assert!(!own.concerns(&entry(9, "hub", &contact("Bob"))));
    }

    #[test]
    fn h10_identifiers_are_replaced_in_what_stays_of_a_fact() {
        let traces = traces();
        let record = RecordKey::new("idp", Kind::User, "sub-4711");
        let about_sign_in = Event::Sync(SyncEvent::RequesterDeactivated { record });
        let facts = [entry(7, "person:ada.example", &contact("Bob")), entry(7, "user:sub-4711", &about_sign_in)];
        let erased = traces.erase_from(&facts);
        assert_eq!((erased.changes.len(), erased.rewritten.len()), (2, 2));
        let text = format!("{:?}", erased.changes.iter().map(after).collect::<Vec<_>>());
        assert!(!text.contains("ada") && !text.contains("4711"), "{text}");
        assert!(text.contains(&traces.erased_actor()) && text.contains("user:erased"), "{text}");
    }

    fn after(change: &TimelineChange) -> (String, String) {
        match change {
            TimelineChange::Rewrite { after, .. } => after.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn h10_earlier_person_ids_and_names_are_learned_from_the_timeline() {
        let mut traces = traces();
        let renamed = vec![PersonDifference::PersonId { from: "ada.maiden".to_owned(), to: "ada.example".to_owned() }];
        let timeline = [
            Event::Person(PersonEvent::PersonAdded {
                person_id: "ada.maiden".to_owned(),
                name: "Ada Maiden".into(),
                licence: None,
            }),
            Event::Person(PersonEvent::PersonChanged { person_id: "ada.example".to_owned(), changes: renamed }),
        ];
        traces.learn(&timeline.map(|event| entry(7, "staff:jo", &event)));
        assert_eq!(traces.person_ids, ["ada.example", "ada.maiden"]);
        assert!(traces.names.contains("Ada Maiden"));
    }

    #[test]
    fn h10_words_of_a_return_are_erased_and_its_goods_stay() {
        let lines = serde_json::json!([{"number":1,"model":"Battery","problem":"Ada fell","hold":{"note":"call Ada","by":"staff:jo"},"postings":[{"by":"person:ada.example"}]}]);
        let erased = traces().without_words(lines);
        assert!(erased.contains("Battery") && erased.contains("staff:jo"), "{erased}");
        assert!(!erased.to_lowercase().contains("ada"), "{erased}");
    }
}
