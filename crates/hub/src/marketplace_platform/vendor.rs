//! Calls of a vendor: with its credentials, read leniently, and kept for staff without secrets.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerCallId};
use tessera_core::marketplace::{Operation, SyncOption};
use tessera_core::marketplace_platform::answer::read_options;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::history::stored_body;
use tessera_core::marketplace_platform::{CallOutcome, ServiceManager, ServiceManagerCall, Unreadable, VendorAnswer};

use super::service_managers::ServiceManagerSecrets;
use crate::commit::commit;
use crate::ports::{ConnectError, VendorCallError, VendorRequest};
use crate::{Ctx, Hub, HubError};

/// Time limit of a call. The contract has none; vendors create tenants while the platform waits.
pub(super) const WITHIN: Duration = Duration::from_secs(30);
/// Time limit of a call that a person is waiting for.
pub(super) const AT_ONCE_WITHIN: Duration = Duration::from_secs(10);

/// When a vendor that was not available is asked again.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// What a call is a part of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallOf {
    pub(super) account: Option<MarketplaceAccountId>,
    pub(super) operation: Option<AccountOperationId>,
    /// Time limit. `None`: the usual one.
    pub(super) within: Option<Duration>,
}

/// Why a call has no answer of the contract.
#[derive(Debug)]
pub(super) enum VendorFailure {
    /// Nothing was sent. It can be tried at this time.
    Later { reason: String, at: Timestamp },
    /// Nothing was sent: the vendor cannot be reached.
    NotSent(String),
    /// The vendor may have done what was asked, and may still be doing it.
    Lost(String),
    /// A whole answer came that tells of a fault of the vendor for the moment.
    Broken(String),
    /// A whole answer came that is not of the contract.
    Unusable(String),
    /// The hub's own failure.
    Hub(HubError),
}

impl From<HubError> for VendorFailure {
    fn from(error: HubError) -> Self {
        Self::Hub(error)
    }
}

impl Hub {
    /// Calls Exists, Synchronize or Delete.
    pub(super) async fn call_vendor(
        &self,
        vendor: &ServiceManager,
        operation: Operation,
        body: &Value,
        of: CallOf,
    ) -> Result<VendorAnswer, VendorFailure> {
        let read = |body: &[u8]| VendorAnswer::read(body).map(|answer| (answer.code, answer));
        let mut answer = self.exchange_with_vendor(vendor, operation, Some(body.to_string()), of, read).await?;
        answer.message = self.secrets_of(vendor)?.hidden(&answer.message);
        Ok(answer)
    }

    /// Fetches the sync options.
    pub(super) async fn options_of_vendor(
        &self,
        vendor: &ServiceManager,
        within: Duration,
    ) -> Result<Vec<SyncOption>, VendorFailure> {
        let read = |body: &[u8]| read_options(body).map(|options| (0, options));
        let of = CallOf { within: Some(within), ..CallOf::default() };
        self.exchange_with_vendor(vendor, Operation::SyncOptions, None, of, read).await
    }

    async fn exchange_with_vendor<T>(
        &self,
        vendor: &ServiceManager,
        operation: Operation,
        body: Option<String>,
        of: CallOf,
        read: impl Fn(&[u8]) -> Result<(i64, T), Unreadable> + Send,
    ) -> Result<T, VendorFailure> {
        let secrets = self.secrets_of(vendor)?;
        let (track_id, at, began) = (self.env.uuid(), self.env.now(), self.env.elapsed());
        let within = of.within.unwrap_or(WITHIN);
        let request = VendorRequest {
            service_manager: vendor.id,
            address: vendor.settings.address(operation),
            application_id: vendor.settings.application_id.clone(),
            api_key: secrets.api_key.clone(),
            settings: secrets.settings.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
            track_id,
            within,
            at_once: within < WITHIN,
            body,
        };
        let replied = self.service_managers.call(&request).await;
        if let Err(VendorCallError::Later { reason, at }) = replied {
            // No call was made, so there is none to keep.
            return Err(VendorFailure::Later { reason, at });
        }
        let micros = self.env.elapsed().saturating_sub(began).as_micros();
        let mut call = ServiceManagerCall {
            id: ServiceManagerCallId(self.env.uuid()),
            service_manager: vendor.id,
            account: of.account,
            operation_id: of.operation,
            operation,
            track_id: track_id.to_string(),
            at,
            micros: i64::try_from(micros).unwrap_or(i64::MAX),
            outcome: CallOutcome::Answered,
            status: None,
            code: None,
            request: stored_body(request.body.as_deref().unwrap_or_default(), &[]),
            answer: String::new(),
        };
        let result = match replied {
            Ok(reply) => {
                call.status = Some(i64::from(reply.status));
                call.answer = secrets.hidden_in(&String::from_utf8_lossy(&reply.body));
                judge(reply.status, read(&reply.body))
            }
            Err(VendorCallError::NotSent(reason)) => Err(VendorFailure::NotSent(reason)),
            Err(error) => Err(VendorFailure::Lost(error.to_string())),
        };
        let result = result.map_err(|failure| match failure {
            VendorFailure::Unusable(reason) => VendorFailure::Unusable(secrets.hidden(&reason)),
            other => other,
        });
        match &result {
            Ok((code, _)) => call.code = Some(*code),
            Err(failure) => {
                call.outcome = failure.outcome();
                if call.answer.is_empty() {
                    call.answer = failure.reason();
                }
            }
        }
        self.keep_vendor_call(call).await?;
        result.map(|(_, answer)| answer)
    }

    async fn keep_vendor_call(&self, call: ServiceManagerCall) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let keep = PlatformChange::KeepCall(Box::new(call.clone()));
            tx.push(keep, "staff see what a vendor was asked and answered");
            Ok(())
        })
    }

    pub(super) fn secrets_of(&self, vendor: &ServiceManager) -> Result<ServiceManagerSecrets, VendorFailure> {
        let unusable =
            |why: String| VendorFailure::Unusable(format!("the API key of {} cannot be used: {why}", vendor.name));
        let text = self.config.secret_key.open(&vendor.sealed).map_err(|error| unusable(error.to_string()))?;
        ServiceManagerSecrets::read(&text).ok_or_else(|| unusable("another version saved it; save it again".to_owned()))
    }
}

/// An answer by its status and its body. Another status than 2xx is a failure of the transport, whatever its body says.
fn judge<T>(status: u16, read: Result<T, Unreadable>) -> Result<T, VendorFailure> {
    match status {
        200..=299 => read.map_err(|unreadable| VendorFailure::Unusable(unreadable.to_string())),
        408 | 425 | 429 | 500..=599 => {
            Err(VendorFailure::Broken(format!("the vendor answered with HTTP status {status}")))
        }
        _ => Err(VendorFailure::Unusable(format!("the vendor answered with HTTP status {status}"))),
    }
}

impl VendorFailure {
    /// The failure of a call for which staff wait. `object` is what was asked for.
    pub(super) fn for_staff(self, vendor: &ServiceManager, object: &str, now: Timestamp) -> HubError {
        let (system, object) = (vendor.name.clone(), object.to_owned());
        match self {
            Self::Hub(error) => error,
            Self::Unusable(found) => ConnectError::Unexpected { system, object, found }.into(),
            Self::Later { reason, at: retry_at } => {
                ConnectError::Unavailable { system, object, reason, retry_at }.into()
            }
            failure => {
                let (reason, retry_at) = (failure.reason(), now + RETRY_AFTER);
                ConnectError::Unavailable { system, object, reason, retry_at }.into()
            }
        }
    }

    /// What went wrong, for staff.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Later { reason, .. }
            | Self::NotSent(reason)
            | Self::Lost(reason)
            | Self::Broken(reason)
            | Self::Unusable(reason) => reason.clone(),
            Self::Hub(error) => error.to_string(),
        }
    }

    const fn outcome(&self) -> CallOutcome {
        match self {
            Self::Lost(_) => CallOutcome::Lost,
            Self::Broken(_) | Self::Unusable(_) => CallOutcome::Unusable,
            Self::Later { .. } | Self::NotSent(_) | Self::Hub(_) => CallOutcome::NotSent,
        }
    }
}

impl ServiceManagerSecrets {
    /// A body for the history.
    fn hidden_in(&self, body: &str) -> String {
        let encoded = STANDARD.encode(self.api_key.expose_secret());
        let mut hidden = vec![self.api_key.expose_secret(), encoded.as_str()];
        hidden.extend(self.settings.values().map(ExposeSecret::expose_secret));
        stored_body(body, &hidden)
    }

    /// A message of the vendor, which may repeat what it was sent.
    pub(super) fn hidden(&self, message: &str) -> String {
        let encoded = STANDARD.encode(self.api_key.expose_secret());
        let secrets = self.settings.values().chain([&self.api_key]).map(ExposeSecret::expose_secret);
        let secrets = secrets.chain([encoded.as_str()]).filter(|secret| secret.len() >= 4);
        secrets.fold(message.to_owned(), |message, secret| message.replace(secret, "•••"))
    }

    /// The form in which they are encrypted.
    pub(super) fn write(&self) -> String {
        let settings: BTreeMap<&str, &str> =
            self.settings.iter().map(|(id, value)| (id.as_str(), value.expose_secret())).collect();
        serde_json::json!({ "api_key": self.api_key.expose_secret(), "settings": settings }).to_string()
    }

    /// Reads that form.
    pub(super) fn read(text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let api_key = SecretString::from(json["api_key"].as_str()?);
        let settings = json["settings"].as_object()?.iter();
        let settings = settings.map(|(id, value)| Some((id.clone(), SecretString::from(value.as_str()?))));
        Some(Self { api_key, settings: settings.collect::<Option<_>>()? })
    }
}
