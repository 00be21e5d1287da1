//! Resellers: both calls of a first order, in both orders of arrival.

use crate::rules;
use crate::run::Run;

/// Creates a reseller and then its customer.
pub async fn all(run: &mut Run) {
    let reseller = run.account();
    let first = run.synchronize(&reseller.with("ResellerID", reseller.id.as_str())).await;
    let id = first.created().map(ToOwned::to_owned);
    let end = run.account().with("ResellerID", reseller.id.as_str());
    let end = end.with("ResellerExternalID", id.clone().unwrap_or_default());
    let customer = run.synchronize(&end).await;
    let verdict = match (&id, customer.created()) {
        (Err(wrong), _) => Err(format!("the reseller: {wrong}")),
        (_, Err(wrong)) => Err(format!("its customer: {wrong}")),
        (Ok(reseller), Ok(customer)) if reseller == customer => Err(format!("both got {customer}")),
        _ => Ok(()),
    };
    run.judge(rules::RESELLER_FIRST, &customer, verdict);

    let reseller = run.account();
    let end = run.account().with("ResellerID", reseller.id.as_str());
    let customer = run.synchronize(&end).await;
    let afterwards = run.synchronize(&reseller).await;
    let verdict = match (customer.created(), afterwards.created()) {
        (Err(wrong), _) => Err(format!("the customer, first: {wrong}")),
        (_, Err(wrong)) => Err(format!("the reseller, afterwards: {wrong}")),
        (Ok(one), Ok(other)) if one == other => Err(format!("both got {one}")),
        _ => Ok(()),
    };
    run.judge(rules::CUSTOMER_FIRST, &afterwards, verdict);
}
