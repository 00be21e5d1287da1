//! The built command as its own process: against a real database, with the outside systems played by this one.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod audit;
mod company;
mod crash;
mod database;
mod explain;
mod gate;
mod invite;
mod start;
mod templates;

/// Turns each story, `async fn(Databases)`, into a test on SQLite and one on PostgreSQL.
macro_rules! stories {
    ($($module:ident { $($story:ident),* $(,)? })*) => {
        mod sqlite {
            $($(
                #[test]
                fn $story() {
                    crate::database::on_sqlite(crate::$module::$story);
                }
            )*)*
        }
        mod postgres {
            $($(
                #[test]
                fn $story() {
                    crate::database::on_postgres(crate::$module::$story);
                }
            )*)*
        }
    };
}

stories! {
    audit {
        h05_whatever_is_done_to_a_timeline_is_named,
        h05_serve_makes_checkpoints_by_itself,
    }
    crash {
        h04_a_killed_process_goes_on_where_it_was,
    }
    explain {
        a21_why_says_on_the_command_line_what_the_api_says,
        h04_doctor_says_on_the_command_line_what_the_api_says,
    }
    invite {
        a18_a_link_with_a_token_from_the_command_line_links,
    }
}
