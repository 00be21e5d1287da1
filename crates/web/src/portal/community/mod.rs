//! What people read and write in the portal: news, forum, search, profile (`P09`, `P10`). Every page needs somebody inside the portal, and
//! every read names the person: what they may not see does not exist for them.

mod attachments;
mod contacts;
mod edit_news;
mod forum;
mod here;
pub(crate) mod moderate;
mod news;
mod profile;
mod search;
mod write;

use crate::form::UPLOAD;
use crate::routes::{Routes, Rule, get, post};

/// The routes, below `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/blog", get(news::list))
        .route("/blog/feed", get(news::feed))
        .route("/blog/desk", get(edit_news::desk))
        .route("/blog/new", get(edit_news::fresh).post(edit_news::create))
        .route("/blog/{id}", get(news::post))
        .route("/blog/{id}/edit", get(edit_news::form).post(edit_news::update))
        .route("/blog/{id}/attach", post(edit_news::attach).at_most(UPLOAD))
        .route("/blog/{id}/attachments/{file}/remove", post(edit_news::detach))
        .route("/attachments/{id}", get(attachments::file))
        .route("/forum", get(forum::boards))
        .route("/forum/boards/{id}", get(forum::board))
        .route("/forum/boards/{id}/new", get(write::new_topic).post(write::start).at_most(UPLOAD))
        .route("/forum/topics/{id}", get(forum::topic))
        .route("/forum/topics/{id}/reply", post(write::reply).at_most(UPLOAD))
        .route("/forum/topics/{id}/follow", post(write::follow))
        .route("/forum/topics/{id}/moderate", post(moderate::topic))
        .route("/forum/posts/{id}", get(forum::post))
        .route("/forum/posts/{id}/edit", get(write::edit_form).post(write::edit))
        .route("/forum/posts/{id}/report", get(write::report_form).post(write::report))
        .route("/forum/posts/{id}/moderate", get(moderate::post_page).post(moderate::post))
        .route("/forum/posts/{id}/mute", post(moderate::mute))
        .route("/forum/reports", get(moderate::reports))
        .route("/search", get(search::search))
        .route("/profile", get(profile::show).post(profile::save))
        .route("/profile/email", get(profile::email).post(profile::ask_email))
        .route("/profile/email/{token}", get(profile::confirm_email).post(profile::take_email))
        .route("/contacts", get(contacts::list))
        .route("/contacts/new", get(contacts::fresh).post(contacts::create))
        .route("/contacts/{id}", get(contacts::form).post(contacts::update))
        .route("/timeline", get(profile::timeline))
}
