//! Answering the questions that only a person may decide (`H03`).

use tessera_core::customer::{Customer, Evidence, Link, Origin};
use tessera_core::id::ReviewId;
use tessera_core::plan::{Change, Draft, Plan, Stamp};
use tessera_core::review::{Decision, Review};
use tessera_core::timeline::Event;
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
            let plan = self.stamped(actor, channel, |stamp| plan_decision(view, &decision, note, stamp));
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }
}

fn plan_decision(view: ReviewView, decision: &Decision, note: Option<&str>, stamp: Stamp<'_>) -> Plan {
    let ReviewView { review, customer, candidates } = view;
    let mut draft = Draft::of(customer, stamp);
    let mut rest = Plan::default();
    let words = match decision {
        Decision::NoneOfThese => "none of the candidates is this customer".to_owned(),
        Decision::Link { record } => format!("{record} is this customer's"),
    };
    let note = note.map(ToOwned::to_owned);
    draft.note(&Event::ReviewDecided { review_id: review.id, decision: words, note });
    if let Decision::Link { record } = decision {
        let free = candidates.iter().any(|(candidate, owner)| candidate.key == *record && owner.is_none());
        if free {
            let evidence = Evidence::Decision { review_id: review.id };
            draft.note(&Event::Linked { record: record.clone(), origin: Origin::Staff, evidence: evidence.sentence() });
            let link = Link {
                id: stamp.id(),
                record: record.clone(),
                customer_id: draft.customer.id,
                origin: Origin::Staff,
                actor: stamp.actor.to_owned(),
                evidence,
                created_at: stamp.now,
                ended: None,
            };
            rest.push(Change::CreateLink(Box::new(link)), "staff decided whose it is");
        }
    }
    let (by, decision) = (stamp.actor.to_owned(), decision.clone());
    rest.push(Change::DecideReview { id: review.id, at: stamp.now, by, decision }, "the question is answered");
    let mut plan = draft.finish();
    plan.extend(rest);
    plan
}
