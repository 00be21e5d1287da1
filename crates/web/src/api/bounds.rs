//! Upper bounds of what requests hold: the length of texts, the number of items in lists, the number of members in maps.
//!
//! The bounds are written into the description of the API, and [`Described`] enforces them as they are described. So
//! what the description says and what the server refuses are the same numbers, and the limits of the rules in `core` have
//! one place each. A text, list or map without a limit of its own gets a general one.

use tessera_core::kernel::{input, normalise};
use tessera_core::marketplace::account::MAX_NAME_LENGTH;
use tessera_core::marketplace_platform::{account, fields, service_manager};
use tessera_core::storefront::product;
use tessera_core::{messages, persons, returns, service_requests, staff, work_orders};
use tessera_hub::MAX_DEVICE_VALUE_LENGTH;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::customers::links;
use super::idempotency_key::MAX_KEY_LENGTH;
use super::{me, operations, sweeps};
use crate::extract::bounds::{component, is_text};
use crate::extract::limits::MAX_BODY;

/// Maximum length of a text without a limit of its own: a code, a name, or an id in an outside system.
const MAX_WORD: usize = 200;
/// Maximum number of items in a list, and of members in a map, without a limit of its own.
const MAX_ITEMS: usize = 500;
/// Maximum number of places of a person.
const MAX_PLACES: usize = 10_000;
/// Maximum length of a postal address.
const MAX_ADDRESS_LENGTH: usize = 1000;
/// Maximum length of the id of an object in an outside system, with or without the name of the system before it.
const MAX_RECORD_LENGTH: usize = 1000;
/// Maximum length of a domain, or of a web address that holds one.
const MAX_WEB_ADDRESS_LENGTH: usize = 2000;
/// Maximum length of a table, so that it fits into a body.
const MAX_TABLE_LENGTH: usize = 1_000_000;
const _: () = assert!(MAX_TABLE_LENGTH < MAX_BODY);
/// Maximum length of a cursor.
const MAX_CURSOR_LENGTH: usize = 1000;
/// Maximum number of units of a line of a return, as a number of serial numbers.
const MAX_SERIALS: usize = returns::MAX_UNITS as usize;

/// The limits of single fields, by component and path in it: `name`, `serials` for the number of items, `serials[]` for each
/// item, `fields.*` for each value of a map.
type Fields = &'static [(&'static str, usize)];

const OF_COMPONENTS: &[(&str, Fields)] = &[
    (
        "AccountAddress",
        &[
            ("kind", account::MAX_CODE_LENGTH),
            ("address1", MAX_NAME_LENGTH),
            ("address2", MAX_NAME_LENGTH),
            ("city", MAX_NAME_LENGTH),
            ("post_code", MAX_NAME_LENGTH),
        ],
    ),
    (
        "AccountEntry",
        &[
            ("name", MAX_NAME_LENGTH),
            ("code", MAX_NAME_LENGTH),
            ("email", MAX_NAME_LENGTH),
            ("phone", MAX_NAME_LENGTH),
            ("fax", MAX_NAME_LENGTH),
            ("web_site", MAX_NAME_LENGTH),
            ("description", account::MAX_DESCRIPTION_LENGTH),
            ("addresses", account::MAX_ADDRESSES),
        ],
    ),
    ("ChangeChoice", &[("changes", sweeps::MAX_NAMED), ("text", sweeps::MAX_SEARCH_LENGTH)]),
    ("ChangeServiceRequestStatus", &[("text", service_requests::MAX_TEXT_LENGTH)]),
    ("ChangedServiceManager", SERVICE_MANAGER),
    ("CommentOnServiceRequest", &[("text", service_requests::MAX_TEXT_LENGTH)]),
    (
        "Endpoints",
        &[
            ("delete", service_manager::MAX_VALUE_LENGTH),
            ("exists", service_manager::MAX_VALUE_LENGTH),
            ("sync_options", service_manager::MAX_VALUE_LENGTH),
            ("synchronize", service_manager::MAX_VALUE_LENGTH),
        ],
    ),
    ("Decision", &[("record", MAX_RECORD_LENGTH)]),
    ("EndLink", &[("reason", links::MAX_REASON_LENGTH)]),
    ("NewAccountImport", &[("table", MAX_TABLE_LENGTH)]),
    ("NewApiKey", &[("name", staff::MAX_KEY_NAME_LENGTH)]),
    ("NewContact", &[("name", input::NAME), ("email", normalise::MAX_EMAIL_LENGTH), ("phone", input::PHONE)]),
    ("NewDevice", &[("name", MAX_DEVICE_VALUE_LENGTH), ("fields.*", MAX_DEVICE_VALUE_LENGTH)]),
    ("NewDomain", &[("domain", MAX_WEB_ADDRESS_LENGTH)]),
    ("NewLoad", &[("table", MAX_TABLE_LENGTH)]),
    ("NewMessage", &[("id", messages::MAX_ID_LENGTH)]),
    ("NewPerson", PERSON),
    ("NewPlace", &[("name", input::NAME), ("address", MAX_ADDRESS_LENGTH)]),
    ("NewPicture", &[("alt", product::MAX_ALT_LENGTH)]),
    ("NewProduct", &[("name", product::MAX_NAME_LENGTH), ("description", product::MAX_DESCRIPTION_LENGTH)]),
    ("NewServiceManager", SERVICE_MANAGER),
    (
        "NewStaffMember",
        &[
            ("login", staff::MAX_NAME_LENGTH),
            ("name", staff::MAX_NAME_LENGTH),
            ("person_id", persons::MAX_PERSON_ID_LENGTH),
        ],
    ),
    (
        "Notification",
        &[("body", service_manager::MAX_TEMPLATE_LENGTH), ("subject", service_manager::MAX_TEMPLATE_LENGTH)],
    ),
    ("OpenReturnMessage", &[("lines", returns::MAX_LINES)]),
    (
        "OpenServiceRequest",
        &[
            ("subject", service_requests::MAX_SUBJECT_LENGTH),
            ("description", service_requests::MAX_TEXT_LENGTH),
            ("answers.*", service_requests::workflow::MAX_ANSWER_LENGTH),
        ],
    ),
    ("PersonChange", PERSON),
    ("PlaceChange", &[("name", input::NAME), ("address", MAX_ADDRESS_LENGTH)]),
    ("PrimaryContact", &[("first_name", MAX_NAME_LENGTH), ("last_name", MAX_NAME_LENGTH), ("email", MAX_NAME_LENGTH)]),
    ("Region", &[("code", account::MAX_CODE_LENGTH), ("name", MAX_NAME_LENGTH)]),
    ("ReportDeviceReading", &[("measure", messages::MAX_MEASURE_LENGTH), ("unit", messages::MAX_UNIT_LENGTH)]),
    ("ReturnLineToOpen", RETURN_LINE),
    ("ReturnMessageLine", RETURN_LINE),
    ("ReturnToOpen", &[("lines", returns::MAX_LINES)]),
    (
        "StepDone",
        &[("note", returns::MAX_TEXT_LENGTH), ("serials", MAX_SERIALS), ("serials[]", returns::MAX_SERIAL_LENGTH)],
    ),
    ("SynchronizeAccount", &[("sync_options.*", fields::MAX_VALUE_LENGTH)]),
    (
        "WorkOrderToMake",
        &[
            ("description", work_orders::MAX_TEXT_LENGTH),
            ("model", input::NAME),
            ("subject", work_orders::MAX_SUBJECT_LENGTH),
        ],
    ),
    ("WorkStep", &[("reason", work_orders::MAX_TEXT_LENGTH)]),
];

const PERSON: Fields = &[
    ("person_id", persons::MAX_PERSON_ID_LENGTH),
    ("name", input::NAME),
    ("email", normalise::MAX_EMAIL_LENGTH),
    ("place_ids", MAX_PLACES),
    ("role_functions[]", persons::MAX_ROLE_FUNCTION_LENGTH),
];

const RETURN_LINE: Fields = &[
    ("model", input::NAME),
    ("problem", returns::MAX_TEXT_LENGTH),
    ("serials", MAX_SERIALS),
    ("serials[]", returns::MAX_SERIAL_LENGTH),
];

const SERVICE_MANAGER: Fields = &[
    ("name", service_manager::MAX_NAME_LENGTH),
    ("api_key", service_manager::MAX_VALUE_LENGTH),
    ("application_id", service_manager::MAX_VALUE_LENGTH),
    ("base_url", service_manager::MAX_VALUE_LENGTH),
    ("settings", service_manager::MAX_SETTINGS),
    ("settings.*", service_manager::MAX_VALUE_LENGTH),
];

/// The limits of parameters, by name.
const OF_PARAMETERS: Fields = &[
    ("cursor", MAX_CURSOR_LENGTH),
    ("email", normalise::MAX_EMAIL_LENGTH),
    ("idempotency-key", MAX_KEY_LENGTH),
    ("if-none-match", me::MAX_IF_NONE_MATCH_LENGTH),
    ("external_id", MAX_RECORD_LENGTH),
    ("record", MAX_RECORD_LENGTH),
    ("subject", MAX_RECORD_LENGTH),
    ("text", sweeps::MAX_SEARCH_LENGTH),
];

/// Writes the bounds of all requests into the description.
pub(super) fn describe(api: &mut OpenApi) {
    let mut referred = Vec::new();
    for operation in api.paths.paths.values_mut().flat_map(operations) {
        describe_operation(operation, &mut referred);
    }
    let Some(components) = &mut api.components else { return };
    let mut described = Vec::new();
    while let Some(name) = referred.pop() {
        if let Some(schema) = components.schemas.get_mut(&name)
            && !described.contains(&name)
        {
            describe_component(&name, schema, &mut referred);
            described.push(name);
        }
    }
}

fn describe_operation(operation: &mut Operation, referred: &mut Vec<String>) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(Parameter { name, schema, .. }) = parameter else { continue };
        let own = OF_PARAMETERS.iter().find(|(known, _)| known == name).map_or(MAX_WORD, |(_, most)| *most);
        if let Some(schema) = schema {
            bound(schema, &[("", own)], "", referred);
        }
    }
    let Some(RefOr::T(body)) = &mut operation.request_body else { return };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(schema) = &mut content.schema
        {
            bound(schema, &[], "", referred);
        }
    }
}

/// Writes the bounds of a component into its schema. The names of components in it are added to `referred`.
pub(super) fn describe_component(name: &str, schema: &mut RefOr<Schema>, referred: &mut Vec<String>) {
    let own = OF_COMPONENTS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, fields)| *fields);
    bound(schema, own, "", referred);
}

fn bound(schema: &mut RefOr<Schema>, own: &[(&str, usize)], at: &str, referred: &mut Vec<String>) {
    let schema = match schema {
        RefOr::Ref(reference) => return referred.extend(component(reference).map(ToOwned::to_owned)),
        RefOr::T(schema) => schema,
    };
    let most = own.iter().find(|(field, _)| *field == at).map(|(_, most)| *most);
    match schema {
        Schema::Object(object) => {
            if is_text(object) && object.enum_values.is_none() && object.format.is_none() {
                object.max_length = most.or(object.max_length).or(Some(MAX_WORD));
            }
            for (name, property) in &mut object.properties {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                bound(property, own, &at, referred);
            }
            if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
                object.max_properties = most.or(object.max_properties).or(Some(MAX_ITEMS));
                bound(values, own, &format!("{at}.*"), referred);
            }
        }
        Schema::Array(array) => {
            array.max_items = most.or(array.max_items).or(Some(MAX_ITEMS));
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items, own, &format!("{at}[]"), referred);
            }
        }
        Schema::OneOf(one) => one.items.iter_mut().for_each(|item| bound(item, own, at, referred)),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(|item| bound(item, own, at, referred)),
        Schema::AllOf(all) => all.items.iter_mut().for_each(|item| bound(item, own, at, referred)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// The bound at a path of a component, as it is served.
    fn served(component: &Value, at: &str) -> Option<u64> {
        if let Some(alternatives) = component["oneOf"].as_array() {
            return alternatives.iter().find_map(|one| served(one, at));
        }
        let mut schema = component;
        let mut rest = at;
        while !rest.is_empty() {
            schema = match (rest.strip_prefix("[]"), rest.strip_prefix(".*")) {
                (Some(after), _) => {
                    rest = after;
                    &schema["items"]
                }
                (_, Some(after)) => {
                    rest = after;
                    &schema["additionalProperties"]
                }
                _ => {
                    let end = rest.find(['[', '.']).unwrap_or(rest.len());
                    let (name, after) = rest.split_at(end);
                    rest = after;
                    &schema["properties"][name]
                }
            };
        }
        ["maxLength", "maxItems", "maxProperties"].iter().find_map(|bound| schema[*bound].as_u64())
    }

    #[test]
    fn h01_every_limit_of_a_field_is_in_the_description() {
        let mut api = super::super::described().split_for_parts().1;
        describe(&mut api);
        let api = serde_json::to_value(&api).unwrap();
        for (name, fields) in OF_COMPONENTS {
            let component = &api["components"]["schemas"][*name];
            assert!(component.is_object(), "there is no component {name}");
            for (at, most) in *fields {
                assert_eq!(served(component, at), Some(*most as u64), "{name}.{at}");
            }
        }
        let paths = api["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
        let parameters: Vec<_> = paths.filter_map(|operation| operation["parameters"].as_array()).flatten().collect();
        for (name, most) in OF_PARAMETERS {
            let mut named = parameters.iter().filter(|it| it["name"] == *name && it["schema"]["format"].is_null());
            assert!(named.any(|it| it["schema"]["maxLength"] == *most), "{name}");
        }
    }
}
