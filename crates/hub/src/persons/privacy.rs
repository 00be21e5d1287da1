//! Export of everything about a person, and its erasure (`H10`). Export, preview and erasure rest on the same reading, so
//! that an erasure does what its preview says.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::kernel::timeline::Entry;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::persons::change::PersonChange;
use tessera_core::persons::erasure::{Document, ErasedFacts, Erasure, PLACEHOLDER, Traces};
use tessera_core::persons::event::PersonEvent;
use tessera_core::persons::{Person, PersonError};
use tessera_store::{Fate, PersonalData, Reads};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// Name and title of the facts in the lists.
const FACTS: (&str, &str) = ("facts", "Facts on timelines");
/// Why facts stay.
const WHY_FACTS: &str = "What happened, when, and the place in the chain stay, with a commitment to what was erased, so that the timeline can still be verified";

/// Everything that the hub keeps about a person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonExport {
    /// The hub's own id.
    pub id: String,
    /// The person id.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// When the data was read.
    pub exported_at: Timestamp,
    /// The data, by sections.
    pub sections: Vec<ExportSection>,
}

/// A section of an export.
#[derive(Debug, Clone, Serialize)]
pub struct ExportSection {
    /// Name, for programs.
    pub section: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// The rows, each with its fields.
    pub items: Vec<Value>,
}

/// What an erasure erases and keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReport {
    /// The person.
    pub person: PersonId,
    /// The person id before.
    pub person_id: String,
    /// The person id afterwards.
    pub erased_as: String,
    /// What is erased.
    pub erased: Vec<ErasedItem>,
    /// What stays, and why.
    pub kept: Vec<KeptItem>,
}

/// Rows that an erasure deletes or empties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedItem {
    /// Name, for programs.
    pub section: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// How many.
    pub count: usize,
    /// Whether the rows are deleted. Otherwise, what is personal in them is replaced.
    pub is_deleted: bool,
}

/// Rows that an erasure keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptItem {
    /// Name, for programs.
    pub section: &'static str,
    /// Title, for people.
    pub title: &'static str,
    /// How many.
    pub count: usize,
    /// Why they stay.
    pub why: &'static str,
}

/// Everything about a person, as read.
struct Gathered {
    person: Person,
    customer: Option<Customer>,
    traces: Traces,
    data: Vec<PersonalData>,
    /// The entries that concern the person.
    facts: Vec<Entry>,
    /// What becomes of them, by timeline.
    timelines: BTreeMap<CustomerId, ErasedFacts>,
}

/// Reads everything about a person for an export.
pub(crate) async fn read_export(store: &Reads, id: PersonId, now: Timestamp) -> Result<PersonExport, HubError> {
    let person = found(store, id).await?;
    Ok(export(gather(store, person, None).await?, now))
}

/// Reads what the erasure of a person would erase and keep.
pub(crate) async fn read_preview(
    store: &Reads,
    id: PersonId,
    with_customer: Option<bool>,
) -> Result<ErasureReport, HubError> {
    let person = erasable(store, id).await?;
    Ok(report(&gather(store, person, with_customer).await?))
}

impl Hub {
    /// Erases a person: their sign-ins, sessions and everything personal. `with_customer`: whether the customer record is
    /// about this person alone and goes with them; none decides by the name.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such person; [`HubError::Rejected`] when the person was erased before, works in
    /// the console, or other people belong to the customer record that would go.
    pub async fn erase_person(
        &self,
        id: PersonId,
        with_customer: Option<bool>,
        ctx: &Ctx,
    ) -> Result<ErasureReport, HubError> {
        commit!(self, ctx, |tx| {
            let person = erasable(self.reads(), id).await?;
            let gathered = gather(self.reads(), person, with_customer).await?;
            let report = report(&gathered);
            let Gathered { person, customer, traces, data, mut timelines, .. } = gathered;
            let pseudonym = traces.pseudonym();
            let erased = |facts: ErasedFacts| PersonEvent::PersonErased {
                person_id: pseudonym.clone(),
                facts: facts.changes.len(),
                rewritten: facts.rewritten,
            };
            let own = timelines.remove(&person.customer_id).unwrap_or_default();
            let changes = own.changes.clone();
            let mut edit = self.draft_of(customer, tx.stamp);
            if traces.is_own_record {
                PLACEHOLDER.clone_into(&mut edit.customer.name);
                (edit.customer.email, edit.customer.phone, edit.customer.contact_finding) = (None, None, None);
            }
            edit.note(erased(own));
            for change in changes {
                edit.push(change, "what is personal in the fact goes");
            }
            for (customer, facts) in timelines {
                for change in facts.changes.clone() {
                    edit.push(change, "what is personal in the fact goes");
                }
                let entry = tx.stamp.entry(customer, &erased(facts).into());
                edit.push(TimelineChange::Append(entry), "the erasure is on every timeline that it changes");
            }
            let documents = documents(&traces, &data);
            let erasure = Erasure { version: person.version, at: tx.stamp.now, traces, documents };
            edit.push(PersonChange::Erase(Box::new(erasure)), "the person is erased");
            let plan = edit.finish();
            tx.extend(plan);
            Ok(report)
        })
    }
}

async fn found(store: &Reads, id: PersonId) -> Result<Person, HubError> {
    let person = store.person(id).await?;
    person.ok_or_else(|| HubError::NotFound(format!("there is no person {id}")))
}

/// The person, if they can be erased.
async fn erasable(store: &Reads, id: PersonId) -> Result<Person, HubError> {
    let person = found(store, id).await?;
    if person.is_erased() {
        return Err(PersonError::Erased(person.person_id).into());
    }
    if store.staff_of_person(id).await?.is_some() {
        return Err(PersonError::WorksInConsole(person.person_id).into());
    }
    Ok(person)
}

async fn gather(store: &Reads, person: Person, with_customer: Option<bool>) -> Result<Gathered, HubError> {
    let customer = store.customer(person.customer_id).await?;
    let is_own = is_own_record(store, &person, customer.as_ref(), with_customer).await?;
    let identities = store.identities_of_person(person.id).await?;
    let mut traces = Traces::of(&person, customer.as_ref(), is_own, &identities);
    traces.learn(&store.whole_timeline(person.customer_id).await?);
    traces.written = store.written_by(person.id).await?;
    let known = store.personal_data(&traces).await?;
    learn_from(&mut traces, &known);
    let data = store.personal_data(&traces).await?;
    let mut named = store.timelines_naming(&traces).await?;
    named.extend([person.customer_id, CustomerId::OPERATOR]);
    let (mut facts, mut timelines) = (Vec::new(), BTreeMap::new());
    for customer in named {
        let entries = store.whole_timeline(customer).await?;
        let erased = traces.erase_from(&entries);
        if !erased.changes.is_empty() {
            timelines.insert(customer, erased);
        }
        facts.extend(entries.into_iter().filter(|entry| traces.concerns(entry)));
    }
    Ok(Gathered { person, customer, traces, data, facts, timelines })
}

/// Whether the customer record is about this person alone: there is nobody else, and it has the person's name.
async fn is_own_record(
    store: &Reads,
    person: &Person,
    customer: Option<&Customer>,
    wanted: Option<bool>,
) -> Result<bool, HubError> {
    let Some(customer) = customer.filter(|customer| customer.id != CustomerId::OPERATOR) else {
        return match wanted {
            Some(true) => Err(PersonError::OthersAtCustomer(person.person_id.clone()).into()),
            _ => Ok(false),
        };
    };
    let people = store.people(customer.id).await?;
    let is_alone = people.iter().all(|other| other.id == person.id || other.is_erased());
    match wanted {
        Some(true) if !is_alone => Err(PersonError::OthersAtCustomer(person.person_id.clone()).into()),
        Some(wanted) => Ok(wanted),
        None => {
            let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
            Ok(is_alone && same(&customer.name, &person.name))
        }
    }
}

/// Learns earlier addresses, telephone numbers and names from what is stored about the person.
fn learn_from(traces: &mut Traces, data: &[PersonalData]) {
    const OWN: [&str; 7] =
        ["profile", "password_links", "email_changes", "registrations", "activations", "invitations", "contacts"];
    for row in data.iter().filter(|data| OWN.contains(&data.section)).flat_map(|data| &data.rows) {
        traces.knows_email(row["email"].as_str());
        traces.knows_phone(row["phone"].as_str());
        for name in [&row["name"], &row["sign_in"]["name"]] {
            traces.knows_name(name.as_str().unwrap_or_default());
        }
        traces.knows_email(row["sign_in"]["email"].as_str());
    }
}

/// The documents that are rewritten.
fn documents(traces: &Traces, data: &[PersonalData]) -> Vec<Document> {
    let rows = data.iter().filter(|data| ["returns", "approvals"].contains(&data.section)).flat_map(|data| &data.rows);
    rows.filter_map(|row| document(traces, row)).collect()
}

fn document(traces: &Traces, row: &Value) -> Option<Document> {
    let id: uuid::Uuid = row["id"].as_str()?.parse().ok()?;
    let version = row["version"].as_i64()?;
    if let Some(lines) = row.get("lines") {
        return Some(Document::Return { id: id.into(), version, lines: traces.without_words(lines.clone()) });
    }
    if let Some(run) = row.get("run") {
        return Some(Document::Run { request: id.into(), run: traces.without_words(run.clone()) });
    }
    let kind = row["kind"].as_str()?.to_owned();
    let steps = traces.without_words(row.get("steps")?.clone());
    Some(Document::Workflow { customer: id.into(), kind, version, steps })
}

fn report(gathered: &Gathered) -> ErasureReport {
    let (mut erased, mut kept) = (Vec::new(), Vec::new());
    for PersonalData { section, title, fate, rows } in gathered.data.iter().filter(|data| !data.rows.is_empty()) {
        let (section, title, count) = (*section, *title, rows.len());
        match *fate {
            Fate::Deleted => erased.push(ErasedItem { section, title, count, is_deleted: true }),
            Fate::Emptied => erased.push(ErasedItem { section, title, count, is_deleted: false }),
            Fate::Kept(why) => kept.push(KeptItem { section, title, count, why }),
        }
    }
    let (section, title) = FACTS;
    let count: usize = gathered.timelines.values().map(|facts| facts.changes.len()).sum();
    if count > 0 {
        erased.push(ErasedItem { section, title, count, is_deleted: false });
    }
    if !gathered.facts.is_empty() {
        kept.push(KeptItem { section, title, count: gathered.facts.len(), why: WHY_FACTS });
    }
    ErasureReport {
        person: gathered.person.id,
        person_id: gathered.person.person_id.clone(),
        erased_as: gathered.traces.pseudonym(),
        erased,
        kept,
    }
}

fn export(gathered: Gathered, now: Timestamp) -> PersonExport {
    let mut sections: Vec<ExportSection> = Vec::new();
    for PersonalData { section, title, rows, .. } in gathered.data.into_iter().filter(|data| !data.rows.is_empty()) {
        match sections.iter_mut().find(|known| known.title == title) {
            Some(known) => known.items.extend(rows),
            None => sections.push(ExportSection { section, title, items: rows }),
        }
    }
    let items: Vec<Value> = gathered.facts.iter().map(fact).collect();
    if !items.is_empty() {
        sections.push(ExportSection { section: FACTS.0, title: FACTS.1, items });
    }
    PersonExport {
        id: gathered.person.id.to_string(),
        person_id: gathered.person.person_id,
        name: gathered.person.name,
        exported_at: now,
        sections,
    }
}

/// A fact as the API shows it.
fn fact(entry: &Entry) -> Value {
    let written = entry.written().plain();
    json!({
        "customer_id": entry.customer_id.to_string(),
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "channel": entry.channel,
        "event": written.event,
        "detail": written.detail,
    })
}
