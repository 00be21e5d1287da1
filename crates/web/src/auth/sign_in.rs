//! The sign-in page of every portal. It offers identity providers as well as person id and password.

use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::credentials::password::MAX_LENGTH;
use tessera_core::invitations::ActivationError;
use tessera_core::persons::registration;
use tessera_hub::{Purpose, SignInOutcome, Visit};

use super::{Browser, ClientDescription, NamedPortal, enter, home, passkey, remember, within};
use crate::App;
use crate::activation::providers;
use crate::auth::callback::{BeginFailed, begin};
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::locale::{portal_title, text};
use crate::pages::auth::NotLetIn;
use crate::pages::portal::SignIn;
use crate::respond::page::{Answer, append_cookie, chrome, page_with};

/// Maximum length of a login; no person id is longer.
const MAX_LOGIN_LENGTH: usize = 320;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    provider: Option<String>,
    return_to: Option<String>,
    login: String,
    password: String,
}

/// Messages and prefilled values of the sign-in page.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct SignInQuery<'a> {
    pub(crate) notice: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
    pub(crate) login: &'a str,
    pub(crate) return_to: Option<&'a str>,
}

pub(crate) async fn form(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(form): Query<SignInForm>,
) -> Answer {
    let said = SignInQuery { return_to: form.return_to.as_deref(), login: &form.login, ..SignInQuery::default() };
    show(&app, portal, &headers, &uri, &said, StatusCode::OK)
}

pub(crate) fn show(
    app: &App,
    portal: Portal,
    headers: &HeaderMap,
    uri: &Uri,
    said: &SignInQuery<'_>,
    status: StatusCode,
) -> Answer {
    let home = home(portal);
    let customer = portal == Portal::Customer;
    let for_shop = customer && crate::storefront::is_shop(app, said.return_to);
    let heading = if for_shop {
        text!("auth-heading-shop")
    } else if customer {
        text!("auth-heading-customer")
    } else {
        text!("auth-heading-portal", portal = portal_title(portal))
    };
    let lead = text!("auth-lead");
    let register_url = (customer && app.hub.config.self_registration).then(|| format!("{home}/register"));
    let content = SignIn {
        heading,
        lead: (customer && !for_shop).then_some(lead),
        action: format!("{home}/sign-in"),
        providers: providers(app),
        password_action: format!("{home}/sign-in/password"),
        login: said.login.chars().take(MAX_LOGIN_LENGTH).collect(),
        passkey: passkey::form_for(app, portal),
        forgot_url: format!("{home}/forgot"),
        register_url: if for_shop { Some(crate::storefront::SIGN_UP.to_owned()) } else { register_url },
        first_time: customer && !for_shop,
        return_to: said.return_to.map(|path| within(Some(path), portal)),
        notice: said.notice.map(ToOwned::to_owned),
        error: said.error.map(ToOwned::to_owned),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

pub(crate) async fn at_provider(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    Form(form): Form<SignInForm>,
) -> Answer {
    let return_to = within(form.return_to.as_deref(), portal);
    let purpose = Purpose::Portal { return_to: return_to.clone() };
    match begin(&app, &headers, &address, form.provider.as_deref(), purpose, false).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(refusal)) => sign_in_failed(&app, &headers, &uri, refusal, Some(&return_to)),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// Shows the sign-in page with the error that occurred at the provider. The next sign-in leads to `return_to`.
pub(crate) fn sign_in_failed(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    refusal: ActivationError,
    return_to: Option<&str>,
) -> Answer {
    if refusal == ActivationError::TooManyAttempts {
        return too_many(app, Portal::Customer, headers, uri, &SignInQuery { return_to, ..SignInQuery::default() });
    }
    let (notice, status) = match refusal {
        ActivationError::SignInCancelled => (text!("auth-turned-back"), StatusCode::OK),
        ActivationError::PasswordForgotten => (text!("auth-password-forgotten"), StatusCode::OK),
        ActivationError::SignInOver => (text!("auth-sign-in-over"), StatusCode::GONE),
        ActivationError::ProviderUnavailable => (text!("auth-provider-silent"), StatusCode::SERVICE_UNAVAILABLE),
        _ => (text!("auth-not-verified"), StatusCode::FORBIDDEN),
    };
    let said = SignInQuery { notice: Some(&notice), return_to, ..SignInQuery::default() };
    show(app, Portal::Customer, headers, uri, &said, status)
}

pub(crate) async fn by_password(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    browser: Browser,
    ClientDescription(visit): ClientDescription,
    Form(form): Form<SignInForm>,
) -> Answer {
    let login: String = form.login.trim().chars().take(MAX_LOGIN_LENGTH).collect();
    let said = SignInQuery { login: &login, return_to: form.return_to.as_deref(), ..SignInQuery::default() };
    let too_many = || too_many(&app, portal, &headers, &uri, &said);
    let Some(guess) = browser.begin(&app, &login, app.hub.env.now()).await else { return too_many() };
    let return_to = within(form.return_to.as_deref(), portal);
    let entered = if form.password.chars().count() > MAX_LENGTH {
        Ok(SignInOutcome::Wrong)
    } else {
        let visit = Visit { known: browser.is_known(&app, &login), ..visit };
        app.hub.sign_in_person(&login, &form.password, &return_to, &visit).await
    };
    // A sign-in that waits for its second factor still counts, so that someone who knows the password cannot begin any
    // number of them.
    let is_done = |entered: &SignInOutcome| matches!(entered, SignInOutcome::In(..) | SignInOutcome::Inactive(_));
    match guess.settle(entered, is_done).await? {
        SignInOutcome::In(token, person) => {
            let mut response = Redirect::to(&return_to).into_response();
            enter(&app, &mut response, token);
            remember(&app, &mut response, person).await?;
            Ok(response)
        }
        SignInOutcome::Half(token) => {
            let mut response = Redirect::to(&format!("{}/sign-in/code", home(portal))).into_response();
            append_cookie(&mut response, &session_cookie::cookie(&app, Kind::Half, token));
            Ok(response)
        }
        SignInOutcome::Inactive(inactive) => {
            let content = inactive_page(portal, &inactive.why);
            page_with(&app, &chrome(&app, &headers, &uri, None), &content, StatusCode::FORBIDDEN)
        }
        SignInOutcome::Wrong => {
            browser.was_wrong(&app, app.hub.env.now()).await;
            let said = SignInQuery { error: Some(&text!("auth-wrong")), ..said };
            show(&app, portal, &headers, &uri, &said, StatusCode::FORBIDDEN)
        }
    }
}

/// Shows the sign-in page after too many attempts.
pub(crate) fn too_many(app: &App, portal: Portal, headers: &HeaderMap, uri: &Uri, said: &SignInQuery<'_>) -> Answer {
    let said = SignInQuery { error: Some(&text!("auth-wrong-often")), ..*said };
    let mut response = show(app, portal, headers, uri, &said, StatusCode::TOO_MANY_REQUESTS)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    Ok(response)
}

/// Tells a person with the right password or passkey that they are inactive. Others do not learn it.
pub(crate) fn inactive_page(portal: Portal, why: &str) -> NotLetIn {
    let (title, explanation) = match why {
        registration::AWAITING => (text!("auth-registration-waiting"), text!("auth-registration-waiting-why")),
        _ => (text!("auth-access-ended"), text!("auth-access-ended-why")),
    };
    NotLetIn { portal: portal_title(portal), title, explanation, sign_in_url: format!("{}/sign-in", home(portal)) }
}
