//! Credentials of the portals: person id and password in addition to the identity providers (`P03`), one-time links,
//! the second factor, and sessions.

mod emails;
mod identities;
mod link;
mod passkeys;
mod password;
pub(crate) mod password_hashing;
mod password_sign_in;
pub(crate) mod provider_sign_in;
pub(crate) mod provider_sign_out;
pub(crate) mod second_factor;
pub(crate) mod sessions;

use tessera_core::credentials::{Credentials, Subject};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{Customer, Identity};
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::persons::Person;
use tessera_store::Reads;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

pub use crate::persons::registration::Approving;
pub use link::Opening;
pub(crate) use passkeys::relying_party;
pub use passkeys::{Asked, Signed};
pub use password_sign_in::{MfaOutcome, SignInOutcome};
pub use provider_sign_out::SignOutNotice;
pub use second_factor::Offered;
pub(crate) use sessions::session_lines;
pub use sessions::{PortalSession, RECENT, SessionLine, Visit};

/// A person with the data that changes of their credentials depend on.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// The person.
    pub person: Person,
    /// The person's customer.
    pub customer: Customer,
    /// Their sign-ins, oldest first.
    pub identities: Vec<Identity>,
    /// Password, second factor, recovery codes and passkeys.
    pub credentials: Credentials,
}

impl KnownPerson {
    /// The e-mail address for notices and links. `None`: there is no deliverable address.
    pub fn address(&self) -> Option<&str> {
        let own = self.person.email.as_deref().or(self.customer.email.as_deref());
        own.filter(|address| normalise::deliverable(address).is_some())
    }

    pub(crate) fn subject(&self, session: Option<[u8; 32]>) -> Subject<'_> {
        Subject { customer: self.customer.clone(), person: &self.person, identities: &self.identities, session }
    }
}

impl Hub {
    /// Reads a person with their customer and sign-ins.
    pub(crate) async fn known_person(&self, id: PersonId) -> Result<KnownPerson, HubError> {
        known_person(self.reads(), id).await
    }

    /// Plans and commits a change to a person's credentials. The plan must rest only on `KnownPerson`, which is read
    /// again after a conflict.
    async fn on_person(
        &self,
        id: PersonId,
        ctx: &Ctx,
        plan: impl Fn(&KnownPerson, Stamp<'_>) -> Result<Plan, HubError>,
    ) -> Result<KnownPerson, HubError> {
        commit!(self, ctx, |tx| {
            let known = self.known_person(id).await?;
            tx.extend(plan(&known, tx.stamp)?);
            Ok(known)
        })
    }
}

/// Reads a person with their customer and sign-ins.
pub(crate) async fn known_person(store: &Reads, id: PersonId) -> Result<KnownPerson, HubError> {
    let nobody = || HubError::NotFound("there is no such person".to_owned());
    let person = store.person(id).await?.ok_or_else(nobody)?;
    let customer = store.customer(person.customer_id).await?.ok_or_else(nobody)?;
    let identities = store.identities_of_person(id).await?;
    let credentials = store.credentials(id).await?;
    Ok(KnownPerson { person, customer, identities, credentials })
}

/// Context of a person who changes their own credentials in the portal.
fn own(person: &Person) -> Ctx {
    Ctx::new(actor_of(person), Channel::Portal)
}

/// The actor for a person.
fn actor_of(person: &Person) -> Actor {
    Actor::Person(person.person_id.clone().into())
}
