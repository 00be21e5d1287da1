//! One e-mail for each invitation and each activation. Those in doubt may have been sent or not. An invitation that was used at once needs none.

use std::collections::BTreeMap;

use super::{Findings, World};
use crate::outside::email;

/// The subjects, and the jobs that send them.
const KINDS: [(&str, &str); 2] =
    [("Activate your account at", "mail_invitation"), ("Your account at", "mail_activated")];

pub(super) fn check(world: &World<'_>, findings: &mut Findings) {
    let mut arrived = BTreeMap::<(String, &str), u64>::new();
    for ((to, subject), count) in world.outside.mails.counts() {
        match KINDS.iter().find(|(begins, _)| subject.starts_with(begins)) {
            Some((_, kind)) => *arrived.entry((to, kind)).or_default() += count,
            None => findings.doubled.push(format!("an e-mail that nobody expects: {subject} to {to}")),
        }
    }
    for (_, kind) in KINDS {
        // Which of them are open does not matter as long as no more are missing.
        let mut open = world.open.count(kind);
        for life in world.known.lives.values() {
            let due =
                if kind == "mail_activated" { life.activated } else { life.invitation.is_some() && !life.activated };
            let count = arrived.get(&(email(life.n), kind)).copied().unwrap_or_default();
            let missing = due && count == 0;
            if missing && open > 0 {
                open -= 1;
            } else if missing {
                findings.lost.push(format!("the e-mail {kind} to customer {}", life.n));
            } else if count > 1 {
                findings.doubled.push(format!("the e-mail {kind} to customer {} ({count} times)", life.n));
            }
        }
    }
}
