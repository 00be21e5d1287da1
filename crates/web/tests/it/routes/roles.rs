//! Every route of the console and the admin API is asked with every role, and with a key for every area.

use reqwest::Method;
use tessera_core::staff::{ApiKeyDraft, Area, Level, Permission, Permissions, Role};
use tessera_hub::StaffSignInOutcome;
use tessera_web::{Need, Route, Rule, need};
use testkit::{CLI, TestApp, client};

use super::askers::{Answered, ask, filled};

const PASSWORD: &str = "walnut-finch-11";

fn routes(rule: Rule) -> Vec<Route> {
    tessera_web::routes().into_iter().filter(|route| route.rule == rule).collect()
}

fn is_refused(answered: &Answered) -> bool {
    let said = ["Your roles do not allow this", "scope_missing"].iter().any(|text| answered.body.contains(text));
    answered.status == 403 && said
}

fn granted(level: Option<Level>, need: Permission) -> bool {
    level.is_some_and(|level| level >= need.level)
}

#[testkit::both_databases]
async fn staff_every_page_of_the_console_opens_to_the_roles_that_permit_it(app: TestApp) {
    let (http, mut wrong) = (client(), Vec::new());
    // An administrator stays, whatever the routes do.
    app.hub.put_staff("keeper", "Kim Keeper", PASSWORD, &CLI).await.unwrap();
    for &role in Role::ALL {
        let login = role.as_str();
        app.hub.put_staff_with(login, "Kim Example", PASSWORD, &[role], &CLI).await.unwrap();
        for route in routes(Rule::Staff).into_iter().filter(|route| route.path != "/console/sign-out") {
            let StaffSignInOutcome::In(token) = app.hub.sign_in_staff(login, PASSWORD, true).await.unwrap() else {
                panic!("{login} cannot sign in")
            };
            let may = match need(&route.method, &route.path) {
                Need::Nothing => true,
                Need::Permission(needed) => granted(role.level(needed.area), needed),
                Need::Undecided => panic!("{} {} belongs to no area", route.method, route.path),
            };
            let cookie = vec![("cookie", format!("tessera-staff={token}"))];
            let answered = ask(&http, &route.method, &filled(&app, &route.path), &cookie).await;
            if may == is_refused(&answered) {
                wrong.push(format!("{role:?} {} {}: {}", route.method, route.path, answered.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.leave_jobs();
}

#[testkit::both_databases]
async fn api_every_operation_of_the_admin_api_asks_for_its_scope(app: TestApp) {
    let (http, mut wrong) = (client(), Vec::new());
    for &area in Area::ALL {
        for level in [Level::Read, Level::Change] {
            let scopes: Permissions = [Permission { area, level }].into_iter().collect();
            let name = format!("{}-{level:?}", area.as_str());
            let draft = ApiKeyDraft { name, scopes, expires_at: None, older_until: None };
            let key = app.hub.issue_api_key(&draft, &CLI).await.unwrap().1;
            let bearer = vec![("authorization", format!("Bearer {key}"))];
            for route in routes(Rule::ApiKey) {
                let Need::Permission(needed) = need(&route.method, &route.path) else {
                    panic!("{} {} belongs to no area", route.method, route.path)
                };
                let may = needed.area == area && granted(Some(level), needed);
                let answered = ask(&http, &route.method, &filled(&app, &route.path), &bearer).await;
                if may == is_refused(&answered) {
                    wrong.push(format!("{} {} {}: {}", draft.name, route.method, route.path, answered.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.leave_jobs();
}

#[test]
fn staff_what_changes_people_systems_and_permissions_is_reserved() {
    let may = |role: Role, method: Method, path: &str| match need(&method, path) {
        Need::Permission(needed) => granted(role.level(needed.area), needed),
        other => panic!("{other:?}"),
    };
    for &role in Role::ALL {
        let administers = role == Role::Administrator;
        assert_eq!(may(role, Method::POST, "/console/staff"), administers, "{role:?}");
        assert_eq!(may(role, Method::POST, "/api/v1/api-keys"), administers, "{role:?}");
        for path in ["/console/persons/{id}/erasure", "/api/v1/persons/{id}/erasure", "/api/v1/persons/{id}/export"] {
            assert_eq!(may(role, Method::POST, path), administers, "{path} {role:?}");
        }
        let unlinks = matches!(role, Role::Administrator | Role::Support);
        assert_eq!(may(role, Method::POST, "/console/customers/{id}/links/{link}/unlink"), unlinks, "{role:?}");
        assert_eq!(may(role, Method::POST, "/console/persons/{id}/security/remove-factor"), unlinks, "{role:?}");
        let operates = matches!(role, Role::Administrator | Role::Operator);
        assert_eq!(may(role, Method::POST, "/console/systems/{system}/pause"), operates, "{role:?}");
        let hands_out = matches!(role, Role::Administrator | Role::Support | Role::Warehouse);
        assert_eq!(may(role, Method::POST, "/console/devices/{id}/hand"), hands_out, "{role:?}");
        assert_eq!(may(role, Method::GET, "/console/persons"), !matches!(role, Role::Moderator | Role::Warehouse));
    }
}
