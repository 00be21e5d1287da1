//! Changing what a marketplace asks its customers (`M01`, `M03`).

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::marketplace::{Choice, DataType, OptionKind, SyncOption};
use tessera_hub::HubError;

use super::super::{back, chrome};
use super::{instance, url};
use crate::App;
use crate::access::Staff;
use crate::page::{Answer, PageError, page};
use crate::view::console::{OptionForm, Pick};

const AGAIN: &str = "The platform hears of it when the settings of its service manager are saved the next time.";

/// Which option is changed; none: a new one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    id: Option<String>,
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Query(Which { id }): Query<Which>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let instance = instance(&app, &name)?;
    let set = app.hub.options_of(instance).await?;
    let option = match &id {
        Some(id) => set.options.into_iter().find(|option| option.id == *id).ok_or(PageError::NOT_FOUND)?,
        None => SyncOption { storefront: true, ..SyncOption::default() },
    };
    let pick = |value: &str, selected: bool| Pick { value: value.to_owned(), selected };
    let content = OptionForm {
        label: instance.display_name.clone(),
        back_url: url(&name),
        action: format!("{}/options", url(&name)),
        remove_action: id.is_some().then(|| format!("{}/options/remove", url(&name))),
        version: set.version,
        kinds: OptionKind::ALL.iter().map(|kind| pick(kind.as_str(), *kind == option.kind)).collect(),
        data_types: DataType::ALL.iter().map(|kind| pick(kind.as_str(), *kind == option.data_type)).collect(),
        values: option.values.iter().map(line).collect::<Vec<_>>().join("\n"),
        id: option.id,
        name: option.name,
        description: option.description.unwrap_or_default(),
        required: option.required,
        read_only: option.read_only,
        storefront: option.storefront,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// What the form sends. A box that is not ticked is not sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    version: i64,
    id: String,
    name: String,
    description: String,
    kind: String,
    data_type: String,
    required: Option<String>,
    read_only: Option<String>,
    storefront: Option<String>,
    values: String,
}

pub(super) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let instance = instance(&app, &name)?;
    let (id, version) = (sent.id.trim().to_owned(), sent.version);
    let mut options = app.hub.options_of(instance).await?.options;
    let changed = option(sent);
    match options.iter_mut().find(|option| option.id == id) {
        Some(option) => *option = changed,
        None => options.push(changed),
    }
    let outcome = app.hub.change_options(instance, Some(options), version, &staff.actor()).await;
    back(&app, &url(&name), outcome.map(|()| format!("The option {id} is saved. {AGAIN}")))
}

/// Takes one option away.
pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let instance = instance(&app, &name)?;
    let mut options = app.hub.options_of(instance).await?.options;
    options.retain(|option| option.id != sent.id);
    let outcome = if options.is_empty() {
        Err(HubError::Precondition {
            code: "last_option",
            detail: "this is the last option; go back to the configuration instead, where a set may be empty"
                .to_owned(),
        })
    } else {
        app.hub.change_options(instance, Some(options), sent.version, &staff.actor()).await
    };
    back(&app, &url(&name), outcome.map(|()| format!("The option {} is removed. {AGAIN}", sent.id)))
}

/// Puts the configuration's options in force again.
pub(super) async fn reset(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let outcome = app.hub.change_options(instance(&app, &name)?, None, sent.version, &staff.actor()).await;
    back(&app, &url(&name), outcome.map(|()| format!("The options of the configuration are in force. {AGAIN}")))
}

fn option(sent: Sent) -> SyncOption {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    SyncOption {
        id: sent.id.trim().to_owned(),
        name: sent.name.trim().to_owned(),
        description: text(&sent.description),
        kind: OptionKind::parse(&sent.kind).unwrap_or_default(),
        data_type: DataType::parse(&sent.data_type).unwrap_or_default(),
        required: sent.required.is_some(),
        read_only: sent.read_only.is_some(),
        storefront: sent.storefront.is_some(),
        values: sent.values.lines().filter_map(choice).collect(),
    }
}

/// `1 = User`, with a star in front of the one that is chosen unless another is.
fn choice(line: &str) -> Option<Choice> {
    let line = line.trim();
    let (default, line) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
    let (id, name) = line.split_once('=')?;
    Some(Choice { id: id.trim().to_owned(), name: name.trim().to_owned(), description: None, default })
}

fn line(choice: &Choice) -> String {
    format!("{}{} = {}", if choice.default { "*" } else { "" }, choice.id, choice.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m01_choices_read_back_as_they_are_written() {
        let written = choice("* 2 = Reseller = both ").unwrap();
        assert_eq!((written.id.as_str(), written.name.as_str(), written.default), ("2", "Reseller = both", true));
        assert_eq!(choice(&line(&written)), Some(written));
        assert_eq!(choice("nothing"), None);
    }
}
