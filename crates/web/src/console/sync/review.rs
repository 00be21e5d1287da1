//! Reviews: questions that only a person can decide (`H03`).

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::credentials::identity;
use tessera_core::kernel::customer::{Customer, SignIn};
use tessera_core::kernel::ids::ReviewId;
use tessera_core::kernel::record::{Attributes, Kind, RecordKey};
use tessera_core::sync::review::{Decision, Question, Review};
use tessera_hub::queries::records::StoredRecord;
use tessera_hub::queries::reviews::ReviewPage;
use tessera_hub::{HubError, ReviewView};

use super::compare::rows;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, back, chrome, customer_url, id, presenter};
use crate::pages::console as view;
use crate::pages::console::{Candidate, ReviewRow, Reviews};
use crate::pages::{Fact, Flash};
use crate::respond::page::{Answer, PageError, page, redirect_with};

/// Maximum length of a note, in characters.
const MAX_NOTE_LENGTH: usize = 500;
/// The form's value for "none of these".
const NONE: &str = "none";

pub(crate) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let open = app.hub.queries().reviews_listed(PAGE_SIZE).await?;
    let row = |(review, customer): (Review, Option<String>)| {
        ReviewRow {
            url: url(review.id),
            title: review.question.sentence(),
            subject: customer.unwrap_or_else(|| subject_of(&review)),
            candidates: u32::try_from(review.question.candidates().len()).unwrap_or(u32::MAX),
            opened_at: review.created_at,
            // A customer with an open question about a CRM contact already sees their devices; a sign-in without a
            // customer sees nothing until the decision.
            customer_waits: review.customer_id.is_none(),
        }
    };
    page(&app, &chrome, &Reviews { items: open.into_iter().map(row).collect() })
}

/// The subject of a question without a customer.
fn subject_of(review: &Review) -> String {
    match (&review.question, review.customer_id) {
        (Question::WhoseSignIn { sign_in, .. }, _) => {
            let named = sign_in.email.as_deref().or(sign_in.name.as_deref());
            format!("Sign-in {}", named.unwrap_or(&sign_in.identity.subject))
        }
        (Question::WhoseVendorCustomer { service_manager, external_id, .. }, _) => {
            format!("Customer {external_id} of {service_manager}")
        }
        (Question::WhoseAccount { account, .. }, _) => format!("Account {} of {}", account.external_id, account.system),
        (_, Some(id)) => id.to_string(),
        (_, None) => "a sign-in".to_owned(),
    }
}

pub(crate) async fn review(
    State(app): State<App>,
    staff: Staff,
    Path(review_id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().review_page(id(&review_id)?).await?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    page(&app, &chrome, &shown(&app, found)?)
}

fn shown(app: &App, found: ReviewPage) -> Result<view::Review, PageError> {
    let ReviewPage { view: ReviewView { review, customer, candidates }, subject, account_owner } = found;
    let Subject { shown: subject, attributes, effects } = match (&review.question, customer) {
        (Question::WhoseSignIn { sign_in, .. }, _) => Subject::sign_in(app, sign_in),
        (Question::WhoseAccount { account, .. } | Question::WhoseVendorCustomer { account, .. }, _) => {
            Subject::account(app, account, subject.ok_or(PageError::NOT_FOUND)?, account_owner)
        }
        (_, Some(customer)) => Subject::customer(app, &customer, subject),
        (_, None) => return Err(PageError::NOT_FOUND),
    };
    let decision = review.decided.as_ref().map(|(at, by, decision)| view::Decision {
        done: presenter::done(app, *at, by),
        text: decided_in_words(&review.question, decision),
        note: review.note.clone(),
        effects,
    });
    let records: Vec<&StoredRecord> = candidates.iter().map(|(record, _)| record).collect();
    Ok(view::Review {
        id: review.id.to_string(),
        title: review.question.sentence(),
        explanation: explanation(&review.question).to_owned(),
        subject,
        rows: rows(attributes.as_ref(), &records, app.hub.config.locale.country),
        candidates: candidates
            .iter()
            .map(|(record, owner)| candidate(app, record, owner.as_ref().map(|owner| owner.name.clone())))
            .collect(),
        decide_action: review.decided.is_none().then(|| url(review.id)),
        none_label: none_label(&review.question).to_owned(),
        takes_note: review.customer_id.is_some()
            || matches!(review.question, Question::WhoseAccount { .. } | Question::WhoseVendorCustomer { .. }),
        opened_at: review.created_at,
        decision,
    })
}

/// The subject of a question, which is compared with the candidates.
struct Subject {
    shown: Candidate,
    attributes: Option<Attributes>,
    /// What the decision affects, once it is made.
    effects: Vec<Fact>,
}

impl Subject {
    /// A customer, with the data of its requester.
    fn customer(app: &App, customer: &Customer, requester: Option<StoredRecord>) -> Self {
        let shown = match &requester {
            Some(record) => candidate(app, record, None),
            // The requester has been unlinked since, so the customer itself is shown.
            None => Candidate {
                id: String::new(),
                system: view::SystemName::new("hub", "Hub"),
                kind: "customer".to_owned(),
                external_id: customer.id.to_string(),
                title: customer.name.clone(),
                url: Some(customer_url(customer.id)),
                linked_to: None,
            },
        };
        let effects = vec![Fact::new("Customer", customer.name.clone())];
        Self { shown, attributes: requester.map(|record| record.attributes), effects }
    }

    /// A marketplace account without a customer.
    fn account(app: &App, key: &RecordKey, record: StoredRecord, owner: Option<Customer>) -> Self {
        let effects = owner.map(|owner| Fact::new("Customer", owner.name)).into_iter().collect();
        let shown = Candidate { url: Some(crate::console::record_url(key)), ..candidate(app, &record, None) };
        Self { shown, attributes: Some(record.attributes), effects }
    }

    /// A sign-in without a customer, with the data of its identity provider.
    fn sign_in(app: &App, sign_in: &SignIn) -> Self {
        let attributes = identity::attributes_of(sign_in);
        let shown = Candidate {
            id: String::new(),
            system: presenter::system(app, &sign_in.provider),
            kind: Kind::User.to_string(),
            external_id: sign_in.identity.subject.clone(),
            title: attributes.title().to_owned(),
            url: None,
            linked_to: None,
        };
        let effects = vec![Fact::new("Sign-in", attributes.title())];
        Self { shown, attributes: Some(attributes), effects }
    }
}

/// The submitted form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answered {
    /// The key of a candidate, or `none`.
    choice: String,
    note: String,
}

pub(crate) async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(review_id): Path<String>,
    Form(answered): Form<Answered>,
) -> Answer {
    let review_id: ReviewId = id(&review_id)?;
    let decision = match answered.choice.as_str() {
        NONE => Some(Decision::NoneOfThese),
        choice => choice.parse().ok().map(|record| Decision::Link { record }),
    };
    let Some(decision) = decision else {
        let flash = Flash::failed("Nothing was decided: choose one of the candidates, or none of them.");
        return Ok(redirect_with(&app, &url(review_id), Some(&flash)));
    };
    let note: String = answered.note.trim().chars().take(MAX_NOTE_LENGTH).collect();
    let note = Some(note.as_str()).filter(|note| !note.is_empty());
    match app.hub.decide_review(review_id, decision, note, &staff.ctx()).await {
        Err(error @ HubError::NotFound(_)) => Err(error.into()),
        outcome => {
            let done = "Decided. It is on the customer’s timeline, and can be undone on the customer’s page.";
            back(&app, &url(review_id), outcome.map(|()| done.to_owned()))
        }
    }
}

fn url(id: ReviewId) -> String {
    format!("/console/reviews/{id}")
}

fn explanation(question: &Question) -> &'static str {
    match question {
        Question::WhichContact { .. } => {
            "The contact is found by its primary e-mail, and several contacts have this one. A wrong choice would show \
             one customer’s deals with another, so a person decides."
        }
        Question::ContactTaken { .. } => {
            "The only contact with this primary e-mail belongs to another customer already. If it is not theirs, unlink \
             it on that customer’s page first, then choose it here."
        }
        Question::WhoseAccount { .. } => {
            "A marketplace told of an account, and what it says fits several customers. Whoever it is given to is \
             served under that account from now on. The marketplace is answered as soon as this is decided."
        }
        Question::WhoseVendorCustomer { .. } => {
            "A vendor answered the same ExternalID for two accounts of your marketplace. The account that was linked first \
             keeps it, and the other one is not linked. If the customer is the other account’s, choose that account: the \
             link moves to it. Otherwise ask the vendor to answer another ExternalID, and try the operation again."
        }
        Question::WhoseSignIn { .. } => {
            "The link named the requester by number only, which anyone can enter, and the sign-in’s address is not \
             verified or is none of the requester’s. Whoever it is linked to sees the requester’s devices. If you are \
             not sure, choose none and invite the requester: that link goes to their own address."
        }
        Question::OtherContact { .. } => {
            "A contact is linked, and another one has the customer’s address. The link stays as it is unless you choose \
             the other one; then it takes the place of the one linked now."
        }
        Question::MergedIntoTaken { .. } => {
            "Two requesters were merged in the service desk, and each is linked to a customer here. If both are one \
             customer, unlink the requester on the other customer’s page first, then choose it here."
        }
    }
}

const fn none_label(question: &Question) -> &'static str {
    match question {
        Question::WhoseSignIn { .. } => "None of these: link nothing, and inform the person who signed in",
        Question::WhoseAccount { .. } => "None of these: create a new customer",
        Question::WhoseVendorCustomer { .. } => "Neither: leave the link as it is",
        Question::WhichContact { .. } | Question::ContactTaken { .. } => "None of these: link no contact",
        Question::OtherContact { .. } => "None of these: leave the link as it is",
        Question::MergedIntoTaken { .. } => "Not this one: they are two customers",
    }
}

fn decided_in_words(question: &Question, decision: &Decision) -> String {
    match (question, decision) {
        (Question::WhoseSignIn { .. }, Decision::Link { record }) => format!("{} is this sign-in’s", named(record)),
        (Question::WhoseSignIn { .. }, Decision::NoneOfThese) => "It is not this sign-in’s".to_owned(),
        (Question::WhoseAccount { .. }, Decision::Link { record }) => {
            format!("The account belongs to the customer with {} {}", record.kind, record.external_id)
        }
        (Question::WhoseAccount { .. }, Decision::NoneOfThese) => "The account is a new customer".to_owned(),
        (Question::WhoseVendorCustomer { external_id, .. }, Decision::Link { record }) => {
            format!("Customer {external_id} is that of account {}", record.external_id)
        }
        (Question::WhoseVendorCustomer { .. }, Decision::NoneOfThese) => "The link stays as it is".to_owned(),
        (_, Decision::Link { record }) => format!("{} is this customer’s", named(record)),
        (_, Decision::NoneOfThese) => "None of the candidates is this customer".to_owned(),
    }
}

/// A record's name, for the beginning of a sentence.
fn named(RecordKey { kind, external_id, .. }: &RecordKey) -> String {
    presenter::sentence(&format!("{kind} {external_id}"))
}

fn candidate(app: &App, record: &StoredRecord, linked_to: Option<String>) -> Candidate {
    let RecordKey { system, kind, external_id } = &record.key;
    Candidate {
        id: record.key.to_string(),
        system: presenter::system(app, system),
        kind: kind.to_string(),
        external_id: external_id.clone(),
        title: record.attributes.title().to_owned(),
        url: None,
        linked_to,
    }
}
