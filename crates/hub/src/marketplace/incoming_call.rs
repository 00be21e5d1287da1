//! A platform's call, and its reply. Every call is stored with its reply, for staff, in the transaction that the reply
//! reports on.

use std::time::Instant;

use jiff::Timestamp;
use tessera_core::kernel::ids::CallId;
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Answer, Call, Code, MarketplaceError, Operation, call};
use tessera_store::StoreError;

use super::{MarketplaceConfig, ctx};
use crate::commit::{Tx, commit};
use crate::{Hub, HubError};

/// A call of an authenticated platform, as known before it is answered.
#[derive(Debug, Clone)]
pub struct IncomingCall<'a> {
    /// The marketplace.
    pub marketplace: &'a MarketplaceConfig,
    /// The operation; `None` if unknown.
    pub operation: Option<Operation>,
    /// The account id in the request, if any.
    pub account_id: Option<String>,
    /// Whether the call is a test without effect.
    pub is_test: bool,
    /// The request body, redacted.
    pub request: String,
    /// Time of arrival.
    pub at: Timestamp,
    /// Start of the measured duration.
    pub began: Instant,
}

/// The reply to a call.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// The body that the platform receives.
    pub body: String,
}

impl Hub {
    /// Rejects a call that cannot be executed, and stores it.
    pub async fn reject_call(&self, call: &IncomingCall<'_>, error: MarketplaceError) -> Reply {
        let (reply, stored) = self.reply_to(call, Answer::Refused(error));
        if let Err(error) = self.store_call(call, &stored).await {
            tracing::error!(%error, "a marketplace's call could not be written down");
        }
        reply
    }

    /// The reply to a call whose journey failed.
    pub(super) async fn failed(&self, call: &IncomingCall<'_>, error: HubError) -> Reply {
        let code = match &error {
            HubError::Busy => Code::Busy,
            HubError::Store(StoreError::CommitUnknown(_)) => Code::Unconfirmed,
            _ => Code::Unavailable,
        };
        tracing::error!(%error, "a marketplace's call could not be answered");
        self.reject_call(call, MarketplaceError::plain(code)).await
    }

    /// Replies to a call that has changed nothing.
    pub(super) async fn reply_and_store(&self, call: &IncomingCall<'_>, answer: Answer) -> Result<Reply, HubError> {
        let (reply, stored) = self.reply_to(call, answer);
        self.store_call(call, &stored).await?;
        Ok(reply)
    }

    async fn store_call(&self, call: &IncomingCall<'_>, stored: &Call) -> Result<(), HubError> {
        commit!(self, &ctx(call.marketplace), |tx| {
            store(tx, stored.clone());
            Ok(())
        })
    }

    /// The reply, and the call to store with it.
    pub(super) fn reply_to(&self, call: &IncomingCall<'_>, answer: Answer) -> (Reply, Call) {
        let body = answer.body();
        let text = body.to_string();
        let stored = Call {
            id: CallId(self.env.uuid()),
            marketplace: call.marketplace.name.clone(),
            operation: call.operation,
            account_id: call.account_id.as_deref().or(answer.account()).map(ToOwned::to_owned),
            at: call.at,
            micros: i64::try_from(call.began.elapsed().as_micros()).unwrap_or(i64::MAX),
            code: answer.code(),
            is_test: call.is_test,
            request: call.request.clone(),
            answer: call::redacted(body),
        };
        (Reply { answer, body: text }, stored)
    }
}

/// Stores a call with its reply.
pub(super) fn store(tx: &mut Tx<'_>, call: Call) {
    tx.push(MarketplaceChange::KeepCall(Box::new(call)), "staff see what a marketplace asked and was answered");
}
