//! Service managers: saved by staff, who then get the custom fields that the vendor defines (`M04`, `M05`).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Job, Leased};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::event::PlatformEvent;
use tessera_core::marketplace_platform::fields::{FieldRef, difference};
use tessera_core::marketplace_platform::jobs::FetchSyncOptions;
use tessera_core::marketplace_platform::service_manager::{ServiceManagerSettings, check_secrets, secrets_would_move};
use tessera_core::marketplace_platform::{Notification, PlatformError, ServiceManager, ServiceManagerDraft};
use tessera_store::Conflict;

use super::vendor::{AT_ONCE_WITHIN, VendorFailure, WITHIN};
use crate::commit::{Tx, commit, commit_once};
use crate::jobs::{JobOutcome, Run};
use crate::{Ctx, Hub, HubError};

/// Purpose of the idempotency keys of new service managers.
const PURPOSE: &str = "service_manager";
/// When the options are fetched in the background, if that did not succeed while staff waited.
const FETCH_AFTER: SignedDuration = SignedDuration::from_secs(20);
/// Maximum length of a stored error, in characters.
const MAX_ERROR_LENGTH: usize = 1000;

/// The secrets of a service manager.
#[derive(Debug, Clone)]
pub struct ServiceManagerSecrets {
    /// The API key.
    pub api_key: SecretString,
    /// The setting fields by id. Some of them are passwords.
    pub settings: BTreeMap<String, SecretString>,
}

/// What a refresh changed in a group of custom fields.
#[derive(Debug, Clone, Default)]
pub struct Refreshed {
    /// New fields.
    pub added: Vec<FieldRef>,
    /// Fields with another definition, each with the number of accounts that have a value.
    pub changed: Vec<FieldWithValues>,
    /// Fields that are gone, each with the number of values that are kept.
    pub removed: Vec<FieldWithValues>,
}

/// A field that was changed or removed, and its values.
#[derive(Debug, Clone)]
pub struct FieldWithValues {
    /// The field.
    pub field: FieldRef,
    /// Number of accounts with a value, which is kept.
    pub values: i64,
}

/// The secrets of a service manager that is saved.
struct Merged {
    secrets: ServiceManagerSecrets,
    /// The first field whose stored secret stays.
    kept: Option<&'static str>,
}

impl Hub {
    /// Creates a service manager, and fetches its sync options. If that fails, it is tried again in the background, and
    /// the service manager says why.
    ///
    /// # Errors
    /// [`PlatformError`] if the settings do not fit, or another one has the name.
    pub async fn create_service_manager(
        &self,
        draft: ServiceManagerDraft,
        secrets: &ServiceManagerSecrets,
        ctx: &Ctx,
    ) -> Result<ServiceManager, HubError> {
        let (draft, sealed) = self.checked_service_manager(draft, secrets)?;
        // Only the hash of the request is kept.
        let request = format!("{draft:?} {}", secrets.write());
        let made: Result<(ServiceManagerId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let id: ServiceManagerId = tx.stamp.id();
            self.name_is_free(&draft, id).await?;
            let service_manager = ServiceManager {
                id,
                name: draft.name.clone(),
                settings: draft.settings.clone(),
                sealed: sealed.clone(),
                fields: Vec::new(),
                fetched_at: None,
                fetched_version: 0,
                fetch_error: None,
                version: 1,
                created_at: tx.stamp.now,
                changed_at: tx.stamp.now,
                changed_by: tx.stamp.actor.to_string(),
            };
            let (service_manager, name_key) = (Box::new(service_manager), draft.name_key());
            let create = PlatformChange::CreateServiceManager { service_manager, name_key };
            tx.push(create, "the marketplace calls this vendor from now on");
            self.after_saving(id, &draft.name, tx).await?;
            Ok(id)
        });
        let (id, repeated) = made?;
        if !repeated {
            self.fetch_at_once(id).await;
        }
        self.service_manager(id).await
    }

    /// Saves the settings of a service manager, and fetches its sync options. Secrets that are not given stay. Of the
    /// setting fields, those without a value keep the one that is stored. Stored secrets go to no other server than before.
    ///
    /// # Errors
    /// [`PlatformError`] if the settings do not fit, another one has the name, or a stored secret would go to another server.
    pub async fn save_service_manager(
        &self,
        id: ServiceManagerId,
        draft: ServiceManagerDraft,
        api_key: Option<SecretString>,
        settings: Option<BTreeMap<String, Option<SecretString>>>,
        ctx: &Ctx,
    ) -> Result<ServiceManager, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.service_manager(id).await?;
            let Merged { secrets, kept } = self.merged_with_stored(&before, api_key.clone(), settings.clone())?;
            let (draft, sealed) = self.checked_service_manager(draft.clone(), &secrets)?;
            if let Some(field) = kept.filter(|_| draft.settings.sends_elsewhere(&before.settings)) {
                return Err(secrets_would_move(field).into());
            }
            self.name_is_free(&draft, id).await?;
            let saved = ServiceManager {
                name: draft.name.clone(),
                settings: draft.settings.clone(),
                sealed,
                version: before.version + 1,
                changed_at: tx.stamp.now,
                changed_by: tx.stamp.actor.to_string(),
                ..before
            };
            let (service_manager, name_key) = (Box::new(saved), draft.name_key());
            tx.push(PlatformChange::SaveServiceManager { service_manager, name_key }, "staff saved its settings");
            self.after_saving(id, &draft.name, tx).await
        })?;
        self.fetch_at_once(id).await;
        self.service_manager(id).await
    }

    /// Saves the e-mail to new customers, and fetches the sync options, as after every save.
    ///
    /// # Errors
    /// [`PlatformError`] if the template is too long.
    pub async fn save_notification(
        &self,
        id: ServiceManagerId,
        notification: Notification,
        ctx: &Ctx,
    ) -> Result<ServiceManager, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.service_manager(id).await?;
            let settings = ServiceManagerSettings { notification: notification.clone(), ..before.settings.clone() };
            let draft = ServiceManagerDraft { name: before.name.clone(), settings }.checked()?;
            let saved = ServiceManager {
                settings: draft.settings.clone(),
                version: before.version + 1,
                changed_at: tx.stamp.now,
                changed_by: tx.stamp.actor.to_string(),
                ..before
            };
            let (service_manager, name_key) = (Box::new(saved), draft.name_key());
            tx.push(PlatformChange::SaveServiceManager { service_manager, name_key }, "staff saved its e-mail");
            self.after_saving(id, &draft.name, tx).await
        })?;
        self.fetch_at_once(id).await;
        self.service_manager(id).await
    }

    /// Fetches the sync options again.
    ///
    /// # Errors
    /// [`HubError::Connect`] if the vendor gives none. Everything stays as it was.
    pub async fn refresh_service_manager(&self, id: ServiceManagerId) -> Result<Refreshed, HubError> {
        let vendor = self.service_manager(id).await?;
        let refreshed = Box::pin(self.fetch_options(&vendor, AT_ONCE_WITHIN)).await;
        refreshed.map_err(|failure| failure.for_staff(&vendor, "its sync options", self.env.now()))
    }

    /// Deletes a service manager that no account needs, with the values of its fields, its calls, its notification and its
    /// finished operations.
    ///
    /// # Errors
    /// [`PlatformError`] if accounts are linked with it, or operations at the vendor have not ended.
    pub async fn delete_service_manager(&self, id: ServiceManagerId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let ServiceManager { name, version, .. } = self.service_manager(id).await?;
            if self.reads().has_pending_operations(id).await? {
                return Err(PlatformError::VendorOperationsPending.into());
            }
            let linked = self.reads().accounts_at_vendor(id).await?;
            if linked > 0 {
                return Err(PlatformError::LinkedAccounts(linked).into());
            }
            if self.reads().is_sold_in_storefront(id).await? {
                return Err(PlatformError::SoldInStorefront.into());
            }
            tx.push(PlatformChange::DeleteServiceManager { id, version }, "no account needs it");
            let mut draft = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
            draft.note(PlatformEvent::ServiceManagerDeleted { name });
            tx.extend(draft.finish());
            Ok(())
        })
    }

    /// The secrets that were given, with the stored ones in place of those that were not.
    fn merged_with_stored(
        &self,
        before: &ServiceManager,
        api_key: Option<SecretString>,
        settings: Option<BTreeMap<String, Option<SecretString>>>,
    ) -> Result<Merged, HubError> {
        let whole = settings.as_ref().and_then(|settings| {
            let all = settings.iter().map(|(id, value)| Some((id.clone(), value.clone()?)));
            all.collect::<Option<BTreeMap<_, _>>>()
        });
        let (api_key, settings) = match (api_key, whole) {
            (Some(api_key), Some(settings)) => {
                return Ok(Merged { secrets: ServiceManagerSecrets { api_key, settings }, kept: None });
            }
            (api_key, _) => (api_key, settings),
        };
        let unreadable = |why: String| {
            let text = format!("the stored secrets cannot be read: {why}, or give `api_key` and `settings` again");
            let problem = tessera_core::kernel::rejection::FieldProblem::new("api_key", text);
            HubError::from(PlatformError::Invalid(vec![problem]))
        };
        let text = self.config.secret_key.open(&before.sealed).map_err(|error| unreadable(error.to_string()))?;
        let stored = ServiceManagerSecrets::read(&text);
        let stored = stored.ok_or_else(|| unreadable("another version saved them".to_owned()))?;
        let mut kept = api_key.is_none().then_some("api_key");
        let settings = if let Some(settings) = settings {
            let mut value = |(id, value): (String, Option<SecretString>)| {
                let value = value.or_else(|| {
                    let stored = stored.settings.get(&id).cloned();
                    kept = kept.or(stored.as_ref().map(|_| "settings"));
                    stored
                });
                (id, value.unwrap_or_else(|| SecretString::from("")))
            };
            settings.into_iter().map(&mut value).collect()
        } else {
            kept = kept.or((!stored.settings.is_empty()).then_some("settings"));
            stored.settings
        };
        Ok(Merged { secrets: ServiceManagerSecrets { api_key: api_key.unwrap_or(stored.api_key), settings }, kept })
    }

    fn checked_service_manager(
        &self,
        draft: ServiceManagerDraft,
        secrets: &ServiceManagerSecrets,
    ) -> Result<(ServiceManagerDraft, String), HubError> {
        let settings = secrets.settings.iter().map(|(id, value)| (id.as_str(), value.expose_secret()));
        let (checked, with_secrets) = (draft.checked(), check_secrets(secrets.api_key.expose_secret(), settings));
        let mut draft = match (checked, with_secrets) {
            (Ok(draft), Ok(())) => draft,
            (Err(PlatformError::Invalid(mut problems)), Err(PlatformError::Invalid(others))) => {
                problems.extend(others);
                return Err(PlatformError::Invalid(problems).into());
            }
            (Err(error), _) | (_, Err(error)) => return Err(error.into()),
        };
        draft.settings.setting_ids = secrets.settings.keys().cloned().collect();
        let sealed = self.config.secret_key.seal(&secrets.write()).ok_or(HubError::Busy)?;
        Ok((draft, sealed))
    }

    async fn name_is_free(&self, draft: &ServiceManagerDraft, id: ServiceManagerId) -> Result<(), HubError> {
        match self.reads().service_manager_named(&draft.name_key()).await? {
            Some(other) if other != id => Err(PlatformError::NameTaken(draft.name.clone()).into()),
            _ => Ok(()),
        }
    }

    async fn after_saving(&self, id: ServiceManagerId, name: &str, tx: &mut Tx<'_>) -> Result<(), HubError> {
        tx.reject_on(Conflict::Name, PlatformError::NameTaken(name.to_owned()).into());
        let mut draft = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
        draft.note(PlatformEvent::ServiceManagerSaved { name: name.to_owned() });
        tx.extend(draft.finish());
        let job = tx.stamp.job(FetchSyncOptions { service_manager_id: id });
        let job = Job { run_at: tx.stamp.now + FETCH_AFTER, ..job };
        tx.push(JobChange::Enqueue(job), "the vendor defines the custom fields");
        Ok(())
    }

    async fn fetch_at_once(&self, id: ServiceManagerId) {
        if let Ok(vendor) = self.service_manager(id).await {
            // The service manager shows the error, and the job tries again.
            let _shown = Box::pin(self.fetch_options(&vendor, AT_ONCE_WITHIN)).await;
        }
    }

    /// Fetches the sync options and stores them. Entered values are never touched.
    pub(super) async fn fetch_options(
        &self,
        vendor: &ServiceManager,
        within: Duration,
    ) -> Result<Refreshed, VendorFailure> {
        let fields = match self.options_of_vendor(vendor, within).await {
            Ok(fields) => fields,
            Err(failure) => {
                self.note_fetch_error(vendor, &failure.reason()).await?;
                return Err(failure);
            }
        };
        let (id, version) = (vendor.id, vendor.version);
        let before: Result<Vec<_>, HubError> = commit!(self, &Ctx::background(), |tx| {
            let now = self.service_manager(id).await?;
            if now.version != version {
                // Saved meanwhile: the options are fetched with the new settings.
                return Ok(fields.clone());
            }
            let put = PlatformChange::PutFields { id, version, fields: fields.clone(), at: tx.stamp.now };
            tx.push(put, "the vendor defines these custom fields");
            Ok(now.fields)
        });
        let found = difference(&before?, &fields);
        Ok(Refreshed {
            added: found.added,
            changed: self.with_values(id, found.changed).await?,
            removed: self.with_values(id, found.removed).await?,
        })
    }

    async fn note_fetch_error(&self, vendor: &ServiceManager, error: &str) -> Result<(), HubError> {
        let (id, version) = (vendor.id, vendor.version);
        let error: String = error.chars().take(MAX_ERROR_LENGTH).collect();
        commit!(self, &Ctx::background(), |tx| {
            let note = PlatformChange::NoteFetchError { id, version, error: error.clone() };
            tx.push(note, "staff see why the custom fields are not up to date");
            Ok(())
        })
    }

    pub(super) async fn with_values(
        &self,
        of: ServiceManagerId,
        fields: Vec<FieldRef>,
    ) -> Result<Vec<FieldWithValues>, HubError> {
        let mut counted = Vec::new();
        for field in fields {
            let values = self.reads().field_values(of, &field.id).await?;
            counted.push(FieldWithValues { field, values });
        }
        Ok(counted)
    }
}

impl Run for FetchSyncOptions {
    /// A call may wait for another one that is not answered, and then not be answered itself.
    const TIME_LIMIT: Duration = Duration::from_mins(2);

    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        let vendor = hub.reads().service_manager(self.service_manager_id).await?;
        let Some(vendor) = vendor.filter(|vendor| !vendor.is_fetched()) else { return Ok(JobOutcome::Done) };
        match Box::pin(hub.fetch_options(&vendor, WITHIN)).await {
            Ok(_) => Ok(JobOutcome::Done),
            Err(VendorFailure::Hub(error)) => Err(error),
            Err(VendorFailure::Later { reason, at }) => Ok(JobOutcome::Wait(at, reason)),
            Err(failure) => Ok(JobOutcome::failed(failure.reason())),
        }
    }
}
