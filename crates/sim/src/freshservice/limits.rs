//! How many requests an account may make in a minute, and what each of them costs.

use http::Method;
use jiff::Timestamp;

/// The plan of the account, which decides the limits per minute.
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
    /// No limit and no limit headers, for tests of something else.
    Unlimited,
}

/// The kinds of requests with a limit of their own, next to the overall one.
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

/// Overall, each list, each view or change.
const fn limits(plan: Plan) -> Option<(u64, u64, u64)> {
    match plan {
        Plan::Starter => Some((100, 40, 50)),
        Plan::Growth => Some((200, 70, 80)),
        Plan::Pro => Some((400, 120, 140)),
        Plan::Enterprise => Some((500, 140, 160)),
        Plan::Unlimited => None,
    }
}

/// What is used up in the minute that runs.
#[derive(Debug, Default)]
pub struct Budget {
    minute: i64,
    overall: u64,
    classes: [u64; CLASSES],
}

/// The outcome for one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Credits the request costs.
    pub credits: u64,
    /// The limit that binds it.
    pub total: u64,
    /// What is left of that limit.
    pub remaining: u64,
    /// Seconds until the minute is over, when the request is refused.
    pub retry_after: Option<u64>,
}

impl Budget {
    /// Charges a request, valid or not. `None` when the plan has no limits.
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

/// `include` costs one credit more on a row and two more on a list.
fn include_credits(path: &str, query: &str) -> u64 {
    let includes =
        url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "include" && !value.is_empty());
    match segments(path).as_slice() {
        _ if !includes => 0,
        [_] | [_, "filter"] => 2,
        _ => 1,
    }
}
