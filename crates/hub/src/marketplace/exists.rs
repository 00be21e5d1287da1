//! Exists: is this account's customer here already (`M16`)? It only looks; a question that only a person can decide is put to staff.

use tessera_core::marketplace::provision::{self, Candidates, Named};
use tessera_core::marketplace::{Code, Refusal};
use tessera_core::plan::Plan;

use super::{AccountRequest, Answer, CHANNEL, Instance, Keep, account_key, actor};
use crate::{ATTEMPTS, Hub, HubError};

const OF_ANOTHER: &str = "This customer has another account already. Compare the two accounts, or contact us.";

impl Hub {
    /// Answers an Exists.
    pub async fn account_exists(&self, instance: &Instance, request: &AccountRequest, keep: Keep<'_>) -> Answer {
        match self.try_exists(instance, request, keep).await {
            Ok(answer) => answer,
            Err(error) => self.failed(error, keep).await,
        }
    }

    async fn try_exists(
        &self,
        instance: &Instance,
        request: &AccountRequest,
        keep: Keep<'_>,
    ) -> Result<Answer, HubError> {
        for _ in 0..ATTEMPTS {
            let (answer, plan) = self.plan_exists(instance, request).await?;
            if plan.is_empty() || request.is_test {
                self.store.keep_call(&keep(&answer)).await?;
                return Ok(answer);
            }
            if self.apply_call(plan, &answer, keep).await? {
                return Ok(answer);
            }
        }
        Err(HubError::Busy)
    }

    /// What an Exists would be answered, and the question it would put to staff. Nothing is applied.
    pub async fn plan_exists(&self, instance: &Instance, request: &AccountRequest) -> Result<(Answer, Plan), HubError> {
        let key = account_key(&instance.name, &request.id);
        let (owner, named) =
            tokio::try_join!(self.store.customer_of(&key), self.named_customer(&key, &request.external_id))?;
        let answer = match (owner, named) {
            (Some(owner), Named::Nobody | Named::Former) => Answer::Exists(owner.id),
            (Some(owner), Named::Customer { customer, .. }) if customer.id == owner.id => Answer::Exists(owner.id),
            (Some(_), Named::Customer { .. } | Named::Unknown) | (None, Named::Customer { account: Some(_), .. }) => {
                Answer::Invalid(OF_ANOTHER.to_owned())
            }
            (None, Named::Customer { customer, account: None }) => Answer::Exists(customer.id),
            (None, Named::Nobody | Named::Former | Named::Unknown) => {
                return self.correlate(instance, request).await;
            }
        };
        Ok((answer, Plan::default()))
    }

    async fn correlate(&self, instance: &Instance, request: &AccountRequest) -> Result<(Answer, Plan), HubError> {
        let key = account_key(&instance.name, &request.id);
        Ok(match self.candidates(instance, &key, &request.account).await? {
            Candidates::None => (Answer::Absent, Plan::default()),
            Candidates::One { customer, .. } => (Answer::Exists(customer.id), Plan::default()),
            Candidates::Taken { by } => {
                let refusal = Refusal::new(Code::CustomerTaken, by);
                (Answer::Invalid(refusal.message()), Plan::default())
            }
            Candidates::Many(found) => {
                let read_at = self.env.now();
                let seen = provision::observation(key, &request.account, request.raw.clone(), read_at);
                let plan = self.stamped(&actor(&instance.name), CHANNEL, |stamp| provision::ask(seen, &found, stamp));
                (Answer::Refused(Refusal::plain(Code::SeveralCustomers)), plan)
            }
        })
    }
}
