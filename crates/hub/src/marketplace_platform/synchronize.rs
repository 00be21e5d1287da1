//! Synchronize: an account becomes the customer of a vendor, is found there, or is updated (`M08`, `M10`, `M17`, `M20`).
//!
//! Exists comes first, with the same identifiers. So a lost answer is looked for before anything is sent again. If it was
//! lost and the vendor has the customer, the vendor is asked once more for what the answer said (`lost_answer`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_core::kernel::job::Leased;
use tessera_core::marketplace::Operation;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::event::PlatformEvent;
use tessera_core::marketplace_platform::fields::filled;
use tessera_core::marketplace_platform::operation::MAX_UNREACHABLE;
use tessera_core::marketplace_platform::wire::{self, NamedReseller};
use tessera_core::marketplace_platform::{
    AccountOperation, AccountState, ExistsAnswer, LinkProblem, MarketplaceAccount, OperationKind, OperationState,
    Outcome, PlatformError, ServiceManager, VendorLink,
};

use super::asked;
use super::attempt::Stop;
use super::notifications::Announcement;
use super::operations::ended;
use super::shared_customer;
use super::vendor::{CallOf, VendorFailure, WITHIN};
use crate::commit::{Tx, commit};
use crate::effects::UNDER_WAY;
use crate::{Hub, HubError};

/// An account that is brought to a vendor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) operation: &'a AccountOperation,
    pub(super) vendor: &'a ServiceManager,
    pub(super) account: &'a MarketplaceAccount,
    /// The job that ends with it. `None`: the account is the reseller of the one that is meant.
    pub(super) job: Option<&'a Leased>,
}

/// What a vendor answered about an account that is its customer.
#[derive(Debug, Clone)]
pub(super) struct Linking {
    external_id: Option<String>,
    extra: BTreeMap<String, String>,
    existed: bool,
    /// Whether the vendor has just said that it has no such customer.
    was_absent: bool,
    /// The mark of the call that was answered, or the one that was there before the vendor was asked.
    mark: Option<Timestamp>,
    /// Whether it is answered what was sent for this account: then it counts, also if the operation has ended since.
    was_sent: bool,
    /// The mark of a call that may still be under way at the vendor.
    under_way: Option<Timestamp>,
    announcement: Announcement,
}

/// A customer of whom the vendor says that it has it.
#[derive(Debug, Clone)]
pub(super) struct FoundCustomer {
    pub(super) external_id: String,
    pub(super) extra: BTreeMap<String, String>,
    pub(super) send_notification: bool,
}

impl Linking {
    /// A customer whom the vendor has. `mark`: that of a call that was not answered, and made it.
    pub(super) fn found(found: FoundCustomer, mark: Option<Timestamp>, announcement: Announcement) -> Self {
        Self {
            external_id: Some(found.external_id),
            extra: found.extra,
            existed: mark.is_none(),
            was_absent: false,
            mark,
            was_sent: mark.is_some(),
            under_way: None,
            announcement,
        }
    }

    /// The same, while the call with its mark may still be under way.
    pub(super) fn unclear(self) -> Self {
        Self { under_way: self.mark, ..self }
    }
}

impl Visit<'_> {
    pub(super) fn call_of(&self) -> CallOf {
        CallOf { account: Some(self.account.id), operation: Some(self.operation.id), within: None }
    }
}

impl Hub {
    pub(super) async fn run_synchronize(&self, operation: &AccountOperation, job: &Leased) -> Result<(), Stop> {
        let account = self.marketplace_account(operation.account).await?;
        if account.state != AccountState::Active {
            return Err(PlatformError::AccountDeleted.into());
        }
        let Some(id) = operation.service_manager else { return Err(Stop::failed("the operation names no vendor")) };
        let mut vendor = self.service_manager(id).await?;
        if !vendor.is_fetched() {
            match Box::pin(self.fetch_options(&vendor, WITHIN)).await {
                Ok(_) => vendor = self.service_manager(id).await?,
                Err(VendorFailure::Hub(error)) => return Err(Stop::Hub(error)),
                // The fields that were fetched before serve until the vendor gives others.
                Err(_) if vendor.known_fields().is_some() => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        let mut reseller = None;
        if vendor.settings.reseller_support {
            for above in self.resellers_above(&account).await?.iter().rev() {
                let visit = Visit { operation, vendor: &vendor, account: above, job: None };
                let external_id = Box::pin(self.bring_reseller(visit, reseller.as_ref())).await?;
                reseller = Some(NamedReseller { id: above.id, external_id: Some(external_id) });
            }
        }
        let visit = Visit { operation, vendor: &vendor, account: &account, job: Some(job) };
        Box::pin(self.bring_to_vendor(visit, reseller.as_ref())).await.map(|_| ())
    }

    /// The reseller's id at the vendor. It is synchronized for its first customer, and later on its own account only.
    async fn bring_reseller(&self, visit: Visit<'_>, above: Option<&NamedReseller>) -> Result<String, Stop> {
        let link = self.reads().vendor_link(visit.account.id, visit.vendor.id).await?;
        if let Some(id) = link.as_ref().and_then(VendorLink::active_id) {
            return Ok(id.to_owned());
        }
        Box::pin(self.bring_to_vendor(visit, above)).await.map_err(|stop| match stop {
            Stop::Failed(outcome) => {
                let name = &visit.account.profile.name;
                let told = outcome.message.unwrap_or_default();
                Stop::Failed(Outcome::failure(None, &format!("the reseller {name} could not be synchronized: {told}")))
            }
            stop => stop,
        })
    }

    /// Asks for the account, and creates, finds or updates it. Its id at the vendor.
    async fn bring_to_vendor(&self, visit: Visit<'_>, reseller: Option<&NamedReseller>) -> Result<String, Stop> {
        let (mut link, mut body) = self.account_body(visit, reseller).await?;
        let exists = self.call_vendor(visit.vendor, Operation::Exists, &body, visit.call_of()).await?.exists()?;
        let was_absent = match exists {
            ExistsAnswer::Refused { code, message } => {
                return Err(Stop::Failed(Outcome::failure(Some(code), &message)));
            }
            ExistsAnswer::Exists { external_id, extra, send_notification }
                if link.active_id() != Some(&external_id) =>
            {
                let found = FoundCustomer { external_id, extra, send_notification };
                // What was sent and not answered made it; otherwise it was there before.
                let linking = match link.sent_at {
                    Some(_) if link.active_id().is_none() => {
                        Box::pin(self.recover_answer(visit, &link, body, found)).await?
                    }
                    mark => Linking::found(found, mark, Announcement::default()),
                };
                return self.link_at_vendor(visit, linking).await;
            }
            // It is linked already: the vendor hears what changed.
            ExistsAnswer::Exists { .. } => false,
            ExistsAnswer::Absent => {
                self.wait_until_clear(&link)?;
                if link.sent_at.is_some() && link.active_id().is_some() {
                    // A deletion was not answered, and was cancelled since: the account begins anew.
                    self.end_vendor_link(visit, link.sent_at).await?;
                    (link, body) = self.account_body(visit, reseller).await?;
                }
                true
            }
        };
        if visit.vendor.settings.pre_check {
            self.pre_check(visit, &body).await?;
        }
        let mark = self.mark_vendor_call_sent(visit, &link).await?;
        match self.call_vendor(visit.vendor, Operation::Synchronize, &body, visit.call_of()).await {
            Ok(answer) if answer.code == 0 => {
                self.sent_effects().answered(mark);
                let (external_id, extra) = (answer.result, answer.extra);
                let announcement = Announcement {
                    wanted: answer.send_notification,
                    password: answer.generated_password.map(SecretString::from),
                    options: options_in(&body),
                    after_loss: false,
                };
                let (existed, mark, was_sent, under_way) = (false, Some(mark), true, None);
                let found =
                    Linking { external_id, extra, existed, was_absent, mark, was_sent, under_way, announcement };
                self.link_at_vendor(visit, found).await
            }
            Ok(answer) => {
                self.unmark_vendor_call(visit, mark).await?;
                Err(Stop::Failed(Outcome::failure(Some(answer.code), &answer.message)))
            }
            Err(failure) => Err(self.not_answered(visit, mark, failure).await?),
        }
    }

    /// The link and the body of a call about an account.
    pub(super) async fn account_body(
        &self,
        visit: Visit<'_>,
        reseller: Option<&NamedReseller>,
    ) -> Result<(VendorLink, Value), Stop> {
        let Visit { vendor, account, .. } = visit;
        let link = self.reads().vendor_link(account.id, vendor.id).await?;
        let link = link.unwrap_or_else(|| VendorLink::new(account.id, vendor.id));
        let entered = self.values_at(account.id, vendor.id).await?;
        let options = match (filled(&vendor.fields, &entered, &account.profile), account.state) {
            (Ok(options), _) => options,
            // To delete an account, it need not be complete.
            (Err(_), AccountState::Deleting) => entered,
            (Err(error), _) => return Err(error.into()),
        };
        let own = || {
            let external_id = link.active_id().map(ToOwned::to_owned);
            let is_first = vendor.settings.reseller_support && account.is_reseller;
            is_first.then_some(NamedReseller { id: account.id, external_id })
        };
        let body = wire::account(account, reseller.cloned().or_else(own).as_ref(), &link, &options);
        Ok((link, body))
    }

    /// An answer was lost, and the vendor does not have the account. It may still be creating it, so that nothing is sent
    /// again before it must be done.
    pub(super) fn wait_until_clear(&self, link: &VendorLink) -> Result<(), Stop> {
        let unclear = |mark| self.sent_effects().unclear_for(mark, UNDER_WAY, self.env.elapsed());
        if link.sent_at.and_then(unclear).is_none() {
            return Ok(());
        }
        let reason = "an earlier answer was lost; the vendor may still be doing what was asked".to_owned();
        Err(Stop::Again { reason, most: MAX_UNREACHABLE })
    }

    async fn pre_check(&self, visit: Visit<'_>, body: &Value) -> Result<(), Stop> {
        let mut body = body.clone();
        body["CheckOnly"] = json!(true);
        let answer = self.call_vendor(visit.vendor, Operation::Synchronize, &body, visit.call_of()).await?;
        if answer.code == 0 { Ok(()) } else { Err(Stop::Failed(Outcome::failure(Some(answer.code), &answer.message))) }
    }

    /// Marks that a call with an effect is under way, unless the operation has ended, or the account is not in the state
    /// any more in which the call may be made.
    pub(super) async fn mark_vendor_call_sent(&self, visit: Visit<'_>, link: &VendorLink) -> Result<Timestamp, Stop> {
        let (account, service_manager, was) = (visit.account.id, visit.vendor.id, link.sent_at);
        let mark = self.sent_effects().reserve(was, self.env.now(), self.env.elapsed());
        commit!(Stop; self, &asked(visit.operation), |tx| {
            self.expect_open(visit, tx).await?;
            if self.mark_of(visit).await? != was {
                return Err(Stop::moved());
            }
            let sent = PlatformChange::MarkSent { account, service_manager, was, at: Some(mark) };
            tx.push(sent, "after a crash, the vendor is asked before anything is sent again");
            Ok(())
        })?;
        self.sent_effects().sent(mark, self.env.elapsed());
        Ok(mark)
    }

    /// Takes the mark away: nothing is under way. If someone else has answered for the call meanwhile, it is gone already.
    pub(super) async fn unmark_vendor_call(&self, visit: Visit<'_>, mark: Timestamp) -> Result<(), HubError> {
        let (account, service_manager, was) = (visit.account.id, visit.vendor.id, Some(mark));
        commit!(self, &asked(visit.operation), |tx| {
            if self.mark_of(visit).await? == was {
                let clear = PlatformChange::MarkSent { account, service_manager, was, at: None };
                tx.push(clear, "nothing is under way");
            }
            Ok(())
        })
    }

    async fn mark_of(&self, visit: Visit<'_>) -> Result<Option<Timestamp>, HubError> {
        Ok(self.reads().vendor_link(visit.account.id, visit.vendor.id).await?.and_then(|link| link.sent_at))
    }

    /// Plans that the operation goes on: nobody cancels it, and nobody deletes the account, until that is committed.
    async fn expect_open(&self, visit: Visit<'_>, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let state = match visit.operation.kind {
            OperationKind::Synchronize => AccountState::Active,
            OperationKind::Delete => AccountState::Deleting,
        };
        let (operation, account) = (visit.operation.id, visit.account.id);
        if self.account_operation(operation).await?.has_ended() {
            return Err(Stop::Over);
        }
        if self.marketplace_account(account).await?.state != state {
            // A reseller of the account was deleted, after the account was given to another one.
            return Err(Stop::moved());
        }
        let go_on = PlatformChange::GoOn { operation, account, state };
        tx.push(go_on, "the operation has not ended, and the account is as it was");
        Ok(())
    }

    /// What follows from a call with an effect that was not answered.
    pub(super) async fn not_answered(
        &self,
        visit: Visit<'_>,
        mark: Timestamp,
        failure: VendorFailure,
    ) -> Result<Stop, HubError> {
        match &failure {
            VendorFailure::Later { .. } | VendorFailure::NotSent(_) => self.unmark_vendor_call(visit, mark).await?,
            // A whole answer: the vendor does nothing any more, and a look proves what it did.
            VendorFailure::Broken(_) | VendorFailure::Unusable(_) => self.sent_effects().answered(mark),
            VendorFailure::Lost(_) | VendorFailure::Hub(_) => {}
        }
        Ok(failure.into())
    }

    /// Links the account with its customer at the vendor, and ends the operation if it is the account that is meant. An
    /// answer that cannot be right links nothing, and the operation says so.
    async fn link_at_vendor(&self, visit: Visit<'_>, found: Linking) -> Result<String, Stop> {
        let ctx = match visit.job {
            Some(job) => asked(visit.operation).ending(job),
            None => asked(visit.operation),
        };
        let linked: Result<Result<String, Outcome>, Stop> = commit!(Stop; self, &ctx, |tx| {
            if self.mark_of(visit).await? != found.mark {
                return Err(Stop::moved());
            }
            if !found.was_sent {
                self.expect_open(visit, tx).await?;
            }
            let result = match self.plan_vendor_link(visit, &found, tx).await? {
                Ok(external_id) => Ok(external_id),
                Err(problem) => Err(Outcome::failure(None, &problem.to_string())),
            };
            let is_open = !self.account_operation(visit.operation.id).await?.has_ended();
            if visit.job.is_some() && is_open {
                let (state, outcome) = match &result {
                    Ok(id) => (OperationState::Done, Outcome { external_id: Some(id.clone()), ..Outcome::default() }),
                    Err(outcome) => (OperationState::Failed, outcome.clone()),
                };
                tx.push(ended(visit.operation, state, outcome, tx.stamp), "the vendor answered");
            }
            Ok(result)
        });
        match linked? {
            Ok(external_id) => Ok(external_id),
            // The operation and its job have ended with it.
            Err(_) if visit.job.is_some() => Ok(String::new()),
            Err(outcome) => Err(Stop::Failed(outcome)),
        }
    }

    async fn plan_vendor_link(
        &self,
        visit: Visit<'_>,
        found: &Linking,
        tx: &mut Tx<'_>,
    ) -> Result<Result<String, LinkProblem>, HubError> {
        let Visit { vendor, account, .. } = visit;
        let before = self.reads().vendor_link(account.id, vendor.id).await?;
        let before = before.unwrap_or_else(|| VendorLink::new(account.id, vendor.id));
        let (known, mark) = (before.active_id().map(ToOwned::to_owned), found.mark);
        let answered =
            before.answered(found.external_id.as_deref(), found.extra.clone(), found.was_absent, tx.stamp.now);
        let linked = match answered {
            Ok(linked) => linked,
            Err(problem) => return Ok(Err(problem)),
        };
        let external_id = linked.external_id.clone().unwrap_or_default();
        let other = self.reads().vendor_link_named(vendor.id, &external_id).await?;
        if let Some(other) = other.filter(|other| other.account != account.id) {
            let name = self.marketplace_account(other.account).await?.profile.name;
            if let Some(mark) = mark {
                let (account, service_manager) = (account.id, vendor.id);
                let unmark = PlatformChange::MarkSent { account, service_manager, was: Some(mark), at: None };
                tx.push(unmark, "the vendor answered");
            }
            shared_customer::ask(account.id, other.account, vendor, &external_id, tx);
            return Ok(Err(LinkProblem::OfAnotherAccount { external_id, other: other.account, name }));
        }
        let linked = VendorLink { sent_at: found.under_way, ..linked };
        let is_new = known.as_ref() != Some(&external_id);
        let linked = if is_new { VendorLink { existed: found.existed, ..linked } } else { linked };
        self.plan_notification(vendor, &account.profile, &linked.extra, &found.announcement, tx)?;
        let put = PlatformChange::PutLink { link: Box::new(linked), was: mark };
        tx.push(put, "the account is this customer of the vendor");
        if is_new {
            let (service_manager, existed) = (vendor.name.clone(), found.existed);
            let event =
                PlatformEvent::VendorCustomerLinked { service_manager, external_id: external_id.clone(), existed };
            tx.extend(self.note_on_account(account.id, event, tx.stamp).await?);
        }
        Ok(Ok(external_id))
    }
}

/// The values of sync options in a body that was sent.
pub(super) fn options_in(body: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(body["SyncOptions"].clone()).unwrap_or_default()
}
