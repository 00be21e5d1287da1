//! Self-registration (`P12`): registration form, verified e-mail address, queue, and approval by staff.

use tessera_core::access::Portal;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::ids::{ContactId, OneTimeLinkId, PlaceId, RegistrationId};
use tessera_core::persons::Person;
use tessera_core::persons::registration::{
    self, Application, Approval, Registration, RegistrationError, RegistrationState,
};

use super::emails::RegistrationEmail;
use crate::commit::commit;
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// The details of an approval by staff.
#[derive(Debug, Clone)]
pub struct Approving {
    /// The licence to grant.
    pub licence: LicenceType,
    /// The person's place. The customer portal requires one.
    pub place: Option<PlaceId>,
    /// The contact to link.
    pub contact: Option<ContactId>,
}

impl Hub {
    /// Submits a registration. The answer does not reveal whether the address is known, or was asked for too often.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the input is invalid.
    pub async fn register(&self, application: &Application) -> Result<(), HubError> {
        let id = RegistrationId(self.env.uuid());
        let token_hash = hash(&self.config.secret_key.registration_token(id));
        let is_capped = !self.may_mail_for_strangers::<RegistrationEmail>(&application.email).await?;
        commit!(self, &applicant(), |tx| {
            let plan = registration::apply(application, id, token_hash, tx.stamp)?;
            if !is_capped {
                tx.extend(plan);
            }
            Ok(())
        })
    }

    /// The registration of a link. Opening does not verify the address, because mail scanners open links too.
    pub async fn registration_of_link(&self, token: &str) -> Result<Option<Registration>, HubError> {
        Ok(self.reads().registration_by_token(&hash(token)).await?)
    }

    /// Verifies the address and creates an inactive person.
    pub async fn confirm_registration(&self, token: &str) -> Result<(), HubError> {
        commit!(self, &applicant(), |tx| {
            let registration = self.reads().registration_by_token(&hash(token)).await?;
            let registration = registration.ok_or(RegistrationError::Late)?;
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(registration::confirm(&registration, operator, tx.stamp)?);
            Ok(())
        })
    }

    /// Verifies the address of a sign-up in the storefront, and creates a person who may sign in and buy. The token of the
    /// link to set a password.
    pub async fn confirm_sign_up(&self, token: &str) -> Result<String, HubError> {
        commit!(self, &applicant(), |tx| {
            let registration = self.reads().registration_by_token(&hash(token)).await?;
            let registration = registration.ok_or(RegistrationError::Late)?;
            // One sign-up, one link: who confirms twice is led to the same one.
            let link = OneTimeLinkId(registration.id.0);
            let chosen = self.config.secret_key.one_time_token(link);
            if registration.for_shop && registration.state == RegistrationState::Approved {
                return if tx.stamp.now < registration.expires_at {
                    let link = self.reads().one_time_link(link).await?;
                    Ok(link.map_or(chosen, |link| self.token_of_link(&link)))
                } else {
                    Err(RegistrationError::Late.into())
                };
            }
            let operator = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            tx.extend(registration::confirm_sign_up(&registration, (link, hash(&chosen)), operator, tx.stamp)?);
            Ok(chosen)
        })
    }

    /// A registration that is waiting for a decision, with its person.
    pub async fn registration_at_hand(&self, id: RegistrationId) -> Result<(Registration, Person), HubError> {
        let none = || HubError::NotFound("there is no such registration, or its address is not proved yet".to_owned());
        let registration = self.reads().registration(id).await?.ok_or_else(none)?;
        let person = self.reads().person(registration.person.ok_or_else(none)?).await?.ok_or_else(none)?;
        Ok((registration, person))
    }

    /// Approves a registration: grants a licence and a place, and sends an e-mail with the link to set a password.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the place or the contact is invalid, or the registration has already been decided.
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

    /// The customer of an approved person: the owner of the place.
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

    /// Refuses a registration, with a reason that is sent to the applicant.
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

    /// The URL that verifies the applicant's address.
    pub(crate) fn registration_url(&self, registration: &Registration) -> String {
        let token =
            self.config.secret_key.kept(&registration.token_hash, |key| key.registration_token(registration.id));
        self.config.url(&format!("/register/{token}"))
    }
}

/// The context of an applicant.
fn applicant() -> Ctx {
    Ctx::new(Actor::Applicant, Channel::Portal)
}
