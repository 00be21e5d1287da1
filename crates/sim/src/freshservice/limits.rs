//! Rate limits per minute, and the credits of each request.

use http::Method;
use jiff::Timestamp;

/// The account's plan, which determines the limits per minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plan {
    /// 100 requests.
    Starter,
    /// 200 requests.
    Growth,
    /// 400 requests.
    Pro,
    /// 500 requests.
    #[default]
    Enterprise,
    /// So many requests of any kind, as add-ons to a plan allow.
    PerMinute(u64),
    /// No limits and no limit headers, for tests of other features.
    Unlimited,
}

/// Kinds of request with a separate limit besides the overall one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    ListTickets,
    ListAssets,
    ListAgents,
    ListRequesters,
    ViewTicket,
    CreateTicket,
    UpdateTicket,
    UpdateAsset,
}

const CLASSES: usize = 8;

/// Limits: overall, of each list, of each view or change.
const fn limits(plan: Plan) -> Option<(u64, u64, u64)> {
    match plan {
        Plan::Starter => Some((100, 40, 50)),
        Plan::Growth => Some((200, 70, 80)),
        Plan::Pro => Some((400, 120, 140)),
        Plan::Enterprise => Some((500, 140, 160)),
        Plan::PerMinute(limit) => Some((limit, limit, limit)),
        Plan::Unlimited => None,
    }
}

/// Credits used in the current minute.
#[derive(Debug, Default)]
pub struct Budget {
    minute: i64,
    overall: u64,
    classes: [u64; CLASSES],
}

/// Result for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Cost of the request, in credits.
    pub credits: u64,
    /// The most restrictive limit.
    pub total: u64,
    /// Remaining credits of that limit.
    pub remaining: u64,
    /// Seconds until the next minute, if the request is rejected.
    pub retry_after: Option<u64>,
}

impl Budget {
    /// Charges a request, valid or not. `None` if the plan has no limits.
    pub fn charge(&mut self, plan: Plan, method: &Method, path: &str, query: &str, now: Timestamp) -> Option<Charge> {
        let (overall_limit, list_limit, row_limit) = limits(plan)?;
        let minute = now.as_second().div_euclid(60);
        if minute != self.minute {
            *self = Self { minute, ..Self::default() };
        }
        let class = class(method, path);
        let credits = 1 + include_credits(path, query);
        let class_limit = class.map(|class| if class.is_list() { list_limit } else { row_limit });
        let used = class.map(|class| self.classes[class as usize]);
        let fits = self.overall + credits <= overall_limit
            && used.zip(class_limit).is_none_or(|(used, limit)| used + credits <= limit);
        if fits {
            self.overall += credits;
            if let Some(class) = class {
                self.classes[class as usize] += credits;
            }
        }
        let overall = (overall_limit, overall_limit.saturating_sub(self.overall));
        let own =
            class.zip(class_limit).map(|(class, limit)| (limit, limit.saturating_sub(self.classes[class as usize])));
        let (total, remaining) = own.map_or(overall, |own| if own.1 <= overall.1 { own } else { overall });
        let rest = u64::try_from(60 - now.as_second().rem_euclid(60)).unwrap_or(60);
        Some(Charge { credits, total, remaining, retry_after: (!fits).then_some(rest) })
    }
}

impl Class {
    const fn is_list(self) -> bool {
        matches!(self, Self::ListTickets | Self::ListAssets | Self::ListAgents | Self::ListRequesters)
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.trim_start_matches("/api/v2/").split('/').filter(|segment| !segment.is_empty()).collect()
}

fn class(method: &Method, path: &str) -> Option<Class> {
    match (method.as_str(), segments(path).as_slice()) {
        ("GET", ["tickets"] | ["tickets", "filter"]) => Some(Class::ListTickets),
        ("GET", ["assets"]) => Some(Class::ListAssets),
        ("GET", ["agents"]) => Some(Class::ListAgents),
        ("GET", ["requesters"]) => Some(Class::ListRequesters),
        ("GET", ["tickets", _]) => Some(Class::ViewTicket),
        ("POST", ["tickets"]) => Some(Class::CreateTicket),
        ("PUT", ["tickets", _]) => Some(Class::UpdateTicket),
        ("PUT", ["assets", _]) => Some(Class::UpdateAsset),
        _ => None,
    }
}

/// `include` costs one additional credit for a row and two for a list.
fn include_credits(path: &str, query: &str) -> u64 {
    let includes =
        url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "include" && !value.is_empty());
    match segments(path).as_slice() {
        _ if !includes => 0,
        [_] | [_, "filter"] => 2,
        _ => 1,
    }
}
