//! The page of a marketplace call, and its replay in test mode.

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde_json::Value;
use tessera_core::kernel::plan::Plan;
use tessera_core::marketplace::call::{Operation, redact};
use tessera_core::marketplace::code::Code;
use tessera_core::marketplace::{Answer as Answered, Call};
use tessera_hub::HubError;
use tessera_hub::marketplace::{MarketplaceConfig, Order, account_key};

use super::super::{chrome, id};
use super::{account_url, marketplace, outcome, url};
use crate::App;
use crate::auth::caller::Staff;
use crate::marketplace_api::{self, AccountBody};
use crate::pages::console::{MarketplaceCall, Named, Replay};
use crate::respond::page::{Answer, PageError, page};
use crate::timeline::plan;

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((name, call)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let (marketplace, call) = found(&app, &name, &call).await?;
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &shown(marketplace, &call, None))
}

/// Replays the call in test mode: shows the plan and the response, without applying the plan (`H02`).
pub(crate) async fn replay(
    State(app): State<App>,
    staff: Staff,
    Path((name, call)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let (marketplace, call) = found(&app, &name, &call).await?;
    if !call.is_whole() {
        return Err(PageError::NOT_FOUND);
    }
    let (answer, plan) = again(&app, marketplace, &call).await?;
    let mut body = answer.body();
    redact(&mut body);
    let replay = Replay {
        answer: pretty(&body),
        outcome: outcome(answer.code()),
        steps: plan
            .steps
            .iter()
            .map(|step| format!("{}, because {}", plan::change(&step.change), step.reason))
            .collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &shown(marketplace, &call, Some(replay)))
}

async fn found<'a>(app: &'a App, name: &str, call: &str) -> Result<(&'a MarketplaceConfig, Call), PageError> {
    let marketplace = marketplace(app, name)?;
    let call = app.hub.queries().marketplace_call(name, id(call)?).await?;
    Ok((marketplace, call.ok_or(PageError::NOT_FOUND)?))
}

async fn again(app: &App, marketplace: &MarketplaceConfig, call: &Call) -> Result<(Answered, Plan), HubError> {
    let Some(operation) = call.operation else { return Ok((Answered::Absent, Plan::default())) };
    if operation == Operation::SyncOptions {
        return Ok((Answered::Options(app.hub.options_of(marketplace).await?.options), Plan::default()));
    }
    Ok(match marketplace_api::read(operation, call.request.as_bytes()) {
        Err(refusal) => (Answered::Refused(refusal), Plan::default()),
        Ok(AccountBody::Synchronize(request)) => {
            app.hub.preview_order(marketplace, Order::Synchronize(&request)).await?
        }
        Ok(AccountBody::Exists(request)) => app.hub.preview_order(marketplace, Order::Exists(&request)).await?,
        Ok(AccountBody::Delete(deletion)) => app.hub.preview_order(marketplace, Order::Delete(&deletion)).await?,
        Ok(AccountBody::Options) => (Answered::Absent, Plan::default()),
    })
}

fn shown(marketplace: &MarketplaceConfig, call: &Call, replay: Option<Replay>) -> MarketplaceCall {
    let readable = |text: &str| serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |it| pretty(&it));
    let here = format!("{}/calls/{}", url(&call.marketplace), call.id);
    let account = call.account_id.as_deref().map(|account| Named {
        name: account.to_owned(),
        url: Some(account_url(&account_key(&call.marketplace, account))),
    });
    MarketplaceCall {
        marketplace: Named { name: marketplace.display_name.clone(), url: Some(url(&call.marketplace)) },
        operation: call.operation.map_or("Unknown", Operation::as_str).to_owned(),
        at: call.at,
        millis: format!("{}.{} ms", call.micros / 1000, call.micros % 1000 / 100),
        outcome: outcome(call.code),
        to_do: Code::of(call.code).map(|entry| entry.staff.to_owned()),
        is_test: call.is_test,
        account,
        request: readable(&call.request),
        answer: readable(&call.answer),
        replay_action: call.operation.filter(|_| call.is_whole()).map(|_| format!("{here}/replay")),
        replay,
    }
}

fn pretty(body: &Value) -> String {
    serde_json::to_string_pretty(body).unwrap_or_default()
}
