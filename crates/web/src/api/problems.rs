//! The problem responses of the operations, for the API's description.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $($status:literal $description:literal),+;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$(($status, $description)),+].into_iter().map(|(status, text)| (status.to_owned(), problem(text))).collect()
            }
        }
    )*};
}

problems! {
    /// Responses of every operation.
    Any:
        "400" "The request is malformed; `detail` names the field",
        "401" "The key or token is missing, invalid or expired",
        "500" "Internal error; it was logged",
        "503" "The database or the identity provider's keys cannot be reached; try again",
        "504" "The database did not confirm a change in time (`commit_unknown`): the change may have been made. Check before you try again";
    /// Additional responses of every operation of the admin API.
    Scope:
        "403" "The API key lacks the scope that `detail` names (`scope_missing`)";
    /// Additional responses of operations for the signed-in user.
    Ended:
        "403" "The person is inactive (`access_ended`); their tokens are no longer accepted";
    /// Additional responses of operations that obey the rules of the customer portal.
    Denied:
        "403" "The person has no access: inactive (`access_ended`), or by a rule of the customer portal, which `code` names: `licence_known`, `licence_admits_portal`, `default_place`, `places_listed`";
    /// Additional responses of operations with a message key.
    Sender:
        "403" "The person of the key is inactive (`person_inactive`), or has no MESSAGE licence (`no_message_licence`)";
    /// Additional responses of operations that are limited by number.
    TooMany:
        "429" "Too many requests (`too_many_messages`); wait as long as `Retry-After` says";
    /// Additional responses of operations on a single object.
    NotFound:
        "404" "The object does not exist";
    /// Additional responses of operations that change something.
    Refused:
        "409" "The request conflicts with the current state; `code` says why, `detail` what to do",
        "413" "The body is too large",
        "415" "The body is not declared as JSON",
        "422" "The body is invalid; `detail` names the field";
    /// Additional responses of operations that call an outside system.
    Upstream:
        "502" "An outside system rejected the hub's call; check the connection settings";
}

fn problem(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build().into()
}
