//! Checks whether the hub's own public address is reachable.

use std::time::Duration;

use async_trait::async_trait;
use tessera_hub::ports::{ConnectError, Priority, Reach};
use url::Url;

use crate::discipline::{Call, Charge, Client, ClientConfig, Environment};

/// Maximum time without an answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Checks over HTTP, with the system clock.
#[derive(Debug, Clone, Copy)]
pub struct OverHttp;

#[async_trait]
impl Reach for OverHttp {
    async fn answers(&self, url: Url) -> Result<u16, ConnectError> {
        let system = "the public URL".to_owned();
        let config = ClientConfig {
            system: system.clone(),
            authorization: None,
            read_timeout: CONNECT_TIMEOUT,
            limits: Vec::new(),
            reserve_percent: 0,
            longest_block: CONNECT_TIMEOUT,
        };
        let client = Client::new(config, Environment::system()).map_err(|error| ConnectError::Unexpected {
            system,
            object: "its own health".to_owned(),
            found: error.reason,
        })?;
        let call = Call::get(url, "/healthz", "its own health", Priority::Interactive, Charge::ONE);
        Ok(client.exchange(&call).await?.status.as_u16())
    }
}
