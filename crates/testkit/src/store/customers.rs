//! Customers, their links and people.

use tessera_core::credentials::change::IdentityChange;
use tessera_core::credentials::session::NewSession;
use tessera_core::kernel::customer::change::LinkChange;
use tessera_core::kernel::customer::event::CustomerEvent;
use tessera_core::kernel::customer::{
    Customer, EndReason, Ended, Evidence, Identity, IdentityKey, Link, Origin, SignIn,
};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan};
use tessera_core::kernel::record::RecordKey;
use tessera_core::persons::Person;
use tessera_core::persons::change::PersonChange;
use tessera_store::Store;
use uuid::Uuid;

use super::plans::{at, plan, stamp};

/// The issuer of every identity.
pub const ISSUER: &str = "https://id.example";

/// A stored customer without links.
pub async fn new_customer(store: &Store, name: &str) -> Customer {
    let draft = CustomerEdit::new(name, Some("someone@example.com"), stamp(0));
    let id = draft.customer.id;
    store.apply(&draft.finish()).await.expect("a new customer is written");
    store.customer(id).await.expect("the store answers").expect("the customer is there")
}

/// The plan that renames a customer.
pub fn renaming(customer: &Customer, to: &str, seconds: i64) -> Plan {
    let mut draft = CustomerEdit::of(customer.clone(), stamp(seconds));
    draft.note(CustomerEvent::Renamed { from: (&customer.name).into(), to: to.into() });
    to.clone_into(&mut draft.customer.name);
    draft.finish()
}

/// A link made by staff.
pub fn link(customer: CustomerId, record: RecordKey) -> Link {
    Link {
        id: Uuid::now_v7().into(),
        record,
        customer_id: customer,
        origin: Origin::Staff,
        actor: "staff:jo".into(),
        evidence: Evidence::PrimaryEmail { email: "someone@example.com".into() },
        created_at: at(0),
        suspended: None,
        ended: None,
    }
}

/// The plan that creates a link.
pub fn linking(link: &Link) -> Plan {
    plan([LinkChange::Create(Box::new(link.clone()))])
}

/// The plan that ends a link.
pub fn ending(link: &Link, seconds: i64) -> Plan {
    let ended = Ended {
        at: at(seconds),
        by: "staff:jo".into(),
        why: EndReason::Requested { note: "linked by mistake".into() },
    };
    plan([LinkChange::End { id: link.id, ended }])
}

/// The key of an identity: issuer and subject.
pub fn identity_key(subject: &str) -> IdentityKey {
    IdentityKey { issuer: ISSUER.into(), subject: subject.into() }
}

/// The sign-in of a subject.
pub fn sign_in(subject: &str) -> SignIn {
    SignIn {
        identity: identity_key(subject),
        provider: "idp".into(),
        email: Some(format!("{subject}@example.net")),
        email_verified: true,
        name: None,
    }
}

/// A person of a customer, with an identity.
pub fn identity(customer: CustomerId, subject: &str) -> (Person, Identity) {
    let person = Person::at_home(Uuid::now_v7().into(), customer, "Jane", None, at(0));
    let identity = Identity {
        id: Uuid::now_v7().into(),
        person_id: person.id,
        customer_id: customer,
        sign_in: sign_in(subject),
        created_at: at(0),
        last_used_at: None,
    };
    (person, identity)
}

/// The plan that creates a person with an identity.
pub fn introducing((person, identity): &(Person, Identity)) -> Plan {
    plan([
        Change::from(PersonChange::Create(Box::new(person.clone()))),
        IdentityChange::Create(Box::new(identity.clone())).into(),
    ])
}

/// A session that begins at second 0, without an identity.
pub fn session(token_hash: u8, who: &str, owner: &str, expires: i64) -> NewSession {
    NewSession {
        token_hash: [token_hash; 32],
        who: who.into(),
        owner: owner.to_owned(),
        identity: None,
        device: None,
        address: None,
        created_at: at(0),
        proved_at: None,
        expires_at: at(expires),
        provider_session: None,
        replaces: None,
        proof: None,
    }
}
