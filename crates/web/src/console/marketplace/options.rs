//! Editing the options that a marketplace offers its customers (`M01`, `M03`).

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::marketplace::{Choice, DataType, OptionKind, SyncOption};

use super::super::{back, chrome};
use super::{marketplace, url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::form_errors::OptionFormError;
use crate::pages::console::{OptionForm, Pick};
use crate::respond::page::{Answer, PageError, page};

const AGAIN: &str = "The platform hears of it when the settings of its service manager are saved the next time.";

/// Query: the option to edit; `None` for a new one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    id: Option<String>,
}

pub(crate) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Query(Which { id }): Query<Which>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let marketplace = marketplace(&app, &name)?;
    let set = app.hub.options_of(marketplace).await?;
    let option = match &id {
        Some(id) => set.options.into_iter().find(|option| option.id == *id).ok_or(PageError::NOT_FOUND)?,
        None => SyncOption { storefront: true, ..SyncOption::default() },
    };
    let pick = |value: &str, selected: bool| Pick { value: value.to_owned(), selected };
    let content = OptionForm {
        label: marketplace.display_name.clone(),
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

/// The submitted form. Boxes that are not ticked are not submitted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    version: i64,
    /// Submitted when an existing option is edited; missing for a new one.
    changes: Option<String>,
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

pub(crate) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let marketplace = marketplace(&app, &name)?;
    let options = app.hub.options_of(marketplace).await?.options;
    let (id, version) = (sent.id.trim().to_owned(), sent.version);
    let outcome = match changed(options, sent) {
        Ok(options) => app.hub.change_options(marketplace, Some(options), version, &staff.ctx()).await,
        Err(error) => Err(error.into()),
    };
    back(&app, &url(&name), outcome.map(|()| format!("The option {id} is saved. {AGAIN}")))
}

/// The options with the submitted one: in place of the one it changes, or at the end.
fn changed(mut options: Vec<SyncOption>, sent: Sent) -> Result<Vec<SyncOption>, OptionFormError> {
    let is_new = sent.changes.is_none();
    let mut option = option(sent)?;
    match options.iter_mut().find(|known| known.id == option.id) {
        Some(known) if is_new => return Err(OptionFormError::Exists(known.id.clone())),
        Some(known) => {
            // The form has no descriptions of values, so they are kept.
            for value in &mut option.values {
                let before = known.values.iter().find(|before| before.id == value.id);
                value.description = before.and_then(|before| before.description.clone());
            }
            *known = option;
        }
        None => options.push(option),
    }
    Ok(options)
}

/// Removes an option.
pub(crate) async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let marketplace = marketplace(&app, &name)?;
    let mut options = app.hub.options_of(marketplace).await?.options;
    options.retain(|option| option.id != sent.id);
    let outcome = if options.is_empty() {
        Err(OptionFormError::Last.into())
    } else {
        app.hub.change_options(marketplace, Some(options), sent.version, &staff.ctx()).await
    };
    back(&app, &url(&name), outcome.map(|()| format!("The option {} is removed. {AGAIN}", sent.id)))
}

/// Resets the options to those in the configuration.
pub(crate) async fn reset(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
    Form(sent): Form<Sent>,
) -> Answer {
    let outcome = app.hub.change_options(marketplace(&app, &name)?, None, sent.version, &staff.ctx()).await;
    back(&app, &url(&name), outcome.map(|()| format!("The options of the configuration are in force. {AGAIN}")))
}

fn option(sent: Sent) -> Result<SyncOption, OptionFormError> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (kind, data_type) = (OptionKind::parse(&sent.kind), DataType::parse(&sent.data_type));
    let lines = sent.values.lines().filter(|line| !line.trim().is_empty());
    Ok(SyncOption {
        id: sent.id.trim().to_owned(),
        name: sent.name.trim().to_owned(),
        description: text(&sent.description),
        kind: kind.ok_or(OptionFormError::Kind(sent.kind))?,
        data_type: data_type.ok_or(OptionFormError::DataType(sent.data_type))?,
        required: sent.required.is_some(),
        read_only: sent.read_only.is_some(),
        storefront: sent.storefront.is_some(),
        values: lines.map(choice).collect::<Result<_, _>>()?,
    })
}

/// Parses `1 = User`, with a star in front of the default choice.
fn choice(line: &str) -> Result<Choice, OptionFormError> {
    let line = line.trim();
    let (default, rest) = line.strip_prefix('*').map_or((false, line), |rest| (true, rest));
    let (id, name) = rest.split_once('=').ok_or_else(|| OptionFormError::Value(line.to_owned()))?;
    Ok(Choice { id: id.trim().to_owned(), name: name.trim().to_owned(), description: None, default })
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
        assert_eq!(choice(&line(&written)), Ok(written));
        assert!(choice("nothing").unwrap_err().to_string().contains("“nothing” is no value"));
    }
}
