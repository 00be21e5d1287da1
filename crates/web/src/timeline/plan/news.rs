//! Changes of the news.

use tessera_core::news::NewsChange;

use super::Describe;

impl Describe for NewsChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(post) => format!("create news post “{}”, {}", post.title, post.state.as_str()),
            Self::Update(post) => format!("news post “{}”, {}", post.title, post.state.as_str()),
        }
    }
}
