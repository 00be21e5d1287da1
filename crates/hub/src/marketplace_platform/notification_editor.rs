//! The editor of the e-mail to new customers: a preview, advice, and a test e-mail (`M12`).

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId, VendorNotificationId};
use tessera_core::kernel::normalise;
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::marketplace::SyncOption;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::filled;
use tessera_core::marketplace_platform::jobs::MailVendorNotification;
use tessera_core::marketplace_platform::notification::{merge_fields, merged};
use tessera_core::marketplace_platform::template_advice::{PASSWORD, TemplateAdvice, advice};
use tessera_core::marketplace_platform::{
    AccountProfile, Notification, PlatformError, PrimaryContact, ServiceManager, VendorLink,
};

use super::notifications::{Waiting, rendered};
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// Number of links whose answered keys are known to the editor.
const LINKS: usize = 100;
/// What a preview shows in place of a password.
const NO_PASSWORD: &str = "••••••••";

/// The e-mail as a customer would get it.
#[derive(Debug, Clone)]
pub struct NotificationPreview {
    /// Subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// Remarks on the template.
    pub advice: Vec<TemplateAdvice>,
    /// The keys that the vendor has answered so far.
    pub answered: BTreeSet<String>,
}

impl Hub {
    /// The e-mail of a template for an account, or for a made-up one.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such account.
    pub async fn preview_notification(
        &self,
        id: ServiceManagerId,
        template: &Notification,
        account: Option<MarketplaceAccountId>,
    ) -> Result<NotificationPreview, HubError> {
        let vendor = self.service_manager(id).await?;
        let waiting = self.notification_for(&vendor, template, account, String::new()).await?;
        let extra = self.answered_keys(id).await?;
        let (subject, text) =
            rendered(&*self.emails, waiting, self.env.now()).unwrap_or_else(|error| (String::new(), error));
        Ok(NotificationPreview {
            subject,
            text,
            advice: advice(&[&template.subject, &template.body], &vendor.fields, &extra),
            answered: extra,
        })
    }

    /// Sends the e-mail of a template to an address of staff. It contains no password.
    ///
    /// # Errors
    /// [`PlatformError::Invalid`] if there is no such address.
    pub async fn send_test_notification(
        &self,
        id: ServiceManagerId,
        template: &Notification,
        account: Option<MarketplaceAccountId>,
        to: &str,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        let to = normalise::email(to).ok_or_else(|| {
            let problem = FieldProblem::new("to", "enter the e-mail address to which the test goes");
            PlatformError::Invalid(vec![problem])
        })?;
        let vendor = self.service_manager(id).await?;
        let waiting = self.notification_for(&vendor, template, account, to).await?;
        let json = serde_json::to_string(&waiting).unwrap_or_default();
        let sealed = self.config.secret_key.seal(&json).ok_or(HubError::Busy)?;
        commit!(self, ctx, |tx| {
            let id: VendorNotificationId = tx.stamp.id();
            let keep = PlatformChange::KeepNotification { id, sealed: sealed.clone(), at: tx.stamp.now };
            tx.push(keep, "staff try the e-mail");
            tx.enqueue(MailVendorNotification { notification_id: id }, "staff try the e-mail");
            Ok(())
        })
    }

    async fn notification_for(
        &self,
        vendor: &ServiceManager,
        template: &Notification,
        account: Option<MarketplaceAccountId>,
        to: String,
    ) -> Result<Waiting, HubError> {
        let (profile, entered, extra) = match account {
            Some(account) => {
                let profile = self.marketplace_account(account).await?.profile;
                let link = self.reads().vendor_link(account, vendor.id).await?;
                let extra = link.map(|link| link.extra).unwrap_or_default();
                (profile, self.values_at(account, vendor.id).await?, extra)
            }
            None => (sample(), sample_values(&vendor.fields), self.sample_extra(vendor.id).await?),
        };
        let options = filled(&vendor.fields, &entered, &profile).unwrap_or(entered);
        let mut fields = merge_fields(&profile, &options, &extra);
        fields.insert(PASSWORD.to_lowercase(), NO_PASSWORD.to_owned());
        Ok(Waiting { to, subject: merged(&template.subject, &fields), body: merged(&template.body, &fields) })
    }

    /// The keys that a vendor has answered so far, as merge fields.
    async fn answered_keys(&self, id: ServiceManagerId) -> Result<BTreeSet<String>, HubError> {
        let links = self.reads().vendor_links_of_manager(id, LINKS).await?;
        Ok(links.into_iter().flat_map(|link| link.extra.into_keys()).collect())
    }

    async fn sample_extra(&self, id: ServiceManagerId) -> Result<BTreeMap<String, String>, HubError> {
        let links: Vec<VendorLink> = self.reads().vendor_links_of_manager(id, LINKS).await?;
        let keys = links.into_iter().flat_map(|link| link.extra.into_keys());
        Ok(keys.map(|key| (key.clone(), format!("({key})"))).collect())
    }
}

fn sample() -> AccountProfile {
    AccountProfile {
        name: "Example Ltd".to_owned(),
        email: Some("office@example.com".to_owned()),
        contact: Some(PrimaryContact {
            first_name: Some("Jo".to_owned()),
            last_name: Some("Example".to_owned()),
            email: Some("jo@example.com".to_owned()),
        }),
        ..AccountProfile::default()
    }
}

fn sample_values(fields: &[SyncOption]) -> BTreeMap<String, String> {
    let value =
        |option: &SyncOption| option.values.first().map_or_else(|| format!("({})", option.name), |it| it.id.clone());
    let others = fields.iter().filter(|option| !option.id.eq_ignore_ascii_case("username"));
    let mut values: BTreeMap<String, String> = others.map(|option| (option.id.clone(), value(option))).collect();
    for option in fields.iter().filter(|option| option.id.eq_ignore_ascii_case("username")) {
        values.insert(option.id.clone(), "office@example.com".to_owned());
    }
    values
}
