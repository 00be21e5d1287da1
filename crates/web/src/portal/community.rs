//! What people read and write in the portal: news, forum, search, profile (`P09`, `P10`). Every page needs somebody inside the portal, and
//! every read names the person: what they may not see does not exist for them.

use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_UPLOAD;

/// The routes, below `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/blog", get(crate::portal::news::list))
        .route("/blog/feed", get(crate::portal::news::feed))
        .route("/blog/desk", get(crate::portal::news::edit::desk))
        .route("/blog/new", get(crate::portal::news::edit::fresh).post(crate::portal::news::edit::create))
        .route("/blog/{id}", get(crate::portal::news::post))
        .route("/blog/{id}/edit", get(crate::portal::news::edit::form).post(crate::portal::news::edit::update))
        .route("/blog/{id}/attach", post(crate::portal::news::edit::attach).at_most(MAX_UPLOAD))
        .route("/blog/{id}/attachments/{file}/remove", post(crate::portal::news::edit::detach))
        .route("/attachments/{id}", get(crate::portal::attachments::file))
        .route("/forum", get(crate::portal::forum::boards))
        .route("/forum/boards/{id}", get(crate::portal::forum::board))
        .route(
            "/forum/boards/{id}/new",
            get(crate::portal::forum::write::new_topic).post(crate::portal::forum::write::start).at_most(MAX_UPLOAD),
        )
        .route("/forum/topics/{id}", get(crate::portal::forum::topic))
        .route("/forum/topics/{id}/reply", post(crate::portal::forum::write::reply).at_most(MAX_UPLOAD))
        .route("/forum/topics/{id}/follow", post(crate::portal::forum::write::follow))
        .route("/forum/topics/{id}/moderate", post(crate::portal::forum::moderate::topic))
        .route("/forum/posts/{id}", get(crate::portal::forum::post))
        .route(
            "/forum/posts/{id}/edit",
            get(crate::portal::forum::write::edit_form).post(crate::portal::forum::write::edit),
        )
        .route(
            "/forum/posts/{id}/report",
            get(crate::portal::forum::write::report_form).post(crate::portal::forum::write::report),
        )
        .route(
            "/forum/posts/{id}/moderate",
            get(crate::portal::forum::moderate::post_page).post(crate::portal::forum::moderate::post),
        )
        .route("/forum/posts/{id}/mute", post(crate::portal::forum::moderate::mute))
        .route("/forum/reports", get(crate::portal::forum::moderate::reports))
        .route("/search", get(crate::portal::search::search))
        .route("/profile", get(crate::portal::profile::show).post(crate::portal::profile::save))
        .route("/profile/email", get(crate::portal::profile::email).post(crate::portal::profile::ask_email))
        .route(
            "/profile/email/{token}",
            get(crate::portal::profile::confirm_email).post(crate::portal::profile::take_email),
        )
        .route("/contacts", get(crate::portal::contacts::list))
        .route("/contacts/new", get(crate::portal::contacts::fresh).post(crate::portal::contacts::create))
        .route("/contacts/{id}", get(crate::portal::contacts::form).post(crate::portal::contacts::update))
        .route("/timeline", get(crate::portal::profile::timeline))
}
