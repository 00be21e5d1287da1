//! Queries for the pages, the API and the command line: one file for each feature, one method for each page or answer.
//!
//! A method that needs several statements reads them all from one snapshot, so that the result is consistent. There are
//! no queries per row: the data for all rows of a list is read with one statement. While a snapshot is open, no outside
//! system is called and no second snapshot is opened.

pub mod access;
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
pub mod marketplace_console;
pub mod marketplace_platform;
pub mod messages;
pub mod metrics;
pub mod news;
pub mod overview;
pub mod persons;
pub mod places;
pub mod portal_search;
pub mod privacy;
pub mod records;
pub mod returns;
pub mod reviews;
pub mod search;
pub mod service_requests;
pub mod staff;
pub mod storefront;
pub mod sweeps;
pub mod systems;
pub mod timeline;
pub mod warehouse;
pub mod work_orders;

use tessera_store::{Reads, StoreError};

use crate::Hub;

/// The read interface for pages, API and command line. Made by [`Hub::queries`].
#[derive(Debug, Clone, Copy)]
pub struct Queries<'a> {
    hub: &'a Hub,
}

impl Hub {
    /// The read interface for pages, API and command line.
    pub const fn queries(&self) -> Queries<'_> {
        Queries { hub: self }
    }
}

impl Queries<'_> {
    /// Reads of the current state, for an answer of one statement.
    pub(crate) fn reads(&self) -> &Reads {
        self.hub.reads()
    }

    /// Reads from one snapshot, for an answer of several statements.
    pub(crate) async fn snapshot(&self) -> Result<Reads, StoreError> {
        self.hub.reads().snapshot().await
    }
}
