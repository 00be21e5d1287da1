//! Lowers changes of the news to statements.

use tessera_core::news::NewsChange;

use super::reads::KIND;
use super::sql;
use crate::engine::Statement;
use crate::kernel::audience;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for NewsChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        let post = match self {
            Self::Create(post) => {
                let values = values![
                    post.id,
                    &post.title,
                    &post.body,
                    post.state.as_str(),
                    post.audience.is_everybody(),
                    post.author,
                    post.created_at,
                    post.updated_at,
                    post.published_at,
                ];
                to.push(Statement::one(sql::NEWS_CREATE, values, Conflict::Exists));
                post
            }
            Self::Update(post) => {
                let values = values![
                    &post.title,
                    &post.body,
                    post.state.as_str(),
                    post.audience.is_everybody(),
                    post.updated_at,
                    post.published_at,
                    post.id,
                    post.version,
                ];
                to.push(Statement::one(sql::NEWS_UPDATE, values, Conflict::News));
                post
            }
        };
        audience::put(KIND, post.id.0, &post.audience, to);
    }
}
