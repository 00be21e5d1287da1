//! What people may do inside the customer portal beyond their licence (`P10`).

use tessera_core::access::{self, Viewer};

use crate::Hub;

impl Hub {
    /// Whether somebody may write news (`P10`).
    pub fn may_edit_news(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_edit_news(Some(viewer.licence), &viewer.role_functions, names).allowed
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
}
