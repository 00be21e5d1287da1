//! Reviews.

use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{CustomerId, ReviewId};
use tessera_core::sync::change::ReviewChange;
use tessera_core::sync::review::Review;

use crate::engine::{Row, Statement, statements};
use crate::kernel::lower::{Lower, json};
use crate::kernel::reads::{read_all, read_one};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// Column list of a table: `columns!(reviews)`, or `columns!(reviews "x.")` with a table alias.
macro_rules! columns {
    (reviews $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "customer_id", "question", "created_at", "decided_at", "decided_by", "decision", "note")
    };
}

statements! {
    REVIEW_CREATE =
        "INSERT INTO reviews (id, customer_id, identity, question, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    REVIEW_DECIDE =
        "UPDATE reviews SET decided_at = $1, decided_by = $2, decision = $3, note = $4
        WHERE id = $5 AND decided_at IS NULL";
    REVIEW = concat!("SELECT ", columns!(reviews), " FROM reviews WHERE id = $1");
    REVIEWS_OF_CUSTOMER = concat!(
        "SELECT ", columns!(reviews), " FROM reviews WHERE customer_id = $1 ORDER BY created_at DESC, id DESC"
    );
    REVIEWS_OF_IDENTITY = concat!(
        "SELECT ", columns!(reviews), " FROM reviews WHERE identity = $1
        ORDER BY created_at DESC, id DESC LIMIT 100"
    );
    /// Pending work for staff, counted up to a maximum.
    WAITING_FOR_STAFF =
        "SELECT
            (SELECT count(*) FROM (SELECT 1 FROM reviews WHERE decided_at IS NULL LIMIT $1) q) AS reviews,
            (SELECT count(*) FROM (SELECT 1 FROM registrations WHERE state = 'waiting' LIMIT $1) r) AS registrations";
    REVIEWS_OPEN = concat!(
        "SELECT ", columns!(reviews), " FROM reviews WHERE decided_at IS NULL ORDER BY created_at, id LIMIT $1"
    );
}

/// Pending work for staff.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WaitingForStaff {
    /// Open reviews.
    pub reviews: u32,
    /// Registrations that wait for a decision.
    pub registrations: u32,
}

impl Reads {
    /// Pending work for staff, each counted up to `most`.
    pub async fn waiting_for_staff(&self, most: usize) -> Result<WaitingForStaff, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let found = read_one(self.one(WAITING_FOR_STAFF, values![most]).await?, |row| {
            Ok(WaitingForStaff { reviews: count(row.get("reviews")?), registrations: count(row.get("registrations")?) })
        })?;
        Ok(found.unwrap_or_default())
    }

    /// One review.
    pub async fn review(&self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        read_one(self.one(REVIEW, values![id]).await?, review)
    }

    /// All reviews of a customer, newest first.
    pub async fn reviews_of(&self, customer: CustomerId) -> Result<Vec<Review>, StoreError> {
        read_all(self.query(REVIEWS_OF_CUSTOMER, values![customer]).await?, review)
    }

    /// All reviews of a sign-in that was not linked at the time, newest first.
    pub async fn reviews_about(&self, identity: &IdentityKey) -> Result<Vec<Review>, StoreError> {
        let identity = format!("{} {}", identity.issuer, identity.subject);
        read_all(self.query(REVIEWS_OF_IDENTITY, values![identity]).await?, review)
    }

    /// The open reviews, oldest first.
    pub async fn open_reviews(&self, limit: usize) -> Result<Vec<Review>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(REVIEWS_OPEN, values![limit]).await?, review)
    }
}

fn review(row: &Row) -> Result<Review, Undecodable> {
    Ok(Review {
        id: row.id("id")?,
        customer_id: row.optional_id("customer_id")?,
        question: row.json("question")?,
        created_at: row.get("created_at")?,
        decided: match (row.get("decided_at")?, row.get("decided_by")?, row.optional_json("decision")?) {
            (Some(at), Some(by), Some(decision)) => Some((at, by, decision)),
            _ => None,
        },
        note: row.get("note")?,
    })
}

impl Lower for ReviewChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(review) => {
                let subject = review.question.subject();
                let values = values![review.id, review.customer_id, subject, json(&review.question), review.created_at];
                to.push(Statement::any(REVIEW_CREATE, values));
            }
            Self::Decide { id, at, by, decision, note } => {
                let values = values![*at, by, json(decision), note.as_deref(), *id];
                to.push(Statement::one(REVIEW_DECIDE, values, Conflict::Review));
            }
        }
    }
}
