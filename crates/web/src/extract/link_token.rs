//! The token in the address of a link that was sent by e-mail.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

/// The token. Mail programs take the full stop of a sentence, a bracket or a blank behind a link for a part of it.
#[derive(Debug)]
pub(crate) struct LinkToken(pub String);

impl<S: Send + Sync> FromRequestParts<S> for LinkToken {
    type Rejection = PathRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PathRejection> {
        let Path(token): Path<String> = Path::from_request_parts(parts, state).await?;
        Ok(Self(without_marks(&token).to_owned()))
    }
}

/// The token without what no token begins or ends with.
pub(crate) fn without_marks(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a14_marks_around_a_link_are_no_part_of_its_token(
            token in "[A-Za-z0-9_-]{1,43}",
            before in "[<(\"“ ]{0,2}",
            behind in "[.,;:!?)>\\]\"”’ \u{a0}\r\n]{0,3}",
        ) {
            let clicked = format!("{before}{token}{behind}");
            prop_assert_eq!(without_marks(&clicked), token);
        }
    }
}
