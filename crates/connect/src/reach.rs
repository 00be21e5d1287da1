//! Whether an address of our own is reached from here.

use std::time::Duration;

use url::Url;

use crate::discipline::{Call, Charge, Client, ClientConfig, ConnectError, Environment, Priority};

/// How long an address of our own may stay silent.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks an address of ours for nothing in particular, and tells the status.
///
/// # Errors
/// When nobody answers there.
pub async fn answers(url: Url, environment: Environment) -> Result<u16, ConnectError> {
    let system = "the public URL".to_owned();
    let config = ClientConfig {
        system: system.clone(),
        authorization: None,
        read_timeout: CONNECT_TIMEOUT,
        limits: Vec::new(),
        reserve_percent: 0,
        longest_block: CONNECT_TIMEOUT,
    };
    let client = Client::new(config, environment).map_err(|error| ConnectError::Unexpected {
        system,
        object: "its own health".to_owned(),
        found: error.reason,
    })?;
    let call = Call::get(url, "/healthz", "its own health", Priority::Interactive, Charge::ONE);
    Ok(client.exchange(&call).await?.status.as_u16())
}
