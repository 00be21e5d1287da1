//! A second process with web interfaces of its own, on the same database.

use std::ops::Deref;
use std::sync::Arc;

use tessera_web::pages::Renderer;

use super::app::TestApp;
use super::builder::{Interfaces, listen, serve, web_config};
use crate::hub::Neighbour;

/// The second process.
pub struct NeighbourApp {
    /// Its URL, without a trailing slash. The public URL, in links and redirects, is that of the first process, as behind
    /// a load balancer.
    pub url: String,
    neighbour: Neighbour,
}

impl Deref for NeighbourApp {
    type Target = Neighbour;
    fn deref(&self) -> &Neighbour {
        &self.neighbour
    }
}

impl TestApp {
    /// Starts a second process on this database. Its web interfaces have the usual configuration.
    pub async fn neighbour_app(&self) -> NeighbourApp {
        let neighbour = self.neighbour().await;
        let (listener, url) = listen().await;
        let (hub, environment) = (neighbour.hub.clone(), neighbour.environment.clone());
        let interfaces = Interfaces { hub, environment, idp_url: &self.idp_url };
        let renderer = Arc::new(Renderer::new(None).unwrap());
        serve(&mut self.serving.lock().unwrap(), listener, interfaces.with(renderer, web_config()));
        NeighbourApp { url, neighbour }
    }
}
