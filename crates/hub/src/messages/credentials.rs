//! The credentials with which a person's machine sends messages: issued and revoked by staff.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{MessageCredentialId, PersonId};
use tessera_core::messages::{self, CredentialsError, MAX_CREDENTIALS, MessageCredential};
use tessera_core::persons::Person;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError, hash, random_token};

/// Maximum number of credentials to read, revoked ones included.
pub(crate) const CREDENTIALS: i64 = 20;

// The newest ones are read, so all that are in use have to be among them.
const _: () = assert!(MAX_CREDENTIALS < 20);

impl Hub {
    /// Issues a key for a person's machine, and returns it once.
    ///
    /// # Errors
    /// [`CredentialsError`] if the person has no MESSAGE licence, has too many keys, or the name does not fit.
    pub async fn issue_message_key(
        &self,
        person: PersonId,
        name: &str,
        ctx: &Ctx,
    ) -> Result<(MessageCredential, String), HubError> {
        let key = format!("tsm_{}", random_token());
        let credential = commit!(self, ctx, |tx| {
            let person = self.message_person(person).await?;
            if person.licence != Some(LicenceType::Message) {
                return Err(CredentialsError::Licence.into());
            }
            let known = self.reads().message_credentials(person.id, CREDENTIALS).await?;
            let owner = self.customer_or_operator(Some(person.customer_id)).await?;
            let customer = self.draft_of(owner, tx.stamp);
            let planned = messages::issue(&person, &known, name, hash(&key), customer, tx.stamp);
            let (credential, plan) = planned?;
            tx.extend(plan);
            Ok(credential)
        })?;
        Ok((credential, key))
    }

    /// Revokes a key of a person. Messages that were accepted are still carried out.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the person has no such key; [`CredentialsError::Revoked`] if it is revoked already.
    pub async fn revoke_message_key(
        &self,
        person: PersonId,
        id: MessageCredentialId,
        ctx: &Ctx,
    ) -> Result<MessageCredential, HubError> {
        commit!(self, ctx, |tx| {
            let person = self.message_person(person).await?;
            let found = self.reads().message_credential(id).await?.filter(|found| found.person == person.id);
            let credential = found.ok_or_else(|| HubError::NotFound("there is no such key".to_owned()))?;
            let owner = self.customer_or_operator(Some(person.customer_id)).await?;
            let customer = self.draft_of(owner, tx.stamp);
            let planned = messages::revoke(&person, &credential, customer, tx.stamp);
            tx.extend(planned?);
            Ok(credential)
        })
    }

    async fn message_person(&self, id: PersonId) -> Result<Person, HubError> {
        let person = self.reads().person(id).await?;
        person.ok_or_else(|| HubError::NotFound(format!("there is no person {id}")))
    }
}
