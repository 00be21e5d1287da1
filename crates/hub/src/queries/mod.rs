//! What the pages, the API and the command line read: a file for each feature, a method for each page or answer.
//!
//! A method whose answer takes several statements reads them all from one snapshot, so that what a page puts together agrees with itself.
//! Nothing is read row by row: what a list needs of its rows is asked for all of them at once. No outside system is called while a
//! snapshot is open, and no second snapshot is opened.

pub mod attachments;
pub mod credentials;
pub mod customers;
pub mod devices;
pub mod forum;
pub mod health;
pub mod invitations;
pub mod invoices;
pub mod jobs;
pub mod marketplace;
pub mod news;
pub mod persons;
pub mod places;
pub mod portal_search;
pub mod records;
pub mod returns;
pub mod reviews;
pub mod search;
pub mod service_requests;
pub mod sweeps;
pub mod systems;
pub mod timeline;

use tessera_store::{Reads, StoreError};

use crate::Hub;

/// What the faces may read. Made by [`Hub::queries`].
#[derive(Debug, Clone, Copy)]
pub struct Queries<'a> {
    hub: &'a Hub,
}

impl Hub {
    /// What the faces may read.
    pub const fn queries(&self) -> Queries<'_> {
        Queries { hub: self }
    }
}

impl Queries<'_> {
    /// The database as it is now, for an answer of a single statement.
    pub(crate) fn reads(&self) -> &Reads {
        self.hub.reads()
    }

    /// The database as it is at one moment, for an answer of several statements.
    pub(crate) async fn snapshot(&self) -> Result<Reads, StoreError> {
        self.hub.reads().snapshot().await
    }
}
