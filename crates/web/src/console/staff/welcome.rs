//! The page on which a member of staff chooses a password, with a link from an administrator.

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use tessera_core::credentials::password::{MIN_LENGTH, PasswordError};
use tessera_core::staff::{StaffAccount, StaffError};
use tessera_hub::HubError;

use crate::App;
use crate::console::presenter;
use crate::extract::client_addr::ClientAddr;
use crate::pages::Flash;
use crate::pages::console::staff::StaffWelcome;
use crate::respond::page::{Answer, PageError, chrome, page_with, redirect_with};

/// Maximum number of tries per minute and client address.
const TRIES: u32 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct Chosen {
    password: String,
    again: String,
}

pub(in crate::console) async fn form(
    State(app): State<App>,
    Path(token): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    match app.hub.staff_of_link(&token).await {
        Ok(account) => show(&app, (&uri, &headers), Some(&account), None, StatusCode::OK),
        Err(error) => over(&app, (&uri, &headers), error),
    }
}

pub(in crate::console) async fn choose(
    State(app): State<App>,
    Path(token): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    Form(form): Form<Chosen>,
) -> Answer {
    let at = (&uri, &headers);
    let limits = vec![(format!("staff links {}", address.network()), TRIES)];
    let Some(guess) = app.throttle.guess(limits, app.hub.env.now()).await else {
        return Err(PageError(StatusCode::TOO_MANY_REQUESTS));
    };
    let account = match app.hub.staff_of_link(&token).await {
        Ok(account) => account,
        Err(error) => {
            let _counted = guess.settle(Ok::<(), HubError>(()), |()| false).await;
            return over(&app, at, error);
        }
    };
    if form.password != form.again {
        let problem = "The two passwords are not the same. Type the new password twice.".to_owned();
        return show(&app, at, Some(&account), Some(problem), StatusCode::UNPROCESSABLE_ENTITY);
    }
    match guess.settle(app.hub.use_staff_link(&token, &form.password).await, |_| true).await {
        Ok(_) => {
            let done = Flash::done("Your password is set. Sign in with it.");
            Ok(redirect_with(&app, "/console/sign-in", Some(&done)))
        }
        Err(error) => match error.rejection::<PasswordError>() {
            Some(weak) => {
                let problem = Some(format!("This password is not accepted: {weak}."));
                show(&app, at, Some(&account), problem, StatusCode::UNPROCESSABLE_ENTITY)
            }
            None => over(&app, at, error),
        },
    }
}

/// The page of a link that does not work.
fn over(app: &App, at: (&Uri, &HeaderMap), error: HubError) -> Answer {
    if error.rejection() != Some(&StaffError::LinkOver) {
        return Err(error.into());
    }
    show(app, at, None, Some(presenter::sentence(&error.to_string())), StatusCode::GONE)
}

fn show(
    app: &App,
    (uri, headers): (&Uri, &HeaderMap),
    account: Option<&StaffAccount>,
    problem: Option<String>,
    status: StatusCode,
) -> Answer {
    let content = StaffWelcome {
        action: account.map(|_| uri.path().to_owned()),
        name: account.map(|account| account.name.clone()),
        login: account.map(|account| account.login.clone()),
        min_length: MIN_LENGTH,
        problem,
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}
