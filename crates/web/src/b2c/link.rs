//! The REST step of a policy: links the user who has just signed in.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use tessera_core::kernel::mask;
use tessera_hub::LinkStatus;

use super::answer::{self, Claims, Failure};
use super::request::Sent;
use super::sender::Policy;
use super::{B2c, connector};
use crate::App;
use crate::middleware::request_id::ServiceRequestId;

/// Repeated requests get the same response, because policies repeat a request if its response was lost.
pub(super) async fn link(
    State(app): State<App>,
    _policy: Policy,
    Extension(id): Extension<ServiceRequestId>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let linked = async {
        let sent = Sent::read(&app, &headers, &body)?;
        sent.log("link");
        if let Some(step) = sent.text("step") {
            return connector::answer(&app, &sent, &step, &id).await;
        }
        let given = sent.given();
        let given = given.ok_or_else(|| Failure::malformed("token_missing", "no claim says whose record it is"))?;
        let status = app.hub.link_by_policy(&sent.sign_in()?, &given, sent.b2c().numbers).await?;
        status_claims(sent.b2c(), &status).map(answer::claims)
    };
    linked.await.unwrap_or_else(|failure: Failure| failure.answer(&app, &id))
}

/// The link's status as claims. The user has proved little at this point, so the customer is shown masked.
pub(super) fn status_claims(b2c: &B2c, status: &LinkStatus) -> Result<Claims, Failure> {
    let mut claims = Claims::new();
    match status {
        LinkStatus::Linked(customer) => {
            claims.insert("linkStatus".to_owned(), json!("linked"));
            claims.insert("customerId".to_owned(), json!(customer.id));
            claims.insert("customerName".to_owned(), json!(mask::name(&customer.name)));
            claims.extend(customer.email.as_ref().map(|email| ("customerEmail".to_owned(), json!(mask::email(email)))));
        }
        LinkStatus::Pending => {
            claims.insert("linkStatus".to_owned(), json!("pending"));
        }
        LinkStatus::PendingReview if b2c.review_is_error => {
            return Err(Failure {
                status: axum::http::StatusCode::CONFLICT,
                code: "pending_review",
                user_message: "We have to check that this account is yours. We will do so shortly; then sign in again."
                    .to_owned(),
                developer_message: "the number is not backed by a verified address; staff decide".to_owned(),
            });
        }
        LinkStatus::PendingReview => {
            claims.insert("linkStatus".to_owned(), json!("pending_review"));
        }
    }
    Ok(claims)
}
