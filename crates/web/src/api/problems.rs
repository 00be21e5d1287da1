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
        "400" "The request cannot be understood; `detail` names the field",
        "401" "Whoever asks is not known: the key or token is missing, wrong, or has expired",
        "500" "Something went wrong here; it was recorded",
        "503" "The database, or the identity provider's keys, cannot be reached at present; try again",
        "504" "The database did not confirm a change in time (`commit_unknown`): it is not known whether it was made. Look, then try again";
    /// Additional responses of operations for the signed-in user.
    Ended:
        "403" "The person was made inactive (`access_ended`): their tokens open nothing any more";
    /// Additional responses of operations on a single object.
    NotFound:
        "404" "There is no such thing";
    /// Additional responses of operations that change something.
    Refused:
        "409" "It cannot be done as things stand; `code` says why, `detail` what to do",
        "413" "The body is too large",
        "415" "The body is not declared as JSON",
        "422" "The body does not hold what is needed; `detail` names the field";
    /// Additional responses of operations that call an outside system.
    Upstream:
        "502" "An outside system refuses to answer the hub; somebody has to look at the connection";
}

fn problem(description: &str) -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build().into()
}
