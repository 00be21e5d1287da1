//! Reviews, with the data for their decision (`H03`).

use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, ReviewId};
use tessera_core::kernel::record::Kind;
use tessera_core::sync::review::{Question, Review};
use tessera_store::{Reads, StoreError, StoredRecord};

use super::Queries;
use crate::HubError;
use crate::sync::review::{ReviewView, view};

/// A review with its subject.
#[derive(Debug)]
pub struct ReviewPage {
    /// The review and its candidates.
    pub view: ReviewView,
    /// The customer's requester or the account, for comparison with the candidates.
    pub subject: Option<StoredRecord>,
    /// The customer of the account, if linked in the meantime.
    pub account_owner: Option<Customer>,
}

impl Queries<'_> {
    /// The open reviews, oldest first.
    pub async fn open_reviews(&self, size: usize) -> Result<Vec<Review>, StoreError> {
        self.reads().open_reviews(size).await
    }

    /// The open reviews, oldest first, each with its customer's name.
    pub async fn reviews_listed(&self, size: usize) -> Result<Vec<(Review, Option<String>)>, StoreError> {
        let store = self.snapshot().await?;
        let open = store.open_reviews(size).await?;
        let ids: Vec<CustomerId> = open.iter().filter_map(|review| review.customer_id).collect();
        let names = store.customer_names(&ids).await?;
        let named = |review: Review| {
            let name = review.customer_id.and_then(|id| names.get(&id).cloned());
            (review, name)
        };
        Ok(open.into_iter().map(named).collect())
    }

    /// A review with its candidates.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such review.
    pub async fn review(&self, id: ReviewId) -> Result<ReviewView, HubError> {
        view(&self.snapshot().await?, id).await
    }

    /// A review with its candidates and subject.
    ///
    /// # Errors
    /// As for [`Queries::review`].
    pub async fn review_page(&self, id: ReviewId) -> Result<ReviewPage, HubError> {
        let store = self.snapshot().await?;
        let view = view(&store, id).await?;
        let (subject, account_owner) = match (&view.review.question, &view.customer) {
            (Question::WhoseAccount { account, .. } | Question::WhoseVendorCustomer { account, .. }, _) => {
                (store.record(account).await?, store.customer_of(account).await?)
            }
            (_, Some(customer)) => (requester_of(&store, customer.id).await?, None),
            (_, None) => (None, None),
        };
        Ok(ReviewPage { view, subject, account_owner })
    }
}

/// The requester linked to a customer.
async fn requester_of(store: &Reads, customer: CustomerId) -> Result<Option<StoredRecord>, StoreError> {
    let links = store.links(customer).await?;
    match links.iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Requester) {
        Some(link) => store.record(&link.record).await,
        None => Ok(None),
    }
}
