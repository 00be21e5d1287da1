//! Permissions in the customer portal beyond the licence (`P10`).

use tessera_core::access::{self, Viewer};

use crate::Hub;

impl Hub {
    /// Whether the viewer may write news (`P10`).
    pub fn may_edit_news(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_edit_news(Some(viewer.licence), &viewer.role_functions, names).allowed
    }

    /// Whether the viewer may moderate the forum (`P10`).
    pub fn may_moderate_forum(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_moderate_forum(Some(viewer.licence), &viewer.role_functions, names).allowed
    }

    /// Whether the viewer may edit the contacts of their organisation (`P09`).
    pub fn may_edit_contacts(&self, viewer: &Viewer) -> bool {
        let names = &self.config.role_functions;
        access::may_edit_contacts(Some(viewer.licence), &viewer.role_functions, names).allowed
    }
}
