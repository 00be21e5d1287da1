//! Invitations, as listed in the console.

use jiff::Timestamp;
use tessera_core::invitations::{Invitation, InvitationState, Revocation};
use tessera_hub::Invited;

use super::record_url;
use crate::App;
use crate::console::presenter;
use crate::pages::Tone;
use crate::pages::console as page;
use crate::pages::console::{Badge, InvitationRow};

/// A row for each invitation.
pub(super) fn rows(app: &App, invitations: &[Invitation]) -> Vec<InvitationRow> {
    let now = app.hub.env.now();
    let row = |invitation: &Invitation| InvitationRow {
        email: Some(invitation.email.clone()).filter(|it| !it.is_empty()).unwrap_or_else(|| "no address".to_owned()),
        state: state(invitation, now),
        issued: presenter::done(app, invitation.created_at, &invitation.created_by),
        expires_at: invitation.expires_at,
        used_at: invitation.consumed_at,
        revoke_action: invitation.may_withdraw(now).then(|| format!("{}/withdraw", record_url(&invitation.record()))),
    };
    invitations.iter().map(row).collect()
}

fn state(invitation: &Invitation, now: Timestamp) -> page::InvitationState {
    match invitation.state(now) {
        InvitationState::Open => page::InvitationState::Open,
        InvitationState::Claimed => page::InvitationState::Pending,
        InvitationState::Used => page::InvitationState::Used,
        InvitationState::Expired => page::InvitationState::Expired,
        InvitationState::Revoked if matches!(invitation.revoked, Some((_, Revocation::Superseded))) => {
            page::InvitationState::Superseded
        }
        InvitationState::Revoked => page::InvitationState::Revoked,
    }
}

/// The state of a record's activation, in two words.
pub(super) fn standing(newest: Option<&Invitation>, now: Timestamp) -> Badge {
    match newest.map(|invitation| invitation.state(now)) {
        Some(InvitationState::Open) => Badge::new("Invited", Tone::Plain),
        Some(InvitationState::Claimed) => Badge::new("Signed in, finishing", Tone::Warn),
        Some(InvitationState::Expired) => Badge::new("Invitation expired", Tone::Warn),
        Some(InvitationState::Used) => Badge::new("Activated before", Tone::Plain),
        Some(InvitationState::Revoked) | None => Badge::new("Not invited", Tone::Warn),
    }
}

/// The message after inviting, for pages that do not show the link themselves.
pub(super) fn invited_message(invited: &Invited) -> String {
    format!("Invitation created and on its way to {}. Its link, shown only this once: {}", invited.email, invited.url)
}
