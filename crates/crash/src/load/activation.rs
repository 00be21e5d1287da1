//! Invitation, sign-in and activation.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;
use url::Url;

use super::Load;
use crate::hubs::Visitor;
use crate::outside::requester;

/// How long a customer tries to sign in, and then waits for the devices.
const TIMEOUT: Duration = Duration::from_mins(3);
const GLANCE: Duration = Duration::from_millis(100);

impl Load {
    /// Invites a customer; the path of the link.
    pub(super) async fn invite(&self, n: u64) -> anyhow::Result<String> {
        let order = json!({ "requester_id": requester(n).to_string() });
        let once = format!("invite {n}");
        let (status, body) = self.0.client.api((Method::POST, "/invitations"), Some(&order), Some(&once)).await?;
        ensure!(status == 201, "invitation: {status} {body}");
        let id = body["id"].as_str().context("no id")?.to_owned();
        self.0.ledger.life(n, "invitations", |life| life.invitation = Some(id));
        Ok(Url::parse(body["url"].as_str().context("no link")?)?.path().to_owned())
    }

    /// Signs in through the link, again if an answer was lost, and waits until the devices are shown.
    pub(super) async fn activate(&self, n: u64, visitor: &mut Visitor, link: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut clicked = None;
        loop {
            ensure!(began.elapsed() < TIMEOUT, "could not sign in within {TIMEOUT:?}");
            let opened = visitor.open(link).await?;
            ensure!(opened.status == 200, "{link}: {}", opened.status);
            if let Some(callback) = visitor.sign_in(link).await? {
                clicked.get_or_insert_with(Instant::now);
                let answer = visitor.open(&callback).await?;
                if answer.status == 303 && answer.location.as_deref() == Some("/activation") {
                    break;
                }
            }
            sleep(GLANCE).await;
        }
        ensure!(visitor.is_signed_in(), "no session after the activation began");
        self.0.ledger.life(n, "activations", |life| life.activated = true);
        let clicked = clicked.unwrap_or(began);
        self.is_shown(visitor, clicked).await?;
        self.0.ledger.note(|entries| entries.waits.push(clicked.elapsed()));
        Ok(())
    }

    async fn is_shown(&self, visitor: &mut Visitor, since: Instant) -> anyhow::Result<()> {
        loop {
            let answer = visitor.open("/activation/state").await?;
            ensure!(answer.status == 200, "/activation/state: {}", answer.status);
            if answer.json()["next"].is_string() {
                break;
            }
            if since.elapsed() > 4 * TIMEOUT {
                bail!("not activated within {:?}", 4 * TIMEOUT);
            }
            sleep(GLANCE).await;
        }
        let devices = visitor.open("/portal/customer").await?;
        ensure!(devices.status == 200, "the devices: {}", devices.status);
        Ok(())
    }
}
