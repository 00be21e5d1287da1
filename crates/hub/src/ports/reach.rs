//! Whether an address of our own is reached from here.

use std::fmt::Debug;

use async_trait::async_trait;
use url::Url;

use super::error::ConnectError;

/// Asks addresses of ours.
#[async_trait]
pub trait Reach: Debug + Send + Sync {
    /// Asks an address of ours for nothing in particular, and tells the status.
    ///
    /// # Errors
    /// When nobody answers there.
    async fn answers(&self, url: Url) -> Result<u16, ConnectError>;
}
