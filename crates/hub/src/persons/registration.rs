//! Self-registration (`P12`): from the form over the proved address and the queue to a person who signs in.

use tessera_core::access::Portal;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::ids::{ContactId, OneTimeLinkId, PlaceId, RegistrationId};
use tessera_core::persons::Person;
use tessera_core::persons::registration::{self, Application, Approval, Registration, RegistrationError};

use crate::commit::commit;
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// What staff give somebody they let in.
#[derive(Debug, Clone)]
pub struct Approving {
    /// What they may use.
    pub licence: LicenceType,
    /// The place they are at; the customer portal needs one.
    pub place: Option<PlaceId>,
    /// The contact they are.
    pub contact: Option<ContactId>,
}

impl Hub {
    /// Takes a registration. The answer is the same whether the address is known or not.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when something was entered wrongly.
    pub async fn register(&self, application: &Application) -> Result<(), HubError> {
        let id = RegistrationId(self.env.uuid());
        let token_hash = hash(&self.config.secret_key.registration_token(id));
        commit!(self, &applicant(), |tx| {
            tx.extend(registration::apply(application, id, token_hash, tx.stamp)?);
            Ok(())
        })
    }

    /// The registration of a link; looking proves nothing: mail scanners look too.
    pub async fn registration_of_link(&self, token: &str) -> Result<Option<Registration>, HubError> {
        Ok(self.reads().registration_by_token(&hash(token)).await?)
    }

    /// Proves the address: an inactive person comes to be.
    pub async fn confirm_registration(&self, token: &str) -> Result<(), HubError> {
        commit!(self, &applicant(), |tx| {
            let registration = self.reads().registration_by_token(&hash(token)).await?;
            let registration = registration.ok_or(RegistrationError::Late)?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(registration::confirm(&registration, operator, tx.stamp)?);
            Ok(())
        })
    }

    /// A registration that waits, with its person.
    pub async fn registration_at_hand(&self, id: RegistrationId) -> Result<(Registration, Person), HubError> {
        let none = || HubError::NotFound("there is no such registration, or its address is not proved yet".to_owned());
        let registration = self.reads().registration(id).await?.ok_or_else(none)?;
        let person = self.reads().person(registration.person.ok_or_else(none)?).await?.ok_or_else(none)?;
        Ok((registration, person))
    }

    /// Lets somebody in: with a licence, at a place, and with a mail that says so and holds the link to set a password.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the place or the contact does not fit, or somebody decided before.
    pub async fn approve_registration(
        &self,
        id: RegistrationId,
        approving: &Approving,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let (registration, person) = self.registration_at_hand(id).await?;
            let customer = self.customer_for(approving).await?;
            let plan = {
                let link: OneTimeLinkId = tx.stamp.id();
                let approval = Approval {
                    licence: approving.licence,
                    place: approving.place,
                    customer: customer.id,
                    contact: approving.contact,
                    link: (link, hash(&self.config.secret_key.one_time_token(link))),
                };
                registration::approve(&registration, &person, approval, customer, tx.stamp)
            };
            tx.extend(plan?);
            Ok(())
        })
    }

    /// Whose somebody is who is let in: the place's owner.
    async fn customer_for(&self, approving: &Approving) -> Result<Customer, HubError> {
        let mut owner = CustomerId::OPERATOR;
        if let Some(place) = approving.place {
            let place = self.reads().place(place).await?.filter(|place| place.active);
            let place = place.ok_or(RegistrationError::UnknownPlace)?;
            owner = place.owner.unwrap_or(CustomerId::OPERATOR);
        } else if approving.licence.opens(Portal::Customer) {
            return Err(RegistrationError::NoPlace.into());
        }
        if let Some(contact) = approving.contact {
            let contact = self.reads().contact(contact).await?.filter(|contact| contact.customer_id == owner);
            contact.ok_or(RegistrationError::UnknownContact)?;
        }
        let customer = self.reads().customer(owner).await?;
        Ok(customer.ok_or(RegistrationError::PlaceWithoutOwner)?)
    }

    /// Refuses somebody, with a reason that they read.
    pub async fn refuse_registration(&self, id: RegistrationId, reason: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let (registration, person) = self.registration_at_hand(id).await?;
            let none = || HubError::NotFound("there is no such registration".to_owned());
            let customer = self.reads().customer(person.customer_id).await?.ok_or_else(none)?;
            let plan = registration::refuse(&registration, &person, reason, customer, tx.stamp);
            tx.extend(plan?);
            Ok(())
        })
    }

    /// The address of the link that proves an address.
    pub(crate) fn registration_url(&self, id: RegistrationId) -> String {
        self.config.url(&format!("/register/{}", self.config.secret_key.registration_token(id)))
    }
}

/// Somebody who asks to be let in.
fn applicant() -> Ctx {
    Ctx::new(Actor::Applicant, Channel::Portal)
}
