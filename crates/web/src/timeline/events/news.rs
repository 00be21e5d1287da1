//! Wording of the timeline events of news posts.

use tessera_core::news::{NewsEvent, PostState};

use super::Wording;

impl Wording for NewsEvent {
    fn staff(&self) -> String {
        match self {
            Self::NewsWritten { title, name, before, state, .. } => {
                format!("{name} {} “{title}”", news_words(*before, *state))
            }
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}

/// The action of a news editor.
const fn news_words(before: Option<PostState>, state: PostState) -> &'static str {
    match (before, state) {
        (None, PostState::Published) => "wrote and published the news",
        (None, _) => "drafted the news",
        (Some(PostState::Published), PostState::Published) => "edited the published news",
        (Some(_), PostState::Published) => "published the news",
        (Some(PostState::Published), _) => "unpublished the news",
        (Some(_), _) => "edited the news",
    }
}
