//! The editor of the e-mail to new customers (`M12`, `M13`).

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace_platform::template_advice::TemplateAdvice;
use tessera_core::marketplace_platform::{Notification, PlatformError, ServiceManager};
use tessera_hub::HubError;

use super::super::{chrome, id};
use super::manager_url;
use super::presenter::labelled;
use crate::App;
use crate::auth::caller::Staff;
use crate::extract::form::Fields;
use crate::middleware::form_once::not_carried_out;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::service_managers::NotificationEditor;
use crate::pages::returns::Choice;
use crate::pages::{Chrome, Flash};
use crate::respond::page::{Answer, PageError, page_with, redirect_with};

/// What is in the form.
#[derive(Default)]
struct NotificationForm {
    template: Notification,
    account: Option<MarketplaceAccountId>,
    to: String,
    version: i64,
    problems: Vec<String>,
    told: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let it = manager_of(&app, &manager).await?;
    let to = Some(&staff.0.login).filter(|login| login.contains('@')).cloned().unwrap_or_default();
    let template = it.settings.notification.clone();
    let entered = NotificationForm { template, to, version: it.version, ..NotificationForm::default() };
    editor(&app, &staff, (&uri, &headers), &it, entered).await
}

async fn manager_of(app: &App, manager: &str) -> Result<ServiceManager, PageError> {
    let manager: ServiceManagerId = id(manager)?;
    app.hub.queries().service_manager(manager).await?.ok_or(PageError::NOT_FOUND)
}

async fn editor(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    it: &ServiceManager,
    entered: NotificationForm,
) -> Answer {
    let offered = app.hub.queries().accounts_at_vendor(it.id).await?;
    let chosen = entered.account.filter(|id| offered.iter().any(|account| account.id == *id));
    let drafted = entered.template.with_defaults(&it.name);
    let preview = app.hub.preview_notification(it.id, &drafted, chosen).await?;
    let mut accounts = vec![Choice::new("", "Made-up account", chosen.is_none())];
    accounts.extend(
        offered.into_iter().map(|account| {
            Choice::new(account.id.to_string(), account.profile.name.clone(), Some(account.id) == chosen)
        }),
    );
    let field = |key: &str, meaning: String| (format!("[#{key}#]"), meaning);
    let mut fields =
        vec![field("Contacts.FullName", "the name of the primary contact, or else of the account".to_owned())];
    fields.extend(it.fields.iter().map(|option| field(&option.id, format!("the value of “{}”", option.name))));
    fields.extend(preview.answered.iter().map(|key| field(key, "answered by the vendor".to_owned())));
    fields.push(field("Password", "the password that the vendor generated; better use an activation link".to_owned()));
    let status = if entered.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let content = NotificationEditor {
        manager: Link::new(&it.name, manager_url(it.id)),
        action: format!("{}/notification", manager_url(it.id)),
        version: entered.version,
        enabled: entered.template.enabled,
        subject: entered.template.subject,
        body: entered.template.body,
        fields,
        accounts,
        to: entered.to,
        preview_subject: preview.subject,
        preview_text: preview.text,
        advice: preview.advice.iter().map(advice).collect(),
        problems: entered.problems,
    };
    let around = chrome(app, headers, uri, staff).await?;
    let flash = entered.told.map(Flash::done).or(around.flash);
    page_with(app, &Chrome { flash, ..around }, &content, status)
}

fn advice(it: &TemplateAdvice) -> String {
    match it {
        TemplateAdvice::Unfilled(key) => {
            format!("Nothing fills [#{key}#]: it is no sync option, and the vendor has not answered it so far. The customer would read a gap.")
        }
        TemplateAdvice::Unclosed => "A merge field is not closed with #]. The customer would read it.".to_owned(),
        TemplateAdvice::Password => {
            "A password in an e-mail is not safe. Ask the vendor to answer an activation link in AccountExtraInfo, and use that instead of [#Password#].".to_owned()
        }
    }
}

/// Previews the template, sends a test of it, or saves it.
pub(super) async fn act(
    State(app): State<App>,
    staff: Staff,
    Path(manager): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let it = manager_of(&app, &manager).await?;
    let template = Notification {
        enabled: fields.is_set("enabled"),
        subject: fields.get("subject").trim().to_owned(),
        body: fields.get("body").replace("\r\n", "\n"),
    };
    let mut entered = NotificationForm {
        template,
        account: fields.get("account").parse().ok(),
        to: fields.get("to").trim().to_owned(),
        version: fields.get("version").parse().unwrap_or(0),
        ..NotificationForm::default()
    };
    let outcome = match fields.get("act") {
        "save" => save(&app, &staff, &it, &entered).await,
        "test" => test(&app, &staff, &it, &entered).await,
        _ => Ok(None),
    };
    match outcome {
        Ok(Some(told)) if fields.get("act") == "save" => {
            Ok(redirect_with(&app, &format!("{}/notification", manager_url(it.id)), Some(&Flash::done(told))))
        }
        // A preview can be asked for again; a test is sent once.
        Ok(None) => editor(&app, &staff, (&uri, &headers), &it, entered).await.map(not_carried_out),
        Ok(told) => {
            entered.told = told;
            editor(&app, &staff, (&uri, &headers), &it, entered).await
        }
        Err(error @ HubError::Rejected(_)) => {
            entered.problems = labelled(&error, &[("to", "Your e-mail address"), ("notification", "Template")]);
            editor(&app, &staff, (&uri, &headers), &it, entered).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn save(
    app: &App,
    staff: &Staff,
    it: &ServiceManager,
    entered: &NotificationForm,
) -> Result<Option<String>, HubError> {
    if entered.version != it.version {
        return Err(PlatformError::SavedMeanwhile.into());
    }
    app.hub.save_notification(it.id, entered.template.clone(), &staff.ctx()).await?;
    Ok(Some("The e-mail is saved.".to_owned()))
}

async fn test(
    app: &App,
    staff: &Staff,
    it: &ServiceManager,
    entered: &NotificationForm,
) -> Result<Option<String>, HubError> {
    let drafted = entered.template.with_defaults(&it.name);
    app.hub.send_test_notification(it.id, &drafted, entered.account, &entered.to, &staff.ctx()).await?;
    Ok(Some(format!("A test is on its way to {}. The template is not saved yet.", entered.to)))
}
