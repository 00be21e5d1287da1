//! The form for a new device (`A08`).

use std::collections::BTreeMap;

use tessera_core::devices::asset_form::{AssetForm, FormField};
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_hub::{Ctx, DeviceDraft, HubError};

use crate::App;
use crate::console::sentence;
use crate::devices::Urls;
use crate::pages::console::{Field, NewDevice};

/// Prefix of the names of form fields for fields of the service desk.
const FIELD: &str = "field.";

/// What was typed, by the names of the form fields.
pub(crate) type Typed = BTreeMap<String, String>;

/// The form, with what was typed and what is wrong with it.
///
/// # Errors
/// [`HubError::Connect`] if the service desk does not tell its form and never did.
pub(crate) async fn page(app: &App, urls: Urls, typed: &Typed, problems: Vec<String>) -> Result<NewDevice, HubError> {
    let described = match app.hub.device_form().await {
        Ok(described) => described,
        // What was typed stays on the page, although the form was never read.
        Err(_) if !problems.is_empty() => typed_form(typed),
        Err(error) => return Err(error),
    };
    let value = |key: &str| typed.get(key).cloned().unwrap_or_default();
    let (serial, inverter_serial) = (described.serial, described.inverter_serial);
    let field = |field: FormField| Field {
        value: value(&format!("{FIELD}{}", field.key)),
        // The inverter’s serial number defaults to the device’s, so it may be empty.
        required: field.key == serial || (field.required && field.key != inverter_serial),
        choices: field.choices.into_iter().map(|choice| choice.label).collect(),
        key: field.key,
        label: field.label,
    };
    Ok(NewDevice {
        action: urls.devices.to_owned(),
        asset_type: described.asset_type,
        name: value("name"),
        to: value("for"),
        fields: described.fields.into_iter().map(field).collect(),
        problems,
    })
}

/// A form of the fields that were typed.
fn typed_form(typed: &Typed) -> AssetForm {
    let keys = typed.keys().filter_map(|name| name.strip_prefix(FIELD));
    let field = |key: &str| FormField {
        key: key.to_owned(),
        name: key.to_owned(),
        label: sentence(&key.replace('_', " ")),
        required: false,
        choices: Vec::new(),
    };
    AssetForm { fields: keys.map(field).collect(), ..AssetForm::default() }
}

/// Requests the device that was typed.
pub(crate) async fn request(app: &App, typed: &Typed, ctx: &Ctx) -> Result<DeviceWrite, HubError> {
    let fields = typed.iter().filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)));
    let to = typed.get("for").map(String::as_str).unwrap_or_default();
    let draft = DeviceDraft {
        name: typed.get("name").cloned().unwrap_or_default(),
        fields: fields.map(|(key, value)| (key.to_owned(), value.clone())).collect(),
        requester_id: app.hub.queries().requester_typed(to).await?,
    };
    app.hub.create_device(&draft, ctx).await
}

/// What is wrong with a form, as sentences.
pub(crate) fn problems(error: &HubError) -> Vec<String> {
    error.problems().iter().map(|problem| sentence(problem)).collect()
}
