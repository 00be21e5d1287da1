//! The synchronization options of an account at a vendor: every option, by its type (`M04`, `M06`, `M14`).

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace::option::USERNAME;
use tessera_core::marketplace::{DataType, OptionKind, SyncOption};
use tessera_core::marketplace_platform::AccountState;
use tessera_hub::HubError;
use tessera_hub::queries::marketplace_console::{AccountSynchronization, VendorState};

use super::super::{chrome, id};
use super::account::synchronize_url;
use super::presenter::{at_vendor, back, link, message, problems_of};
use super::{account_url, manager_url, operation_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter::sentence;
use crate::extract::form::Fields;
use crate::pages::Flash;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::synchronization::{OptionField, Synchronization};
use crate::pages::returns::Choice;
use crate::respond::page::{Answer, PageError, page_with, redirect_with};

/// Prefix of the names of form fields for options.
const OPTION: &str = "option.";
/// Prefix of the fields in problems.
const PROBLEM: &str = "sync_options.";

/// Values by option.
type Values = BTreeMap<String, String>;

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path((account, manager)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = found(&app, &account, &manager).await?;
    shown(&app, &staff, (&uri, &headers), found, None, None).await
}

async fn found(app: &App, account: &str, manager: &str) -> Result<AccountSynchronization, PageError> {
    let (account, manager): (MarketplaceAccountId, ServiceManagerId) = (id(account)?, id(manager)?);
    app.hub.queries().account_synchronization(account, manager).await?.ok_or(PageError::NOT_FOUND)
}

/// The form with the stored values, or with what was typed and why it was refused.
async fn shown(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    found: AccountSynchronization,
    typed: Option<&Values>,
    error: Option<&HubError>,
) -> Answer {
    let AccountSynchronization { account, service_manager, values, link: at, pending } = found;
    let problems = error.map(problems_of).unwrap_or_default();
    let problem_of = |id: &str| {
        let field = format!("{PROBLEM}{id}");
        problems.iter().find(|problem| problem.field == field).map(|problem| sentence(&problem.message))
    };
    let known = |field: &str| service_manager.fields.iter().any(|option| format!("{PROBLEM}{}", option.id) == field);
    let others = problems.iter().filter(|problem| !known(&problem.field));
    let mut general: Vec<String> = others
        .map(|problem| match problem.field.strip_prefix(PROBLEM) {
            Some(option) => format!("“{option}”: {}", problem.message),
            None => sentence(&problem.message),
        })
        .collect();
    if problems.is_empty() {
        general.extend(error.map(message));
    }
    let fields = service_manager.fields.iter().enumerate().map(|(at, option)| {
        let value = typed.and_then(|typed| typed.get(&option.id)).or_else(|| values.get(&option.id));
        OptionField {
            number: at + 1,
            default: default_of(option, account.profile.entered_email()),
            problem: problem_of(&option.id),
            ..field(option, value.map(String::as_str).unwrap_or_default())
        }
    });
    let state =
        VendorState { id: service_manager.id, name: service_manager.name.clone(), link: at, pending: pending.clone() };
    let gone = values.iter().filter(|(field, _)| service_manager.fields.iter().all(|option| option.id != **field));
    let content = Synchronization {
        fields: fields.collect(),
        kept: gone.map(|(field, value)| (field.clone(), value.clone())).collect(),
        account: link(&account),
        action: synchronize_url(account.id, service_manager.id),
        state: at_vendor(&state),
        known: service_manager.known_fields().is_some(),
        pending_url: pending.map(|pending| operation_url(pending.id)),
        active: account.state == AccountState::Active,
        problems: general,
        refused: error.is_some(),
        manager: Link::new(service_manager.name, manager_url(service_manager.id)),
    };
    let status = if error.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

fn field(option: &SyncOption, value: &str) -> OptionField {
    let chosen: Vec<&str> = match option.kind {
        OptionKind::ListMultiSelect => value.split(['|', ',']).map(str::trim).collect(),
        _ => vec![value],
    };
    let listed = || option.values.iter().map(|it| Choice::new(&it.id, &it.name, chosen.contains(&it.id.as_str())));
    let yes = ["true", "1", "yes"].iter().any(|word| value.eq_ignore_ascii_case(word));
    let no = ["false", "0", "no"].iter().any(|word| value.eq_ignore_ascii_case(word));
    // A date with a time would be cut to its day.
    let is_day = value.is_empty() || value.len() == "2026-01-31".len() && value.parse::<jiff::civil::Date>().is_ok();
    let (input, mut choices): (_, Vec<Choice>) = match (option.kind, option.data_type) {
        _ if option.read_only => ("shown", Vec::new()),
        (OptionKind::List, _) => ("choice", listed().collect()),
        (OptionKind::ListMultiSelect, _) => ("choices", listed().collect()),
        (OptionKind::Boolean, _) => ("yes_no", vec![Choice::new("true", "Yes", yes), Choice::new("false", "No", no)]),
        (OptionKind::TextArea | OptionKind::File, _) => ("lines", Vec::new()),
        (OptionKind::Link, _) => ("link", Vec::new()),
        (OptionKind::SimpleValue | OptionKind::Mask, DataType::Number | DataType::Currency) => ("number", Vec::new()),
        // A time of day, or what is no date, would get lost in a field for dates.
        (OptionKind::SimpleValue | OptionKind::Mask, DataType::Date) if is_day => ("date", Vec::new()),
        _ => ("text", Vec::new()),
    };
    // A value that the vendor does not list any more stays to be seen.
    if matches!(input, "choice" | "yes_no") && !value.is_empty() && choices.iter().all(|choice| !choice.chosen) {
        choices.push(Choice::new(value, format!("{value} (not offered any more)"), true));
    }
    OptionField {
        number: 0,
        id: option.id.clone(),
        label: option.name.clone(),
        description: option.description.clone(),
        input,
        required: option.required,
        value: value.to_owned(),
        choices,
        default: None,
        problem: None,
    }
}

/// What is sent if nothing is entered.
fn default_of(option: &SyncOption, email: Option<&str>) -> Option<String> {
    if option.id.eq_ignore_ascii_case(USERNAME) {
        return email.map(ToOwned::to_owned);
    }
    let default = option.values.iter().find(|choice| choice.default);
    default.filter(|_| option.kind == OptionKind::List).map(|choice| choice.name.clone())
}

/// The values in a form: those of the options that can be entered, and what names no option, so that it is refused.
fn entered(fields: &Fields, options: &[SyncOption]) -> Values {
    let mut values: Values =
        fields.beginning(OPTION).map(|(id, value)| (id.to_owned(), value.replace("\r\n", "\n"))).collect();
    for option in options {
        if option.read_only {
            values.remove(&option.id);
        } else if option.kind == OptionKind::ListMultiSelect {
            let name = format!("{OPTION}{}", option.id);
            let chosen: Vec<&str> = fields.all(&name).filter(|id| !id.is_empty()).collect();
            values.insert(option.id.clone(), chosen.join("|"));
        }
    }
    values
}

/// Saves the values, and requests a synchronization if asked to.
pub(super) async fn act(
    State(app): State<App>,
    staff: Staff,
    Path((account, manager)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let found = found(&app, &account, &manager).await?;
    let values = entered(&fields, &found.service_manager.fields);
    let (account, manager, ctx) = (found.account.id, found.service_manager.id, &staff.ctx());
    let outcome = if fields.get("act") == "save" {
        app.hub.put_account_values(account, manager, &values, ctx).await.map(|()| None)
    } else {
        app.hub.synchronize_account(account, manager, &values, ctx).await.map(Some)
    };
    match outcome {
        Ok(Some(operation)) => Ok(Redirect::to(&operation_url(operation)).into_response()),
        Ok(None) => {
            let told = Flash::done("Saved. The vendor receives the values at the next synchronization.");
            Ok(redirect_with(&app, &synchronize_url(account, manager), Some(&told)))
        }
        Err(error @ HubError::Rejected(_)) => {
            shown(&app, &staff, (&uri, &headers), found, Some(&values), Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Synchronizes once more with the values that are stored.
pub(super) async fn again(
    State(app): State<App>,
    staff: Staff,
    Path((account, manager)): Path<(String, String)>,
) -> Answer {
    let (account, manager): (MarketplaceAccountId, ServiceManagerId) = (id(&account)?, id(&manager)?);
    match app.hub.synchronize_account(account, manager, &BTreeMap::new(), &staff.ctx()).await {
        Ok(operation) => Ok(Redirect::to(&operation_url(operation)).into_response()),
        Err(error) => back(&app, &account_url(account), Err(error)),
    }
}

#[cfg(test)]
mod tests {
    use tessera_core::marketplace::Choice as Listed;

    use super::*;

    #[test]
    fn m04_every_kind_of_option_has_an_input_that_keeps_its_value() {
        let values = vec![Listed { id: "1".into(), name: "One".into(), ..Listed::default() }];
        let input = |kind, data_type, value: &str| {
            let option =
                SyncOption { id: "it".into(), kind, data_type, values: values.clone(), ..SyncOption::default() };
            let field = field(&option, value);
            (field.input, field.choices.iter().filter(|choice| choice.chosen).count())
        };
        for (kind, data_type, value, expected) in [
            (OptionKind::SimpleValue, DataType::Text, "a", ("text", 0)),
            (OptionKind::SimpleValue, DataType::Number, "1", ("number", 0)),
            (OptionKind::SimpleValue, DataType::Date, "2026-01-31", ("date", 0)),
            (OptionKind::SimpleValue, DataType::Date, "2026-01-31T10:00:00", ("text", 0)),
            (OptionKind::TextArea, DataType::Text, "a\nb", ("lines", 0)),
            (OptionKind::List, DataType::Text, "1", ("choice", 1)),
            (OptionKind::List, DataType::Text, "gone", ("choice", 1)),
            (OptionKind::ListMultiSelect, DataType::Text, "1", ("choices", 1)),
            (OptionKind::Boolean, DataType::Text, "Yes", ("yes_no", 1)),
            (OptionKind::Boolean, DataType::Text, "perhaps", ("yes_no", 1)),
            (OptionKind::Link, DataType::Text, "https://a.example", ("link", 0)),
            (OptionKind::Unknown, DataType::Unknown, "a", ("text", 0)),
        ] {
            assert_eq!(input(kind, data_type, value), expected, "{kind:?} {data_type:?} {value}");
        }
    }
}
