//! Delete: an account is deleted at every vendor, and then here (`M15`, `M20`).

use jiff::Timestamp;
use tessera_core::kernel::job::Leased;
use tessera_core::marketplace::{Operation, remove};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::event::PlatformEvent;
use tessera_core::marketplace_platform::{
    AccountOperation, AccountState, ExistsAnswer, MarketplaceAccount, OperationState, Outcome, VendorLink, wire,
};

use super::asked;
use super::attempt::Stop;
use super::operations::ended;
use super::synchronize::Visit;
use crate::commit::{Tx, commit};
use crate::jobs::progressed;
use crate::{Hub, HubError};

impl Hub {
    /// Deletes an account at each vendor that may have it. One that refuses does not keep it from being deleted at the
    /// others.
    pub(super) async fn run_delete(&self, operation: &AccountOperation, job: &Leased) -> Result<(), Stop> {
        let account = self.marketplace_account(operation.account).await?;
        let mut stopped = Vec::new();
        for link in self.reads().vendor_links(account.id).await?.iter().filter(|link| link.may_be_there()) {
            let vendor = self.service_manager(link.service_manager).await?;
            let visit = Visit { operation, vendor: &vendor, account: &account, job: Some(job) };
            match Box::pin(self.delete_at(visit, link)).await {
                Ok(()) => {}
                Err(stop @ (Stop::Hub(_) | Stop::Over)) => return Err(stop),
                Err(stop) => stopped.push((vendor.name, stop)),
            }
            progressed();
        }
        if stopped.is_empty() {
            Ok(self.finish_deletion(operation, &account, job).await?)
        } else {
            Err(together(stopped))
        }
    }

    async fn delete_at(&self, visit: Visit<'_>, link: &VendorLink) -> Result<(), Stop> {
        let unclear = link.sent_at.is_some() || link.active_id().is_none();
        let external_id = match link.active_id() {
            Some(id) if !unclear => id.to_owned(),
            // An answer was lost, of this deletion or of an earlier Synchronize: only the vendor knows what is there.
            known => {
                let found = self.look_at_vendor(visit).await?;
                // It may still be creating the customer, or, with a lost update, be going to bring it back.
                if found.is_some() == known.is_some() {
                    self.wait_until_clear(link)?;
                }
                let Some(found) = found else { return self.end_vendor_link(visit, link.sent_at).await };
                known.map_or(found, ToOwned::to_owned)
            }
        };
        let body = wire::deletion(visit.account, link, &external_id);
        let mark = self.mark_vendor_call_sent(visit, link).await?;
        match self.call_vendor(visit.vendor, Operation::Delete, &body, visit.call_of()).await {
            Ok(answer) if answer.code == 0 => self.end_vendor_link(visit, Some(mark)).await,
            Ok(answer) => {
                self.unmark_vendor_call(visit, mark).await?;
                // Some vendors report an error if there is nothing to delete.
                match self.look_at_vendor(visit).await {
                    Ok(None) => self.end_vendor_link(visit, None).await,
                    _ => Err(Stop::Failed(Outcome::failure(Some(answer.code), &answer.message))),
                }
            }
            Err(failure) => Err(self.not_answered(visit, mark, failure).await?),
        }
    }

    /// The account's id at the vendor, as the vendor has it now.
    async fn look_at_vendor(&self, visit: Visit<'_>) -> Result<Option<String>, Stop> {
        let (_, body) = self.account_body(visit, None).await?;
        let answer = self.call_vendor(visit.vendor, Operation::Exists, &body, visit.call_of()).await?;
        match answer.exists()? {
            ExistsAnswer::Exists { external_id, .. } => Ok(Some(external_id)),
            ExistsAnswer::Absent => Ok(None),
            ExistsAnswer::Refused { code, message } => Err(Stop::Failed(Outcome::failure(Some(code), &message))),
        }
    }

    /// Notes that the vendor does not have the account any more, if nothing else was sent or answered since this mark.
    pub(super) async fn end_vendor_link(&self, visit: Visit<'_>, was: Option<Timestamp>) -> Result<(), Stop> {
        let (account, service_manager) = (visit.account.id, visit.vendor.id);
        commit!(Stop; self, &asked(visit.operation), |tx| {
            let link = self.reads().vendor_link(account, service_manager).await?;
            let Some(link) = link.filter(VendorLink::may_be_there) else { return Ok(()) };
            if link.sent_at != was {
                return Err(Stop::moved());
            }
            let end = PlatformChange::EndLink { account, service_manager, was, at: tx.stamp.now };
            tx.push(end, "the vendor has deleted it");
            if let Some(external_id) = link.active_id().map(ToOwned::to_owned) {
                let service_manager = visit.vendor.name.clone();
                let event = PlatformEvent::VendorCustomerDeleted { service_manager, external_id };
                tx.extend(self.note_on_account(account, event, tx.stamp).await?);
            }
            Ok(())
        })
    }

    async fn finish_deletion(
        &self,
        operation: &AccountOperation,
        account: &MarketplaceAccount,
        job: &Leased,
    ) -> Result<(), HubError> {
        commit!(self, &asked(operation).ending(job), |tx| {
            let now = self.marketplace_account(account.id).await?;
            let is_open = !self.account_operation(operation.id).await?.has_ended();
            // Cancelled at the last moment: the account stays, without its customers at the vendors.
            if is_open && now.state == AccountState::Deleting {
                self.plan_deleted(&now, tx).await?;
                tx.push(
                    ended(operation, OperationState::Done, Outcome::default(), tx.stamp),
                    "no vendor has it any more",
                );
            }
            Ok(())
        })
    }

    async fn plan_deleted(&self, account: &MarketplaceAccount, tx: &mut Tx<'_>) -> Result<(), HubError> {
        let MarketplaceAccount { id, version, attached, state: from, .. } = *account;
        let (to, at) = (AccountState::Deleted, tx.stamp.now);
        let deleted = PlatformChange::SetAccountState { id, version, from, to, attached, at };
        tx.push(deleted, "it is deleted at every vendor");
        let key = account.record();
        let links = self.reads().links_of_record(&key).await?;
        let Some(link) = links.into_iter().find(|link| link.ended.is_none()) else { return Ok(()) };
        let Some(customer) = self.reads().customer(link.customer_id).await? else { return Ok(()) };
        let alone = remove::is_alone(&self.reads().links(customer.id).await?, &key);
        tx.extend(remove::delete(&link, customer, alone, tx.stamp));
        Ok(())
    }
}

/// Several vendors that did not delete the account. As long as one of them may do it by itself, it is tried again.
fn together(stopped: Vec<(String, Stop)>) -> Stop {
    let mut reasons = Vec::new();
    let (mut again, mut later, mut code) = (None, None, None);
    for (vendor, stop) in stopped {
        let reason = match stop {
            Stop::Failed(outcome) => {
                code = code.or(outcome.code);
                outcome.message.unwrap_or_default()
            }
            Stop::Again { reason, most } => {
                again = again.max(Some(most));
                reason
            }
            Stop::Later { reason, at } => {
                later = later.max(Some(at));
                reason
            }
            Stop::Hub(error) => error.to_string(),
            Stop::Over => String::new(),
        };
        reasons.push(format!("{vendor}: {reason}"));
    }
    let reason = reasons.join("; ");
    match (again, later) {
        (Some(most), _) => Stop::Again { reason, most },
        (None, Some(at)) => Stop::Later { reason, at },
        (None, None) => Stop::Failed(Outcome::failure(code, &reason)),
    }
}
