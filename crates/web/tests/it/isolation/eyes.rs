//! Visits every page as one person and compares the result with the expected visibility.

use std::collections::BTreeSet;

use reqwest::{Client, Method, header};
use tessera_hub::StaffSignInOutcome;
use tessera_web::Rule;
use testkit::{CLI, TestApp, client};
use uuid::Uuid;

use super::Kind;
use super::world::{Somebody, Thing, World};

/// Pages without a list of their own, or with mixed lists. They must not contain other people's objects.
const MORE: &[&str] = &[
    "/timeline",
    "/profile",
    "/forum",
    "/forum/reports",
    "/news/desk",
    "/workflows",
    "/requests?whose=mine",
    "/requests?status=active",
    "/returns?show=open",
    "/invoices?show=open",
    "/contacts/new",
];

/// A visitor: HTTP client, session cookie and portal.
pub struct Eyes {
    http: Client,
    cookie: String,
    portal: String,
}

/// A staff session.
pub async fn staff(app: &TestApp) -> String {
    app.hub.put_staff("kim", "Kim Example", "walnut-finch-11", &CLI).await.unwrap();
    match app.hub.sign_in_staff("kim", "walnut-finch-11", false).await.unwrap() {
        StaffSignInOutcome::In(token) => token,
        StaffSignInOutcome::Wrong => panic!("the password is right"),
    }
}

impl Eyes {
    pub fn of(app: &TestApp, cookie: String) -> Self {
        Self { http: client(), cookie, portal: format!("{}/portal/customer", app.url) }
    }

    async fn open(&self, path: &str) -> (u16, String) {
        let request = self.http.get(format!("{}{path}", self.portal)).header(header::COOKIE, &self.cookie);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned())
    }

    /// Reads a list with all its pages.
    async fn list(&self, path: &str) -> (u16, String) {
        let (status, mut whole) = self.open(path).await;
        let mut last = whole.clone();
        for _ in 0..20 {
            let mut links = last.split("href=\"/portal/customer").skip(1).filter_map(|rest| rest.split('"').next());
            let goes_on = |link: &&str| {
                link.split_once('?').is_some_and(|(base, query)| {
                    Some(base) == path.split('?').next() && (query.contains("before=") || query.contains("after="))
                })
            };
            let Some(next) = links.find(goes_on) else { break };
            last = self.open(&next.replace("&amp;", "&")).await.1;
            whole.push_str(&last);
        }
        (status, whole)
    }

    /// The files and documents that a page links to.
    pub async fn files(&self, page: &str) -> Vec<String> {
        let (status, body) = self.open(page).await;
        assert_eq!(status, 200, "whoever sees every place sees {page}");
        let links = body.split("\"/portal/customer").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let is_file = |link: &String| ["/files/", "/attachments/", "/pdf"].iter().any(|it| link.contains(it));
        links.filter(is_file).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns all deviations from the expected visibility.
    pub async fn look(&self, world: &World, somebody: &Somebody) -> Vec<String> {
        let mut wrong = Vec::new();
        let lists: BTreeSet<&str> = world
            .things
            .iter()
            .flat_map(|thing| thing.lists.iter().map(String::as_str))
            .chain(MORE.iter().copied())
            .collect();
        for list in lists {
            let (status, body) = self.list(list).await;
            if !somebody.allowed && status != 403 {
                wrong.push(format!("{list} answers {status} to somebody who is kept out"));
            }
            for thing in &world.things {
                let (seen, should) = (body.contains(&thing.mark) || body.contains(&thing.word), thing.is_for(somebody));
                let listed = thing.lists.iter().any(|it| it == list);
                if seen && !should || listed && should && !seen {
                    wrong.push(format!(
                        "{list} ({status}): {:?} {} seen {seen}, should {should}",
                        thing.kind, thing.word
                    ));
                }
            }
            for (_, name) in world.places.iter().filter(|(id, _)| !somebody.allowed || !somebody.places.contains(id)) {
                if body.contains(name.as_str()) {
                    wrong.push(format!("{list} names the place {name}"));
                }
            }
        }
        wrong.extend(self.look_into_workspaces(world).await);
        for thing in &world.things {
            wrong.extend(self.look_at(thing, thing.is_for(somebody), somebody.allowed).await);
        }
        wrong
    }

    /// What the operating company works on shows nothing to a customer's person, whatever the licence opens.
    async fn look_into_workspaces(&self, world: &World) -> Vec<String> {
        let mut wrong = Vec::new();
        let pages = tessera_web::routes().into_iter();
        for route in pages.filter(|it| it.rule == Rule::Workspace && it.method == Method::GET) {
            let site = self.portal.trim_end_matches("/portal/customer");
            let query = if route.path.contains('{') { "" } else { "?show=all" };
            for id in world.things.iter().filter(|it| it.kind == Kind::Device).map(|it| it.page.rsplit('/').next()) {
                let url = format!("{site}{}{query}", route.path.replace("{id}", id.unwrap()));
                let request = self.http.get(&url).header(header::COOKIE, &self.cookie);
                let body = request.send().await.unwrap().text().await.unwrap();
                let told = world.things.iter().find(|it| body.contains(&it.mark));
                wrong.extend(told.map(|thing| format!("{} tells of {}", route.path, thing.word)));
                if !route.path.contains('{') {
                    break;
                }
            }
        }
        wrong
    }

    /// Requests one object by its address, its files, and the search.
    async fn look_at(&self, thing: &Thing, should: bool, allowed: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        for path in std::iter::once(&thing.page).chain(&thing.files) {
            let (status, body) = self.open(path).await;
            let expected = match (should, allowed) {
                (true, _) => 200,
                (false, true) => 404,
                (false, false) => 403,
            };
            if status != expected {
                wrong.push(format!("{path} ({}) answers {status}, not {expected}", thing.word));
            }
            if !should && allowed {
                let nobodys = nobodys(path);
                let (other, other_body) = self.open(&nobodys).await;
                if (status, plain(&body, path)) != (other, plain(&other_body, &nobodys)) {
                    wrong.push(format!("{path} differs from {nobodys}, which does not exist: {status} and {other}"));
                }
            }
        }
        let (status, body) = self.open(&format!("/search?q={}", thing.word)).await;
        // The page contains what was requested; a search result has a title.
        let found = body.contains(&thing.mark) || body.contains(&format!("Topic {}", thing.word));
        let searched = thing.kind != Kind::Contact;
        if found != (should && searched) {
            wrong.push(format!("the search ({status}) for {} of {:?} found {found}", thing.word, thing.kind));
        }
        wrong
    }
}

/// The same address with ids that do not exist.
fn nobodys(path: &str) -> String {
    let other = |segment: &str| match segment {
        _ if segment.parse::<Uuid>().is_ok() => Uuid::now_v7().to_string(),
        _ if segment.parse::<u64>().is_ok() => "999999999".to_owned(),
        _ => segment.to_owned(),
    };
    path.split('/').map(other).collect::<Vec<_>>().join("/")
}

/// The page without the parts that repeat its address, and without its request id.
pub fn plain(body: &str, path: &str) -> String {
    let mut body = body.replace(path, "");
    for segment in path.split('/').filter(|segment| segment.parse::<Uuid>().is_ok()) {
        body = body.replace(segment, "");
    }
    let mut parts = body.split("<code>");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("</code>").map_or(part, |(_, rest)| rest))
}

/// Compares the answers of the app and of the access explanation with the expectation.
pub async fn ask(app: &TestApp, world: &World, somebody: &Somebody) -> Vec<String> {
    let mut wrong = Vec::new();
    let token = app.access_token(&somebody.email).await;
    let listed = app.api.get("/me/devices", &token).await;
    if let Some(code) = somebody.denied {
        // The same rule as the portal's, and nothing but the rule.
        let one = app.api.get("/me/devices/999999999", &token).await;
        for answer in [&listed, &one] {
            let told = answer.json();
            if (answer.status, told["code"].as_str()) != (403, Some(code)) {
                wrong.push(format!("/me/devices should be refused by {code}: {} {told}", answer.status));
            }
        }
    }
    let listed = listed.body;
    let nothing = app.api.get("/me/devices/999999999", &token).await;
    for thing in world.things.iter().filter(|thing| thing.kind == Kind::Device) {
        let should = thing.is_in_the_app_of(somebody);
        if listed.contains(&thing.mark) != should {
            wrong.push(format!("/me/devices: {} should be listed: {should}", thing.mark));
        }
        let one = app.api.get(&format!("/me{}", thing.page), &token).await;
        let as_nothing = (one.status, &one.body) == (nothing.status, &nothing.body);
        if (one.status == 200) != should || (as_nothing == should && somebody.allowed) {
            wrong.push(format!("/me{} answers {}, should be there: {should}", thing.page, one.status));
        }
    }
    let path = format!("/persons/{}/access?portal=customer", somebody.person_id);
    let explained = app.api.get(&path, &app.api_key).await.json();
    if explained["allowed"] != somebody.allowed {
        wrong.push(format!("the explanation says {}, the rules {}", explained["allowed"], somebody.allowed));
    }
    let checks = explained["checks"].as_array().unwrap();
    let login = checks.iter().find(|check| check["rule"] == "login_is_person_id").unwrap();
    if login["outcome"] != if somebody.tried_by_email { "note" } else { "pass" } {
        wrong.push(format!("an e-mail address as login decides nothing: {login}"));
    }
    wrong
}
