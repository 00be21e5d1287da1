//! The outside systems that the bench needs: a token issuer, and a service desk that records the times of its requests.

use std::time::Instant;

use anyhow::Context;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use tessera_core::kernel::clock::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::people;

/// Audience of the tokens.
pub const AUDIENCE: &str = "sunfield-app";

/// Token issuer and service desk, listening on loopback.
#[derive(Debug)]
pub struct Outside {
    /// URL of both, and name of the issuer. Without a trailing slash.
    pub url: String,
    /// Requested requesters, with the times of the requests.
    pub asked: UnboundedReceiver<(String, Instant)>,
    key: EncodingKey,
}

impl Outside {
    /// Starts both.
    pub async fn start() -> anyhow::Result<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok().context("no RSA key could be made")?;
        let der: Pkcs8V1Der<'static> = pair.as_der().ok().context("no RSA key could be made")?;
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
        let key = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let mut public = Jwk::from_encoding_key(&key, Algorithm::RS256)?;
        public.common.key_id = Some("bench".to_owned());

        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let metadata = json!({
            "issuer": url, "jwks_uri": format!("{url}/jwks"), "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
        });
        let keys = serde_json::to_string(&JwkSet { keys: vec![public] })?;
        let document = |text: String| get(async move || ([(header::CONTENT_TYPE, "application/json")], text.clone()));
        let (tell, asked) = unbounded_channel();
        let router = Router::new()
            .route("/.well-known/openid-configuration", document(metadata.to_string()))
            .route("/jwks", document(keys))
            .route("/api/v2/requesters/{id}", get(requester))
            .with_state(tell);
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { url, asked, key })
    }

    /// Tokens of these customers, signed by RS256 as in Azure AD B2C. `round` makes further tokens of the same customer
    /// differ.
    pub async fn tokens(&self, customers: Vec<u64>, round: u64) -> anyhow::Result<Vec<String>> {
        let (half, issuer) = (customers.len().div_ceil(2).max(1), self.url.clone());
        let mut signing = Vec::new();
        for part in customers.chunks(half) {
            let (part, issuer, key) = (part.to_vec(), issuer.clone(), self.key.clone());
            signing.push(tokio::task::spawn_blocking(move || {
                part.iter().map(|customer| token(*customer, round, &issuer, &key)).collect::<anyhow::Result<Vec<_>>>()
            }));
        }
        let mut tokens = Vec::new();
        for part in signing {
            tokens.extend(part.await??);
        }
        Ok(tokens)
    }
}

fn token(customer: u64, round: u64, issuer: &str, key: &EncodingKey) -> anyhow::Result<String> {
    let now = SystemClock.now();
    let mut header = Header::new(Algorithm::RS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some("bench".to_owned());
    let claims = json!({
        "iss": issuer, "sub": people::subject(customer), "aud": AUDIENCE, "client_id": AUDIENCE, "scope": "openid",
        "iat": now.as_second(), "exp": (now + SignedDuration::from_hours(8)).as_second(), "jti": format!("{round}-{customer}"),
    });
    Ok(jsonwebtoken::encode(&header, &claims, key)?)
}

/// Answers 404 for every requester. Only the arrival of the request matters.
async fn requester(State(tell): State<UnboundedSender<(String, Instant)>>, Path(id): Path<String>) -> StatusCode {
    // The bench may have stopped receiving. Then the message is dropped.
    let _ = tell.send((id, Instant::now()));
    StatusCode::NOT_FOUND
}
