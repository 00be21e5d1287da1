//! Every id in every address of the portal and the app: ids of other people, unknown ids and malformed ids get the same
//! answer and have no effect.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Client, Method, header};
use tessera_core::service_requests::workflow::Step;
use tessera_web::{Route, Rule};
use testkit::portal::PortalUser;
use testkit::{ADA, BEN, CLEO, TestApp, client};
use uuid::Uuid;

use super::eyes::plain;
use super::world::{Somebody, World};
use super::{Kind, PersonSpec, Spec, ThingSpec};

/// Malformed ids, and texts that are not valid in a path.
const ODD: &[&str] = &[
    "x",
    "-1",
    "0",
    "99999999999999999999999",
    "%00",
    "%FF",
    "..%2F..%2Fetc%2Fpasswd",
    "%F0%9F%98%80",
    "'%20OR%20'1'%3D'1",
    "%3Cscript%3E",
    "00000000-0000-0000-0000-000000000000",
];
/// Values for all fields of the portal's forms, so that no form is rejected before its object is looked up.
const FIELDS: &[(&str, &str)] = &[
    ("version", "1"),
    ("title", "Taken over"),
    ("name", "Taken over"),
    ("subject", "Taken over"),
    ("body", "Taken over"),
    ("text", "Taken over"),
    ("note", "Taken over"),
    ("why", "Taken over"),
    ("reason", "Taken over"),
    ("act", "hide"),
    ("verdict", "approve"),
    ("answer", "approve"),
    ("follow", "true"),
    ("days", "1"),
    ("step", "place"),
    ("everybody", "true"),
];

/// Ada can see all objects; Ben can see those at his home place.
fn spec() -> Spec {
    let kinds = [Kind::Request, Kind::Return, Kind::Invoice, Kind::News, Kind::Topic, Kind::Contact];
    let at = |place: usize| kinds.map(|kind| ThingSpec { kind, places: vec![place] });
    let ben = PersonSpec {
        customer: 1,
        licence: Some(tessera_core::access::licence::LicenceType::Custportal),
        active: true,
        mobile_user: false,
        default_place: Some(1),
        places: vec![1],
        keeps_contacts: true,
        tried_by_email: false,
    };
    Spec { places: Vec::new(), people: vec![ben], things: [at(0), at(1)].concat(), devices: [0; 4] }
}

/// A signed-in client.
struct Asker {
    http: Client,
    app: String,
    cookie: String,
    token: String,
}

impl Asker {
    async fn of(app: &TestApp, somebody: &Somebody) -> Self {
        Self {
            http: client(),
            app: app.url.clone(),
            cookie: format!("tessera={}", somebody.signs_in_again(app).await),
            token: app.access_token(&somebody.email).await,
        }
    }

    /// Status, redirect target and body.
    async fn ask(&self, method: &Method, path: &str) -> (u16, String, String) {
        let request = self.http.request(method.clone(), format!("{}{path}", self.app));
        let request = request.header(header::COOKIE, &self.cookie).bearer_auth(&self.token);
        let request = if method == Method::POST { request.form(FIELDS) } else { request };
        let answer = request.send().await.unwrap();
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
        let status = answer.status().as_u16();
        (status, to, String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned())
    }

    /// The answer without the parts that repeat its address.
    async fn plainly(&self, method: &Method, path: &str) -> (u16, String, String) {
        let (status, to, body) = self.ask(method, path).await;
        (status, plain(&to, path), plain(&body, path))
    }
}

/// All ids in the pages visible to a client.
async fn ids(asker: &Asker, world: &World) -> BTreeSet<String> {
    let lists = world.things.iter().flat_map(|thing| thing.lists.iter().chain([&thing.page]));
    let own = ["/identities", "/sessions", "/profile", "/requests/new"].map(ToOwned::to_owned);
    let mut found = BTreeSet::new();
    for page in lists.cloned().chain(own).collect::<BTreeSet<_>>() {
        let (status, _, body) = asker.ask(&Method::GET, &format!("/portal/customer{page}")).await;
        let pieces = body.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let is_id = |piece: &&str| piece.parse::<Uuid>().is_ok() && piece.len() == 36;
        found.extend(pieces.filter(is_id).filter(|_| status == 200).map(ToOwned::to_owned));
        let handles = body.split("/sessions/").skip(1).filter_map(|rest| rest.split_once("/end\""));
        found.extend(handles.map(|(handle, _)| handle.to_owned()));
    }
    found
}

/// The paths of a route, with these values for its parameters.
fn filled(route: &Route, values: &[&str]) -> String {
    let mut values = values.iter().cycle();
    let fill = |segment: &str| {
        if segment.starts_with('{') { (*values.next().unwrap()).to_owned() } else { segment.to_owned() }
    };
    route.path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

fn parameters(route: &Route) -> usize {
    route.path.matches('{').count()
}

#[testkit::both_databases]
async fn p08_p09_ids_of_others_are_answered_like_unknown_ids(app: TestApp) {
    for known in [ADA, BEN, CLEO] {
        app.activated(known).await;
    }
    let world = World::make(&app, 0, &spec()).await;
    let (ada, ben) = (Asker::of(&app, &world.people[0]).await, Asker::of(&app, &world.people[1]).await);
    let (hers, his) = (ids(&ada, &world).await, ids(&ben, &world).await);
    let devices: Vec<_> = world.things.iter().filter(|thing| thing.kind == Kind::Device).collect();
    let adas_device = devices[0].page.trim_start_matches("/devices/").to_owned();
    let more = [world.people[0].id.to_string(), world.people[0].customer.to_string(), adas_device];
    // The statements are the same on both databases, so the slower one tests only some of the ids.
    let each = if app.database.starts_with("postgres") { 3 } else { 1 };
    let theirs: BTreeSet<&str> = hers.difference(&his).step_by(each).chain(&more).map(String::as_str).collect();
    assert!(theirs.len() * each >= 10 && his.len() >= 8, "{theirs:?} {his:?}");
    let before = everything(&ada, &world).await;

    let own = his.iter().next().unwrap().as_str();
    let mut wrong = Vec::new();
    let routes = tessera_web::routes();
    let routes = routes.iter().filter(|route| parameters(route) > 0);
    let inside = [Rule::CustomerPortal, Rule::SignedIn, Rule::AppToken];
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for route in routes.filter(|route| inside.contains(&route.rule)) {
        let one = Uuid::now_v7().to_string();
        let nobody = ben.plainly(&route.method, &filled(route, &[&one])).await;
        let nonsense = ben.ask(&route.method, &filled(route, &["x"])).await.0;
        let mut paths: Vec<String> = theirs.iter().map(|id| filled(route, &[id])).collect();
        if parameters(route) > 1 {
            paths.extend(theirs.iter().map(|id| filled(route, &[own, id])));
            paths.extend(theirs.iter().map(|id| filled(route, &[id, own])));
            let links = world.things.iter().flat_map(|thing| &thing.files);
            paths.extend(links.filter(|link| !his.iter().any(|id| link.contains(id))).map(|link| {
                let ids: Vec<&str> = link.split('/').filter(|segment| segment.parse::<Uuid>().is_ok()).collect();
                filled(route, &ids)
            }));
        }
        for path in paths {
            *tried.entry(&route.path).or_default() += 1;
            let answered = ben.plainly(&route.method, &path).await;
            // Where an id is required, any other text is rejected in the same way.
            let is_text = answered.0 == nonsense && !path.split('/').any(|segment| segment.parse::<Uuid>().is_ok());
            if is_text {
                continue;
            }
            if answered.0 != nobody.0 || answered.1 != nobody.1 || (answered.2 != nobody.2 && !is_flash(&answered)) {
                wrong.push(format!(
                    "{} {path} tells: {} {}, not {} {}",
                    route.method, answered.0, answered.1, nobody.0, nobody.1
                ));
            }
        }
        let long = "a".repeat(2000);
        for odd in ODD.iter().copied().chain([long.as_str()]) {
            let path = filled(route, &[odd]);
            let (status, ..) = ben.ask(&route.method, &path).await;
            if status != nobody.0 && status != 404 && status != 400 {
                wrong.push(format!("{} {path} answers {status}, not {}", route.method, nobody.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() >= 25, "{tried:?}");
    for (was, is) in before.iter().zip(everything(&ada, &world).await) {
        assert_eq!(*was, is, "nothing of hers has changed");
    }
    app.leave_jobs();
}

/// A redirect target that shows the same text for any object.
fn is_flash(answered: &(u16, String, String)) -> bool {
    answered.0 == 303
}

/// The content of all pages visible to a client.
async fn everything(asker: &Asker, world: &World) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for path in world.things.iter().map(|thing| &thing.page).chain([&"/identities".to_owned(), &"/sessions".to_owned()])
    {
        let (status, _, body) = asker.ask(&Method::GET, &format!("/portal/customer{path}")).await;
        if status == 200 {
            let main = body.split("<main").nth(1).unwrap_or_default().split("</main>").next().unwrap_or_default();
            // Each form contains a new one-time value.
            let lasting = main.lines().filter(|line| !line.contains("name=\"once\""));
            read.push((path.clone(), lasting.collect()));
        }
    }
    assert!(read.len() > 10);
    read
}

#[testkit::both_databases]
async fn p09_workflows_are_visible_only_to_their_organisation(app: TestApp) {
    let ada = PortalUser::activated(&app, ADA).await;
    let mut ben = PortalUser::activated(&app, BEN).await;
    let kinds = app.hub.config.requests.kinds.iter().map(|kind| kind.code.clone()).collect::<Vec<_>>();
    let post = |kind: &str| format!("/workflows/{kind}");
    for kind in kinds.iter().map(String::as_str).chain(["toaster", &ada.customer.to_string()]) {
        let place = [("version", "0"), ("step", "place")];
        assert_eq!(ben.post(&app, &post(kind), &place).await.status, 403, "{kind}: not without the role function");
    }
    ben.give(&app, "WORKFLOW_ADMIN").await;
    let id = ada.person.to_string();
    for step in ["approval", "notice"] {
        let page = ben.post(&app, &post(&kinds[0]), &[("version", "0"), ("step", step), ("person", &id)]).await;
        assert!(page.body.contains("hoose one of your own people") && !page.body.contains("Ada"), "{}", page.body);
    }
    let nobody = ben.post(&app, &post(&Uuid::now_v7().to_string()), &[("version", "0"), ("step", "place")]).await;
    for odd in ODD {
        let page = ben.post(&app, &post(odd), &[("version", "0"), ("step", "place")]).await;
        assert!(page.status == nobody.status || page.status == 400, "{odd}: {}", page.status);
        assert_eq!(nobody.status, 404);
    }
    ben.post(&app, &post(&kinds[0]), &[("version", "0"), ("step", "place")]).await;
    let (hers, his) = (app.store.workflows(ada.customer).await, app.store.workflows(ben.customer).await);
    assert_eq!(hers.unwrap(), [], "hers are as they were");
    assert_eq!(his.unwrap().into_iter().map(|workflow| workflow.steps).collect::<Vec<_>>(), [vec![Step::RequirePlace]]);
}
