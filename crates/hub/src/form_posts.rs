//! Forms that a browser sends twice, by a double click, a reload or a repeated request: each is carried out once.

use tessera_store::FormPost;

use crate::{Hub, HubError};

/// What a form's request finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormClaim {
    /// It is the first one, and carries the form out.
    First,
    /// The form was carried out before. The answer led to this page, if it led to one.
    Done(Option<String>),
    /// Another request carries it out at this moment, or a process ended while it did.
    UnderWay,
}

impl Hub {
    /// Claims a form by its key. A request that waits for another one looks again and again, so looking writes nothing.
    pub async fn claim_form(&self, key: &[u8; 32]) -> Result<FormClaim, HubError> {
        Ok(match self.technical().form_post(key).await? {
            Some(FormPost { done_at: Some(_), location }) => FormClaim::Done(location),
            None if self.technical().claim_form(key, self.env.now()).await? => FormClaim::First,
            Some(FormPost { done_at: None, .. }) | None => FormClaim::UnderWay,
        })
    }

    /// Notes that a form was carried out.
    pub async fn form_done(&self, key: &[u8; 32], location: Option<&str>) -> Result<(), HubError> {
        Ok(self.technical().form_done(key, self.env.now(), location).await?)
    }

    /// Releases a form that was not carried out.
    pub async fn release_form(&self, key: &[u8; 32]) -> Result<(), HubError> {
        Ok(self.technical().release_form(key).await?)
    }
}
