//! Reviews: questions that only a person may decide (`H03`).

use tessera_core::invitations::Entitlement;
use tessera_core::kernel::customer::{Customer, SignIn};
use tessera_core::kernel::ids::ReviewId;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::RecordKey;
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::error::ReviewError;
use tessera_core::sync::review::{self, Decision, Question, Review};
use tessera_store::{Reads, StoreError, StoredRecord};

use crate::commit::commit;
use crate::marketplace_platform::Move;
use crate::{Ctx, Hub, HubError};

/// A question with the data needed to answer it.
#[derive(Debug, Clone)]
pub struct ReviewView {
    /// The question.
    pub review: Review,
    /// The customer concerned. `None` if the question is about a sign-in without a customer.
    pub customer: Option<Customer>,
    /// The candidates, each with the customer that it is linked to.
    pub candidates: Vec<(StoredRecord, Option<Customer>)>,
}

impl ReviewView {
    /// Fails unless the record is a candidate that this decision may link.
    fn may_link(&self, record: &RecordKey) -> Result<(), ReviewError> {
        match self.candidates.iter().find(|(candidate, _)| candidate.key == *record) {
            None => Err(ReviewError::NotACandidate(record.clone())),
            Some((_, Some(_)))
                if matches!(
                    self.review.question,
                    Question::WhoseAccount { .. } | Question::WhoseVendorCustomer { .. }
                ) =>
            {
                Ok(())
            }
            Some((_, Some(other))) if self.customer.as_ref().is_none_or(|customer| customer.id != other.id) => {
                Err(ReviewError::RecordTaken { record: record.clone(), customer: other.name.clone() })
            }
            Some(_) => Ok(()),
        }
    }
}

/// A question with its candidates.
///
/// # Errors
/// [`HubError::NotFound`] if the question does not exist.
pub(crate) async fn view(store: &Reads, id: ReviewId) -> Result<ReviewView, HubError> {
    let not_found = || HubError::NotFound(format!("there is no review {id}"));
    let review = store.review(id).await?.ok_or_else(not_found)?;
    let customer = match review.customer_id {
        Some(customer) => Some(store.customer(customer).await?.ok_or_else(not_found)?),
        None => None,
    };
    let candidates = candidates(store, &review.question.candidates()).await?;
    Ok(ReviewView { review, customer, candidates })
}

/// The stored records among `keys`, each with the customer that it is linked to.
async fn candidates(store: &Reads, keys: &[&RecordKey]) -> Result<Vec<(StoredRecord, Option<Customer>)>, StoreError> {
    let mut records = store.records_among(keys).await?;
    let mut owners = store.owners_among(keys).await?;
    Ok(keys.iter().filter_map(|key| Some((records.remove(*key)?, owners.remove(*key)))).collect())
}

impl Hub {
    /// Answers a question. The note is stored with the answer.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the question is already answered, the record is not a candidate, or it belongs to
    /// another customer.
    pub async fn decide_review(
        &self,
        id: ReviewId,
        decision: Decision,
        note: Option<&str>,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let view = view(self.reads(), id).await?;
            if view.review.decided.is_some() {
                return Err(ReviewError::Decided.into());
            }
            if let Decision::Link { record } = &decision {
                view.may_link(record)?;
            }
            let plan = self.plan_decision(view, &decision, note, tx.stamp).await?;
            tx.extend(plan);
            Ok(())
        })
    }

    async fn plan_decision(
        &self,
        view: ReviewView,
        decision: &Decision,
        note: Option<&str>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let ReviewView { review, customer, candidates } = view;
        match (customer, &review.question, decision) {
            (Some(customer), ..) => {
                let is_free = match decision {
                    Decision::Link { record } => {
                        candidates.iter().any(|(it, owner)| it.key == *record && owner.is_none())
                    }
                    Decision::NoneOfThese => false,
                };
                let replaced = match review.question.replaces() {
                    Some(key) => self.reads().link_of(key).await?.filter(|link| link.customer_id == customer.id),
                    None => None,
                };
                Ok(review::decide(&review, customer, is_free, replaced.as_ref(), decision, note, stamp))
            }
            (None, Question::WhoseSignIn { sign_in, .. }, Decision::Link { record }) => {
                let mut plan = self.admit_decided(&review, sign_in, record, note, stamp).await?;
                plan.extend(plan_answer(review.id, decision, note, stamp));
                Ok(plan)
            }
            (None, Question::WhoseAccount { account, .. }, _) => {
                self.settle_account(&review, account, decision, note, stamp).await
            }
            (
                None,
                Question::WhoseVendorCustomer { account, linked, service_manager_id, external_id, .. },
                Decision::Link { record },
            ) if record == account => {
                let moved = Move { from: linked, to: account, vendor: *service_manager_id, external_id };
                let mut plan = self.move_vendor_customer(moved, stamp).await?;
                plan.extend(plan_answer(review.id, decision, note, stamp));
                Ok(plan)
            }
            (None, ..) => Ok(plan_answer(review.id, decision, note, stamp)),
        }
    }

    /// Activates a sign-in for the requester that a person chose, as an activation link would.
    async fn admit_decided(
        &self,
        review: &Review,
        sign_in: &SignIn,
        record: &RecordKey,
        note: Option<&str>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let requester = self.reads().record(record).await?;
        let requester = requester.ok_or_else(|| HubError::NotFound(format!("{record} was never read")))?;
        let ground = Entitlement::Decision {
            review_id: review.id,
            decided_by: stamp.actor.to_string(),
            note: note.map(ToOwned::to_owned),
        };
        self.admit_number(sign_in, &requester.key, &requester.attributes, ground, stamp).await
    }
}

fn plan_answer(id: ReviewId, decision: &Decision, note: Option<&str>, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let (at, by, decision) = (stamp.now, stamp.actor.to_string(), decision.clone());
    let note = note.map(ToOwned::to_owned);
    plan.push(ReviewChange::Decide { id, at, by, decision, note }, "the question is answered");
    plan
}
