//! Security headers of every answer.

use reqwest::{Method, header};
use testkit::{Databases, TestApp, client};

const HSTS: &str = "strict-transport-security";

/// The address of a route, with something for each parameter.
fn address(app: &TestApp, path: &str) -> String {
    let path = path.replace("{portal}", "customer").replace("{provider}", "idp").replace(['{', '}'], "");
    format!("{}{path}", app.url)
}

#[testkit::both_databases]
async fn h01_every_answer_has_the_security_headers(app: TestApp) {
    let routes = tessera_web::routes();
    assert!(routes.len() > 100, "{}", routes.len());
    for route in routes {
        let url = address(&app, &route.path);
        let answer = client().request(route.method.clone(), &url).send().await.unwrap();
        let asked = format!("{} {url}: {}", route.method, answer.status());
        let value = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        for (name, expected) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(value(name), expected, "{asked}: {name}");
        }
        let policy = value("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") || policy.contains("sandbox"), "{asked}: {policy}");
        assert!(!policy.contains("unsafe"), "{asked}: {policy}");
        assert!(["strict-origin", "same-origin"].contains(&value("referrer-policy")), "{asked}");
        let is_public = ["/assets/", "/favicon.ico", "/robots.txt"].iter().any(|asset| route.path.starts_with(asset));
        let is_kept = value("cache-control");
        assert!(is_public || is_kept.contains("no-store") || is_kept.contains("no-cache"), "{asked}: {is_kept}");
        // Without TLS, browsers ignore it.
        assert_eq!(value(HSTS), "", "{asked}");
        assert_eq!(value("access-control-allow-origin"), "", "{asked}: no other origin reads it");
    }
    app.leave_jobs();
}

#[testkit::both_databases]
async fn h01_with_tls_browsers_are_told_to_keep_to_it_and_subdomains_are_a_choice(databases: Databases) {
    let over_tls = |url: &mut url::Url| url.set_scheme("https").unwrap();
    let app = TestApp::builder().config(move |config| over_tls(&mut config.public_url)).start(&databases).await;
    let subdomains = app.serve_with(|web| web.hsts_subdomains = true).await;
    for (url, expected) in [(app.url.clone(), "max-age=31536000"), (subdomains, "max-age=31536000; includeSubDomains")]
    {
        let answer = client().request(Method::GET, format!("{url}/portal/customer/sign-in")).send().await.unwrap();
        assert_eq!(answer.headers()[HSTS], expected);
    }
    let form = [("provider", "idp")];
    let begun = client().post(format!("{}/portal/customer/sign-in", app.url)).form(&form).send().await.unwrap();
    let cookies: Vec<_> = begun.headers().get_all(header::SET_COOKIE).iter().collect();
    assert!(!cookies.is_empty(), "{}", begun.status());
    for cookie in cookies {
        let cookie = cookie.to_str().unwrap();
        let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["Secure", "HttpOnly", "Path=/"] {
            assert!(attributes.contains(&attribute), "{cookie}: {attribute}");
        }
        assert!(attributes.iter().any(|it| it.starts_with("SameSite=")), "{cookie}");
    }
}
