//! Answering the questions that only a person may decide (`H03`).

use tessera_core::customer::Customer;
use tessera_core::id::ReviewId;
use tessera_core::review::{self, Decision, Review};
use tessera_store::StoredRecord;

use crate::error::again;
use crate::{ATTEMPTS, Hub, HubError};

/// A question with what is needed to answer it.
#[derive(Debug, Clone)]
pub struct ReviewView {
    /// The question.
    pub review: Review,
    /// Whose record waits.
    pub customer: Customer,
    /// The candidates, with whose they are already.
    pub candidates: Vec<(StoredRecord, Option<Customer>)>,
}

impl Hub {
    /// A question with its candidates.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such question.
    pub async fn review(&self, id: ReviewId) -> Result<ReviewView, HubError> {
        let not_found = || HubError::NotFound(format!("there is no review {id}"));
        let review = self.store.review(id).await?.ok_or_else(not_found)?;
        let customer = self.store.customer(review.customer_id).await?.ok_or_else(not_found)?;
        let mut candidates = Vec::new();
        for key in review.question.candidates() {
            if let Some(record) = self.store.record(key).await? {
                candidates.push((record, self.store.customer_of(key).await?));
            }
        }
        Ok(ReviewView { review, customer, candidates })
    }

    /// Answers a question; the note is kept with the answer on the timeline.
    ///
    /// # Errors
    /// [`HubError::Precondition`] when it was answered before, when the record is no candidate, or when it belongs to another customer.
    pub async fn decide_review(
        &self,
        id: ReviewId,
        decision: Decision,
        note: Option<&str>,
        actor: &str,
        channel: &str,
    ) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let view = self.review(id).await?;
            if view.review.decided.is_some() {
                return Err(HubError::precondition("review_decided", "this question was answered before"));
            }
            if let Decision::Link { record } = &decision {
                let candidate = view.candidates.iter().find(|(candidate, _)| candidate.key == *record);
                match candidate {
                    None => {
                        return Err(HubError::precondition(
                            "not_a_candidate",
                            format!("{record} is not one of the candidates"),
                        ));
                    }
                    Some((_, Some(other))) if other.id != view.customer.id => {
                        let detail = format!("{record} is linked to {}; unlink it there first", other.name);
                        return Err(HubError::precondition("record_taken", detail));
                    }
                    Some(_) => {}
                }
            }
            let ReviewView { review, customer, candidates } = view;
            let is_free = match &decision {
                Decision::Link { record } => candidates.iter().any(|(it, owner)| it.key == *record && owner.is_none()),
                Decision::NoneOfThese => false,
            };
            let plan = self
                .stamped(actor, channel, |stamp| review::decide(&review, customer, is_free, &decision, note, stamp));
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }
}
