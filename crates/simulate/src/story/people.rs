//! Invitations and activations.

use std::time::Duration;

use tessera_core::activation::ActivationState;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::InvitationId;
use tessera_hub::ports::CallbackParams;
use tessera_hub::{Purpose, Visit};

use super::{Client, Said, machine};
use crate::company::address;

/// The secret of a person's browser.
const BROWSER: &str = "the secret of a browser";
/// How often a person looks whether their devices are there.
const LOOKS: Duration = Duration::from_secs(1);
/// How long a person waits at most.
const TIMEOUT: Duration = Duration::from_mins(10);

impl Client {
    pub(crate) async fn invite(&self, requester: u64, number: usize) {
        let mut tries = 0;
        while self.invited(requester, &format!("invite {number}")).await.is_none() && self.again(tries).await {
            tries += 1;
        }
    }

    async fn invited(&self, requester: u64, key: &str) -> Option<InvitationId> {
        let ctx = machine(key);
        let order = move |hub: tessera_hub::Hub| async move { hub.invite(&requester.to_string(), &ctx).await };
        let Said::Done(invited) = self.order(&format!("{key} of {requester}"), order).await else { return None };
        let mut acknowledged = self.acknowledged();
        if !acknowledged.invitations.iter().any(|(id, _)| *id == invited.id) {
            acknowledged.invitations.push((invited.id, invited.url));
        }
        Some(invited.id)
    }

    pub(crate) async fn activate(&self, requester: u64, number: usize) {
        for tries in 0.. {
            if let Some(sign_in) = self.signed_in(requester, &format!("activate {number} {tries}")).await {
                return self.wait_for_devices(requester, sign_in).await;
            }
            if !self.again(tries).await {
                return;
            }
        }
    }

    /// From the invitation to the claim.
    async fn signed_in(&self, requester: u64, key: &str) -> Option<SignIn> {
        let id = self.invited(requester, key).await?;
        let purpose = Purpose::Activate { invitation_id: id };
        let begun =
            self.ask(move |hub, _| async move { hub.begin_sign_in(Some("idp"), purpose, BROWSER, false).await });
        let url = begun.await?.ok()?;
        let state = url.query_pairs().find(|(name, _)| name == "state").map(|(_, state)| state.into_owned());
        tokio::time::sleep(self.world.scene.clients.short(3000)).await;
        let callback = CallbackParams { code: Some(address(requester)), state, ..CallbackParams::default() };
        let finished = self.ask(move |hub, _| async move { hub.finish_sign_in("idp", &callback, Some(BROWSER)).await });
        let sign_in = finished.await?.ok()?.sign_in;
        let claims = sign_in.clone();
        let claim =
            move |hub: tessera_hub::Hub| async move { hub.claim_and_sign_in(id, &claims, &Visit::default()).await };
        match self.order(&format!("{key}: claim"), claim).await {
            Said::Done(claimed) if claimed.refusal.is_none() => Some(sign_in),
            _ => None,
        }
    }

    async fn wait_for_devices(&self, requester: u64, sign_in: SignIn) {
        let began = self.world.scene.clocks.elapsed();
        self.acknowledged().activations.push((requester, None));
        loop {
            let identity = sign_in.identity.clone();
            let shown = self.ask(move |hub, _| async move { hub.my_activation(&identity).await }).await;
            let took = self.world.scene.clocks.elapsed().saturating_sub(began);
            if let Some(Ok(Some(shown))) = shown
                && shown.activation.state == ActivationState::Done
            {
                self.world.scene.note(format_args!("{requester} sees their devices"));
                let mut acknowledged = self.acknowledged();
                let mine = acknowledged.activations.iter_mut().find(|(of, took)| *of == requester && took.is_none());
                if let Some(mine) = mine {
                    mine.1 = Some(took);
                }
                return;
            }
            if took > TIMEOUT {
                return;
            }
            tokio::time::sleep(LOOKS).await;
        }
    }
}
