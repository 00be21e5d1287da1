//! Synchronize: creates, finds or updates the customer of a marketplace account (`M07`, `M08`, `M20`).

use jiff::Timestamp;

use super::account::Account;
use super::code::{Code, MarketplaceError};
use super::matching::Found;
use crate::access::event::AccessEvent;
use crate::access::licence::LicenceType;
use crate::invitations::change::InvitationChange;
use crate::invitations::{Invitation, InvitationState, Revocation};
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, Evidence, Origin};
use crate::kernel::ids::{CustomerId, InvitationId};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Kind, Observation, RecordKey};
use crate::kernel::timeline::Personal;
use crate::kernel::{mask, normalise};
use crate::marketplace::event::MarketplaceEvent;
use crate::persons::Person;
use crate::persons::change::PersonChange;
use crate::persons::event::PersonEvent;
use crate::persons::jobs::MailEmailCorrected;
use crate::sync::change::ReviewChange;
use crate::sync::review::{Question, Review};

/// The operator's settings for customers of a marketplace.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Licence of the person created with a new customer; `None` if no person is created before the first sign-in.
    pub licence: Option<LicenceType>,
}

/// The customer that the request's external id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The external id is empty: the marketplace has not received a customer id yet.
    Nobody,
    /// The customer of this account before the account was deleted.
    Former,
    /// An existing customer.
    Customer {
        /// The customer.
        customer: Box<Customer>,
        /// Another account of the same marketplace that is linked to this customer.
        account: Option<String>,
    },
    /// The external id names no customer.
    Unknown,
}

/// Customers that match the account by rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidates {
    /// No match.
    None,
    /// One customer without an account of this marketplace.
    One {
        /// The customer.
        customer: Box<Customer>,
        /// The matching value, as people know it.
        by: String,
    },
    /// One customer, already linked to another account of this marketplace.
    Taken(Box<Found>),
    /// Several customers.
    Many(Vec<Found>),
    /// The platform that asks is the hub's own, and this is the customer of the same account there, who is nothing else
    /// yet.
    Own(Box<OwnCustomer>),
    /// The platform that asks is the hub's own, and nobody has decided yet whose the account is.
    Undecided,
}

/// The customer of the same account at the hub's own platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCustomer {
    /// The customer.
    pub customer: Customer,
    /// Whether someone has activated the customer.
    pub activated: bool,
    /// Whether the customer has people.
    pub has_people: bool,
}

/// The customer that the account is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The customer.
    pub customer: Customer,
    /// Whether the account leads: only it and sign-ins are linked to the customer, who was not there before it
    /// ([`remove::leads`](super::remove::leads)). Then it determines the customer's name, and its activation link
    /// grants access.
    pub alone: bool,
    /// Whether someone has activated the customer.
    pub activated: bool,
}

/// State of the hub when the request arrives.
#[derive(Debug)]
pub struct Known {
    /// The account as last received, unless it was deleted since.
    pub before: Option<Account>,
    /// Whether the stored record is identical.
    pub same: bool,
    /// The account's owner.
    pub owner: Option<Owner>,
    /// The customer that the external id names.
    pub named: Named,
    /// Customers that match by rule; searched only when nothing else identifies the customer.
    pub candidates: Candidates,
    /// The account's open invitation.
    pub invitation: Option<Invitation>,
    /// An invitation to issue if needed; `None` if the operator has turned invitations off.
    pub fresh: Option<Invitation>,
    /// The person created from the account, if they still have the account's previous address.
    pub person: Option<Person>,
}

/// Result of a Synchronize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The customer id, returned as the external id.
    pub customer_id: CustomerId,
    /// The open invitation and its expiry.
    pub invitation: Option<(InvitationId, Timestamp)>,
    /// Whether this request issued the invitation.
    pub issued: bool,
    /// Effect on the customer.
    pub outcome: Outcome,
}

/// Effect of a Synchronize on the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Created.
    Created,
    /// It existed and was linked.
    Adopted,
    /// It was linked already, and something changed.
    Updated,
    /// No change.
    Unchanged,
}

/// A Synchronize's plan and answer.
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

/// Decides a Synchronize. The observation's attributes must be a validated account.
pub fn synchronize(
    observation: Observation,
    account: &Account,
    external_id: &str,
    known: Known,
    terms: Terms,
    stamp: Stamp<'_>,
) -> Settled {
    match (&known.owner, &known.named) {
        // The account was deleted, the answer was lost, and it was synchronised again in the meantime: the newer
        // customer applies.
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
        Candidates::One { customer, by } => adopt(observation, account, *customer, format!("the same {by}"), stamp),
        Candidates::Taken(found) => Settled::refused(Code::CustomerTaken, found.by),
        Candidates::Many(found) => {
            let plan = ask(observation, &found, stamp);
            Settled { plan, answer: Err(MarketplaceError::plain(Code::SeveralCustomers)) }
        }
        Candidates::Own(own) => join(observation, account, *own, known.fresh, terms, stamp),
        Candidates::Undecided => {
            Settled { plan: Plan::default(), answer: Err(MarketplaceError::plain(Code::SeveralCustomers)) }
        }
    }
}

/// Makes the customer of an account of the hub's own platform a customer of the vendor, too: one record for both. It is the
/// same account, so it grants what a new customer's account grants.
fn join(
    observation: Observation,
    account: &Account,
    own: OwnCustomer,
    fresh: Option<Invitation>,
    terms: Terms,
    stamp: Stamp<'_>,
) -> Settled {
    let OwnCustomer { customer, activated, has_people } = own;
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.rest_on_customer();
    draft.link(observation.key.clone(), Origin::Marketplace, Evidence::Marketplace { matched_by: None });
    note_reseller(&mut draft, &observation.key, account);
    if let Some(licence) = terms.licence.filter(|_| !has_people) {
        license(&mut draft, account, licence, stamp);
    }
    let fresh = fresh.filter(|_| !activated);
    let invitation = fresh.map(|fresh| issue(&mut draft, &observation.key, fresh, stamp));
    draft.push(RecordChange::Put(Box::new(observation)), "the account as the marketplace sent it");
    let done = Done { customer_id, invitation, issued: invitation.is_some(), outcome: Outcome::Created };
    Settled { plan: draft.finish(), answer: Ok(done) }
}

/// Links the account to the one matching customer. Existing users keep their own access. A marketplace account does not
/// prove its owner's identity, so it grants none.
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
        draft.note(MarketplaceEvent::AccountChanged { record: record.clone(), changes });
    }
    if before.is_some_and(|before| before.reseller != account.reseller) {
        note_reseller(draft, record, account);
    }
    if !leads {
        return;
    }
    if draft.customer.name != account.name {
        draft.note(CustomerEvent::Renamed { from: (&draft.customer.name).into(), to: (&account.name).into() });
        account.name.clone_into(&mut draft.customer.name);
    }
    draft.customer.email = account.address_for_mail().map(ToOwned::to_owned);
}

/// Updates the address of the person created from the account. If they already sign in, the previous address is
/// notified, because one-time links now go to the new one.
fn correct_email(draft: &mut CustomerEdit<'_>, person: Person, account: &Account, activated: bool, stamp: Stamp<'_>) {
    let Some(to) = account.address_for_mail().filter(|to| person.email.as_deref() != Some(*to)) else { return };
    let from = person.email.as_deref();
    draft.note(PersonEvent::PersonEmailCorrected {
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

/// The person whose address follows the account's: they have its previous address and did not choose it themselves.
pub fn person_of(people: Vec<Person>, before: &Account) -> Option<Person> {
    let had = before.address_for_mail().and_then(normalise::email)?;
    let theirs = |person: &Person| person.email.as_deref().and_then(normalise::email).as_ref() == Some(&had);
    people.into_iter().find(theirs).filter(|person| !person.email_chosen)
}

/// The reseller is derived from the account's record; the timeline records when the relation began.
fn note_reseller(draft: &mut CustomerEdit<'_>, record: &RecordKey, account: &Account) {
    if let Some(reseller) = &account.reseller {
        let reseller = RecordKey::new(&record.system, Kind::Account, reseller);
        draft.note(MarketplaceEvent::ServedByReseller { record: record.clone(), reseller });
    }
}

pub(super) fn license(draft: &mut CustomerEdit<'_>, account: &Account, licence: LicenceType, stamp: Stamp<'_>) {
    let name = account.person_name();
    draft.note(AccessEvent::Licensed { name: (&name).into(), licence });
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
    draft.note(MarketplaceEvent::InvitedByMarketplace {
        invitation_id: fresh.id,
        marketplace: record.system.clone(),
        email: Some(&fresh.email).filter(|email| !email.is_empty()).map(Personal::from),
    });
    let issued = (fresh.id, fresh.expires_at);
    draft.push(revocation(record, Revocation::Superseded, stamp), "a new invitation takes back the old ones");
    draft.push(InvitationChange::Create(Box::new(fresh)), "the marketplace hands the activation link on");
    issued
}

/// Revokes the account's unused invitations.
pub(super) fn revocation(record: &RecordKey, why: Revocation, stamp: Stamp<'_>) -> InvitationChange {
    let (system, external_id) = (record.system.clone(), record.external_id.clone());
    InvitationChange::Revoke { system, external_id, at: stamp.now, why }
}

/// Opens a review for the account's owner. The account is stored, so that staff can compare it with the candidates.
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

/// Builds an invitation for an account, before it is decided whether one is needed.
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

/// Builds the observation of an account.
pub fn observation(key: RecordKey, account: &Account, raw: serde_json::Value, read_at: Timestamp) -> Observation {
    Observation { key, attributes: Attributes::Account(Box::new(account.clone())), raw, updated_at: None, read_at }
}
