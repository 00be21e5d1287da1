//! What people do for themselves and with each other in the customer portal: news, forum, profile (`P09`, `P10`).

mod forum;
mod moderate;
mod news;
mod notices;
mod profile;

use tessera_core::access::{self, Viewer};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::CustomerId;

use crate::{Hub, HubError};

pub use moderate::{Moderating, PostAct, TopicAct};

/// Through which channel people come here.
pub(crate) const PORTAL: Channel = Channel::Portal;

impl Hub {
    /// Whether somebody may write in the blog (`P10`).
    pub fn may_edit_blog(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_edit_blog(Some(viewer.licence), &viewer.role_functions, names).allowed
    }

    /// Whether somebody may moderate the forum (`P10`).
    pub fn may_moderate_forum(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_moderate_forum(Some(viewer.licence), &viewer.role_functions, names).allowed
    }

    /// Whether somebody may keep the contacts of their organisation (`P09`).
    pub fn may_edit_contacts(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_edit_contacts(Some(viewer.licence), &viewer.role_functions, names).allowed
    }

    /// The customer on whose record something is noted.
    async fn noted_on(&self, id: CustomerId) -> Result<Customer, HubError> {
        let found = self.store.customer(id).await?;
        found.ok_or_else(|| HubError::NotFound("the customer record is gone".to_owned()))
    }
}
