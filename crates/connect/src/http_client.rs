//! What every HTTP client of an outside system has in common: it follows no redirects, and shares one TLS configuration.

use std::sync::{Arc, LazyLock};

use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// Reading the certificates of the machine is the longest part of creating a client, and their roots are its largest part in memory. So
/// all clients of the process share them.
static TLS: LazyLock<Result<ClientConfig, rustls::Error>> = LazyLock::new(|| {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let verified = builder.with_safe_default_protocol_versions()?.with_platform_verifier()?;
    let mut config = verified.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
});

/// Why no client can be created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("TLS cannot be used with the certificates of this machine: {0}")]
    Tls(rustls::Error),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// Creates a client with the options that `complete` adds.
pub(crate) fn client(complete: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<reqwest::Client, ClientError> {
    let tls = TLS.clone().map_err(ClientError::Tls)?;
    let begun = reqwest::Client::builder().tls_backend_preconfigured(tls).redirect(Policy::none());
    Ok(complete(begun).build()?)
}
