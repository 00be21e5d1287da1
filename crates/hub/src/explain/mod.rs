//! Why something is missing: collects the facts for the core's decision function (`A19`, `A21`).
//!
//! All facts come from the hub's own database, so the answer is fast and does not depend on the outside systems.

mod customer;
mod facts;
mod subject;

use jiff::{SignedDuration, Timestamp};
use tessera_core::devices::Device;
use tessera_core::explain::AmbiguousSubjectError;
use tessera_core::explain::{self, Check, Facts, Reason, Why};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::CustomerId;
use tessera_store::StoreError;

use crate::{Hub, HubError};

pub use subject::{Found, Named, Subject};

/// Minimum interval between two notes of the same unlinked sign-in.
const NOTED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The devices of a signed-in user.
#[derive(Debug, Clone)]
pub struct DevicesAnswer {
    /// The devices. If empty, there is a reason.
    pub devices: Vec<Device>,
    /// The reason why there are none.
    pub reason: Option<Reason>,
    /// If there are none, every check that led to the reason.
    pub checks: Vec<Check>,
    /// The customer, with name.
    pub customer: Option<(CustomerId, String)>,
    /// Time of the data. `None` if the sign-in is not linked.
    pub as_of: Option<Timestamp>,
}

/// The answer to "why?" about one subject.
#[derive(Debug, Clone)]
pub struct WhyAnswer {
    /// The subject.
    pub subject: Named,
    /// The customer it belongs to, if any.
    pub customer: Option<(CustomerId, String)>,
    /// The reason, with every check.
    pub why: Why,
}

impl Hub {
    /// The signed-in user's devices, from the hub's own data (`A16`). If there are none, the answer includes the
    /// reason.
    pub async fn my_devices(&self, sign_in: &SignIn) -> Result<DevicesAnswer, HubError> {
        let mine = self.reads().my_devices(&sign_in.identity).await?;
        if let Some(mine) = &mine
            && !mine.devices.is_empty()
        {
            return Ok(DevicesAnswer {
                as_of: mine.as_of,
                reason: None,
                checks: Vec::new(),
                customer: Some((mine.customer_id, mine.name.clone())),
                devices: mine.devices.clone(),
            });
        }
        if mine.is_none() {
            self.check_active(&sign_in.identity).await?;
            self.note_unlinked(sign_in).await?;
        }
        let facts = self.facts_of_sign_in(sign_in).await?;
        let (reason, checks) = no_devices(&facts);
        Ok(DevicesAnswer {
            devices: Vec::new(),
            reason: Some(reason),
            checks,
            as_of: mine.as_ref().and_then(|mine| mine.as_of),
            customer: mine.map(|mine| (mine.customer_id, mine.name)),
        })
    }

    /// The reason why a customer sees no devices, for an e-mail to them. `None`: they see some.
    pub(crate) async fn reason_for_no_devices(&self, sign_in: &SignIn) -> Result<Option<Reason>, StoreError> {
        let mine = self.reads().my_devices(&sign_in.identity).await?;
        if mine.is_some_and(|mine| !mine.devices.is_empty()) {
            return Ok(None);
        }
        Ok(Some(no_devices(&self.facts_of_sign_in(sign_in).await?).0))
    }

    /// Records an unlinked sign-in, so that staff can explain it later.
    async fn note_unlinked(&self, sign_in: &SignIn) -> Result<(), HubError> {
        let now = self.env.now();
        if let Some(known) = self.reads().unlinked(&sign_in.identity).await? {
            let recent = now.duration_since(known.seen_at) < NOTED_FOR;
            // An access token without the address has less information than the earlier sign-in.
            let says_less = sign_in.email.is_none() && known.sign_in.email.is_some();
            if says_less || (recent && known.sign_in == *sign_in) {
                return Ok(());
            }
        }
        Ok(self.technical().record_unlinked_sign_in(sign_in, now).await?)
    }

    /// Explains why something is missing for this customer, e-mail, serial number, record or identity.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the query matches nothing, [`HubError::Rejected`] if it matches several subjects. Both
    /// errors list what was tried or found.
    pub async fn why(&self, asked: &str) -> Result<WhyAnswer, HubError> {
        match self.find_subject(asked).await? {
            Found::One(subject) => Ok(self.why_subject(&subject).await?),
            Found::Several(named) => {
                let meanings = named.iter().map(|named| format!("{} ({})", named.ask, named.label)).collect();
                Err(AmbiguousSubjectError { asked: asked.trim().to_owned(), meanings }.into())
            }
            Found::Nothing(tried) => Err(HubError::NotFound(format!(
                "nothing here is called `{}`. Looked for: {}. What was made a moment ago may not have been read yet",
                asked.trim(),
                tried.join(", ")
            ))),
        }
    }

    /// Explains why something is missing for a known subject.
    pub async fn why_subject(&self, subject: &Subject) -> Result<WhyAnswer, StoreError> {
        let facts = match subject {
            Subject::Customer(customer) => self.facts_of_customer(customer).await?,
            Subject::Requester(key) => self.facts_of_requester(key).await?,
            Subject::Contact(key) => self.facts_of_contact(key).await?,
            Subject::Device(record) => self.facts_of_device(record).await?,
            Subject::SignIn(sign_in) => self.facts_of_sign_in(sign_in).await?,
        };
        Ok(WhyAnswer {
            subject: self.named(subject).await?,
            customer: facts.customer.as_ref().map(|customer| (customer.id, customer.name.clone())),
            why: explain::why(&facts),
        })
    }
}

/// The reason why there are no devices, with every check. There always is one: `NothingAssigned` is the fallback.
pub(crate) fn no_devices(facts: &Facts) -> (Reason, Vec<Check>) {
    let Why { reason, checks } = explain::why(facts);
    (reason.unwrap_or(Reason::NothingAssigned), checks)
}
