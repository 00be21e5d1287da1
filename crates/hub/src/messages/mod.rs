//! Messages of persons with a MESSAGE licence (`P17`): accepted once and durably, carried out by a job with the rights
//! and places that the person then has.

mod carry_out;
mod credentials;

pub(crate) use credentials::CREDENTIALS;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::messages::change::MessageChange;
use tessera_core::messages::jobs::CarryOutMessage;
use tessera_core::messages::{self, Content, MAX_BODY, Message, MessageError, Sender};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError, hash};

impl Hub {
    /// The person behind a message key, who may send messages now. `None`: the key is not in use.
    ///
    /// # Errors
    /// [`MessageError`] if the person may not send.
    pub async fn message_sender(&self, key: &str) -> Result<Option<Sender>, HubError> {
        let Some((credential, person)) = self.reads().message_credential_by_hash(&hash(key)).await? else {
            return Ok(None);
        };
        let Some(subject) = self.reads().access_subject(person).await? else { return Ok(None) };
        messages::may_send(&subject.facts)?;
        Ok(Some(Sender { credential, person, facts: subject.facts }))
    }

    /// Accepts a message: it is stored together with the job that carries it out. The same message again is the first
    /// one.
    ///
    /// # Errors
    /// [`MessageError`] if the id or the size does not fit, or another message had the id.
    pub async fn receive_message(
        &self,
        sender: &Sender,
        external_id: &str,
        content: &Content,
    ) -> Result<Message, HubError> {
        messages::check_id(external_id)?;
        let body = serde_json::to_string(content).unwrap_or_default();
        if body.len() > MAX_BODY {
            return Err(MessageError::TooLarge.into());
        }
        let ctx = Ctx::new(Actor::Person(sender.facts.person_id.clone().into()), Channel::Message);
        commit!(self, &ctx, |tx| {
            let digest = hash(&body);
            if let Some(before) = self.reads().message_of_person(sender.person, external_id).await? {
                if before.digest == digest {
                    return Ok(before);
                }
                return Err(MessageError::IdUsed(external_id.to_owned()).into());
            }
            let in_use = self.reads().message_credential(sender.credential).await?;
            if in_use.is_none_or(|credential| credential.revoked.is_some()) {
                return Err(MessageError::Licence.into());
            }
            let message = Message {
                id: tx.stamp.id(),
                person: sender.person,
                external_id: external_id.to_owned(),
                credential: sender.credential,
                kind: content.kind().as_str().to_owned(),
                body: body.clone(),
                digest,
                received_at: tx.stamp.now,
                outcome: None,
            };
            tx.push(MessageChange::Receive(Box::new(message.clone())), "a machine sent it");
            tx.enqueue(CarryOutMessage { message_id: message.id }, "it is carried out with the person's rights");
            Ok(message)
        })
    }
}
