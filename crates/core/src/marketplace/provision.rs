//! Synchronize: a marketplace's account makes its customer, finds it, or brings it up to date (`M07`, `M08`, `M20`).

use jiff::Timestamp;

use super::account::Account;
use super::code::{Code, MarketplaceError};
use super::matching::Found;
use crate::access::licence::LicenceType;
use crate::invitations::change::InvitationChange;
use crate::invitations::{Invitation, InvitationState, Revocation};
use crate::kernel::customer::{Customer, Evidence, Origin};
use crate::kernel::ids::{CustomerId, InvitationId};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Kind, Observation, RecordKey};
use crate::kernel::timeline::{Event, Personal};
use crate::kernel::{mask, normalise};
use crate::persons::Person;
use crate::persons::change::PersonChange;
use crate::persons::jobs::MailEmailCorrected;
use crate::sync::change::ReviewChange;
use crate::sync::review::{Question, Review};

/// What the operator decided about a marketplace's customers.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// The licence of the person who is made with a new customer; none: no person is made before somebody signs in.
    pub licence: Option<LicenceType>,
}

/// Whom the request's external id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// It is empty: the marketplace has not heard of a customer yet.
    Nobody,
    /// A customer this account had before it was deleted.
    Former,
    /// A customer here.
    Customer {
        /// Which.
        customer: Box<Customer>,
        /// Another account of the same marketplace that has this customer.
        account: Option<String>,
    },
    /// Nobody here.
    Unknown,
}

/// Whom the rules find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidates {
    /// Nobody.
    None,
    /// One customer, who has no account of this marketplace yet.
    One {
        /// Which.
        customer: Box<Customer>,
        /// By what they were found, in words.
        by: String,
    },
    /// One customer, who has another account of this marketplace.
    Taken {
        /// By what they were found, in words.
        by: String,
    },
    /// Several.
    Many(Vec<Found>),
}

/// The customer that the account is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The customer.
    pub customer: Customer,
    /// Nothing but this account, and who signs in, is linked to it. Then the account leads: its name is the customer's, its activation link
    /// the way in, and its end the end of the access.
    pub alone: bool,
    /// Somebody signs in for it.
    pub activated: bool,
}

/// What the hub knows when the request comes.
#[derive(Debug)]
pub struct Known {
    /// The account as it was last told, unless it was deleted since.
    pub before: Option<Account>,
    /// The record says the same to the letter.
    pub same: bool,
    /// Whose the account is.
    pub owner: Option<Owner>,
    /// Whom the external id names.
    pub named: Named,
    /// Whom the rules find; asked only when nothing else tells.
    pub candidates: Candidates,
    /// The account's invitation that is open.
    pub invitation: Option<Invitation>,
    /// An invitation to issue if one is needed; none: the operator wants none.
    pub fresh: Option<Invitation>,
    /// Who was made from the account, and has the address that the account had before.
    pub person: Option<Person>,
}

/// What came of a Synchronize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The customer: its id is the external id.
    pub customer_id: CustomerId,
    /// The invitation that is open, and until when.
    pub invitation: Option<(InvitationId, Timestamp)>,
    /// The invitation was issued by this request.
    pub issued: bool,
    /// What happened to the customer.
    pub outcome: Outcome,
}

/// What happened to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was made.
    Created,
    /// It was here already and is linked now.
    Adopted,
    /// It was linked before; something about it is new.
    Updated,
    /// Nothing is new.
    Unchanged,
}

/// What is to be changed, and what is answered.
#[derive(Debug)]
pub struct Settled {
    /// The plan; it may be empty.
    pub plan: Plan,
    /// The answer.
    pub answer: Result<Done, MarketplaceError>,
}

impl Settled {
    fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self { plan: Plan::default(), answer: Err(MarketplaceError::new(code, detail)) }
    }
}

/// Decides about a Synchronize. The observation's attributes are the account's, checked before.
pub fn synchronize(
    observation: Observation,
    account: &Account,
    external_id: &str,
    known: Known,
    terms: Terms,
    stamp: Stamp<'_>,
) -> Settled {
    match (&known.owner, &known.named) {
        // An account that was deleted, whose answer got lost, and that was synchronized anew meanwhile: the newer customer counts.
        (Some(_), Named::Nobody | Named::Former) => update(observation, account, known, stamp),
        (Some(owner), Named::Customer { customer, .. }) if customer.id == owner.customer.id => {
            update(observation, account, known, stamp)
        }
        (Some(_), Named::Customer { .. }) | (None, Named::Customer { account: Some(_), .. }) => {
            Settled::refused(Code::ExternalIdTaken, external_id)
        }
        (_, Named::Unknown) => Settled::refused(Code::ExternalIdUnknown, external_id),
        (None, Named::Customer { customer, account: None }) => {
            let (customer, by) = ((**customer).clone(), "the ExternalID told to the marketplace".to_owned());
            adopt(observation, account, customer, by, stamp)
        }
        (None, Named::Nobody | Named::Former) => correlate(observation, account, known, terms, stamp),
    }
}

fn correlate(observation: Observation, account: &Account, known: Known, terms: Terms, stamp: Stamp<'_>) -> Settled {
    match known.candidates {
        Candidates::None => create(observation, account, known.fresh, terms, stamp),
        Candidates::One { customer, by } => adopt(observation, account, *customer, by, stamp),
        Candidates::Taken { by } => Settled::refused(Code::CustomerTaken, by),
        Candidates::Many(found) => {
            let plan = ask(observation, &found, stamp);
            Settled { plan, answer: Err(MarketplaceError::plain(Code::SeveralCustomers)) }
        }
    }
}

/// Links the account to the one customer that the rules found. Whoever was here before keeps their own way in: an account that somebody
/// filled in at a marketplace proves nothing, so it opens no access.
fn adopt(observation: Observation, account: &Account, customer: Customer, by: String, stamp: Stamp<'_>) -> Settled {
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.link(observation.key.clone(), Origin::Marketplace, Evidence::Marketplace { matched_by: Some(by) });
    note_reseller(&mut draft, &observation.key, account);
    draft.push(RecordChange::Put(Box::new(observation)), "the account as the marketplace sent it");
    let done = Done { customer_id, invitation: None, issued: false, outcome: Outcome::Adopted };
    Settled { plan: draft.finish(), answer: Ok(done) }
}

fn create(
    observation: Observation,
    account: &Account,
    fresh: Option<Invitation>,
    terms: Terms,
    stamp: Stamp<'_>,
) -> Settled {
    let mut draft = CustomerEdit::new(&account.name, account.address_for_mail(), stamp);
    let customer_id = draft.customer.id;
    draft.link(observation.key.clone(), Origin::Marketplace, Evidence::Marketplace { matched_by: None });
    note_reseller(&mut draft, &observation.key, account);
    if let Some(licence) = terms.licence {
        license(&mut draft, account, licence, stamp);
    }
    let invitation = fresh.map(|fresh| issue(&mut draft, &observation.key, fresh, stamp));
    draft.push(RecordChange::Put(Box::new(observation)), "the account as the marketplace sent it");
    let done = Done { customer_id, invitation, issued: invitation.is_some(), outcome: Outcome::Created };
    Settled { plan: draft.finish(), answer: Ok(done) }
}

fn update(observation: Observation, account: &Account, known: Known, stamp: Stamp<'_>) -> Settled {
    let Known { before, same, owner, invitation, fresh, person, .. } = known;
    let Some(Owner { customer, alone, activated }) = owner else {
        return Settled::refused(Code::Unavailable, "");
    };
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    if !same {
        draft.rest_on_customer();
        tell_changes(&mut draft, &observation.key, account, before.as_ref(), alone);
        if let Some(person) = person.filter(|_| alone) {
            correct_email(&mut draft, person, account, activated, stamp);
        }
    }
    let open = invitation.filter(|it| it.state(stamp.now) == InvitationState::Open);
    let still_theirs = |it: &Invitation| it.email == account.address_for_mail().unwrap_or_default();
    let (invitation, issued) = match (open, fresh) {
        (Some(open), _) if !activated && still_theirs(&open) => (Some((open.id, open.expires_at)), false),
        (_, Some(fresh)) if alone && !activated => (Some(issue(&mut draft, &observation.key, fresh, stamp)), true),
        _ => (None, false),
    };
    if !same {
        draft.push(RecordChange::Put(Box::new(observation)), "the account as the marketplace sent it");
    }
    let outcome = if same { Outcome::Unchanged } else { Outcome::Updated };
    Settled { plan: draft.finish(), answer: Ok(Done { customer_id, invitation, issued, outcome }) }
}

fn tell_changes(
    draft: &mut CustomerEdit<'_>,
    record: &RecordKey,
    account: &Account,
    before: Option<&Account>,
    leads: bool,
) {
    let changes = before.map(|before| account.changes_since(before)).unwrap_or_default();
    if !changes.is_empty() {
        draft.note(&Event::AccountChanged { record: record.clone(), changes });
    }
    if before.is_some_and(|before| before.reseller != account.reseller) {
        note_reseller(draft, record, account);
    }
    if !leads {
        return;
    }
    if draft.customer.name != account.name {
        draft.note(&Event::Renamed { from: (&draft.customer.name).into(), to: (&account.name).into() });
        account.name.clone_into(&mut draft.customer.name);
    }
    draft.customer.email = account.address_for_mail().map(ToOwned::to_owned);
}

/// The address of the person who was made from the account follows it. Whoever signs in already is told where they were known before: one-time
/// links go elsewhere now.
fn correct_email(draft: &mut CustomerEdit<'_>, person: Person, account: &Account, activated: bool, stamp: Stamp<'_>) {
    let Some(to) = account.address_for_mail().filter(|to| person.email.as_deref() != Some(*to)) else { return };
    let from = person.email.as_deref();
    draft.note(&Event::PersonEmailCorrected {
        name: (&person.name).into(),
        from: from.map(|from| mask::email(from).into()),
        to: mask::email(to).into(),
    });
    if let Some(from) = from.filter(|_| activated) {
        let task = MailEmailCorrected { person_id: person.id, to: from.to_owned(), at: stamp.now };
        draft.push(JobChange::Enqueue(stamp.job(task)), "the old address gets an e-mail");
    }
    let after = Person { email: Some(to.to_owned()), email_chosen: false, ..person };
    draft.push(PersonChange::Update(Box::new(after)), "the person is reached where the account is");
}

/// The person whose address follows the account's: whoever has the one it had before, and did not choose it themselves.
pub fn person_of(people: Vec<Person>, before: &Account) -> Option<Person> {
    let had = before.address_for_mail().and_then(normalise::email)?;
    let theirs = |person: &Person| person.email.as_deref().and_then(normalise::email).as_ref() == Some(&had);
    people.into_iter().find(theirs).filter(|person| !person.email_chosen)
}

/// Which reseller serves a customer follows from the account's record; the timeline says when it began.
fn note_reseller(draft: &mut CustomerEdit<'_>, record: &RecordKey, account: &Account) {
    if let Some(reseller) = &account.reseller {
        let reseller = RecordKey::new(&record.system, Kind::Account, reseller);
        draft.note(&Event::ServedByReseller { record: record.clone(), reseller });
    }
}

pub(super) fn license(draft: &mut CustomerEdit<'_>, account: &Account, licence: LicenceType, stamp: Stamp<'_>) {
    let name = account.person_name();
    draft.note(&Event::Licensed { name: (&name).into(), licence });
    let mut person = Person::at_home(stamp.id(), draft.customer.id, &name, Some(licence), stamp.now);
    person.email = account.address_for_mail().map(ToOwned::to_owned);
    draft.push(PersonChange::Create(Box::new(person)), "the marketplace's contact may sign in");
}

fn issue(
    draft: &mut CustomerEdit<'_>,
    record: &RecordKey,
    fresh: Invitation,
    stamp: Stamp<'_>,
) -> (InvitationId, Timestamp) {
    draft.rest_on_customer();
    draft.note(&Event::InvitedByMarketplace {
        invitation_id: fresh.id,
        marketplace: record.system.clone(),
        email: Some(&fresh.email).filter(|email| !email.is_empty()).map(Personal::from),
    });
    let issued = (fresh.id, fresh.expires_at);
    draft.push(revocation(record, Revocation::Superseded, stamp), "a new invitation takes back the old ones");
    draft.push(InvitationChange::Create(Box::new(fresh)), "the marketplace hands the activation link on");
    issued
}

/// Takes back what was issued for an account and not used.
pub(super) fn revocation(record: &RecordKey, why: Revocation, stamp: Stamp<'_>) -> InvitationChange {
    let (system, external_id) = (record.system.clone(), record.external_id.clone());
    InvitationChange::Revoke { system, external_id, at: stamp.now, why }
}

/// Puts the question whose account it is. The account is kept, so that it can be looked at beside the candidates.
pub fn ask(observation: Observation, found: &[Found], stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let question = Question::WhoseAccount {
        account: observation.key.clone(),
        by: found.first().map(|found| found.by.clone()).unwrap_or_default(),
        candidates: found.iter().map(|found| found.record.clone()).collect(),
    };
    let review =
        Review { id: stamp.id(), customer_id: None, question, created_at: stamp.now, decided: None, note: None };
    plan.push(ReviewChange::Create(Box::new(review)), "ambiguity is never guessed: a person decides");
    plan.push(RecordChange::Put(Box::new(observation)), "the account as the marketplace sent it");
    plan
}

/// An invitation for an account, before it is decided whether one is needed.
pub fn invitation(
    key: &RecordKey,
    account: &Account,
    token_hash: [u8; 32],
    id: InvitationId,
    until: Timestamp,
    stamp: Stamp<'_>,
) -> Invitation {
    Invitation {
        id,
        system: key.system.clone(),
        kind: Kind::Account,
        external_id: key.external_id.clone(),
        name: account.person_name(),
        email: account.address_for_mail().map(ToOwned::to_owned).unwrap_or_default(),
        token_hash,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        expires_at: until,
        opened_at: None,
        claim: None,
        consumed_at: None,
        revoked: None,
        ground: crate::invitations::Entitlement::Token,
    }
}

/// Takes what an account says as an observation.
pub fn observation(key: RecordKey, account: &Account, raw: serde_json::Value, read_at: Timestamp) -> Observation {
    Observation { key, attributes: Attributes::Account(Box::new(account.clone())), raw, updated_at: None, read_at }
}
