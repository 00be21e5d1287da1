//! Assembles a hub from the configuration.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tessera_connect::oidc::{self, Provider, Verifier, VerifierConfig};
use tessera_connect::reachability::OverHttp;
use tessera_connect::{Environment, mail};
use tessera_core::kernel::record::address::RecordAddresses;
use tessera_core::sync::absence::Grace;
use tessera_core::sync::sweep::Brake;
use tessera_hub::ports::{CallLedger, IdentityProvider, ServiceManagers, TokenVerifier};
use tessera_hub::{CompanySignIn, Env, Hub, Parts, SecretKey, SharedCalls, Sweeps};
use tessera_store::Store;
use tessera_web::b2c::B2c;
use tessera_web::pages::Renderer;
use tessera_web::{App, TemplateEmails, WebConfig};
use url::Url;

use crate::config::{self, Config, CrmSection, Problems, required};

/// What calls the vendors of the marketplace.
pub type VendorCalls = Arc<dyn ServiceManagers>;

/// What the operator can do about a database that cannot be written.
const NOT_WRITABLE: &str = "the database cannot be written; make room on its disk, or let the user that runs the hub write the database and, \
                            for an SQLite file, its directory";

/// The period in which 32 KiB of an upload have to arrive: about 2 KB a second, far below a poor mobile connection.
const UPLOAD_PACE: Duration = Duration::from_secs(15);

/// Assembles the application for a command, which may run beside a hub that serves the same database.
pub async fn app(config: Config) -> anyhow::Result<App> {
    let store = Store::open(&config.database.url).await.context("the database cannot be opened")?;
    let app = on(store, config, |calls| calls)?;
    resume(&app).await?;
    Ok(app)
}

/// Assembles the application for serving: locks an SQLite file for this process. A database that cannot be written is
/// an error.
pub async fn served(config: Config) -> anyhow::Result<App> {
    served_watched(config, |calls| calls).await
}

/// Assembles the application for serving. `watch` may put something of its own in front of the calls of vendors.
pub async fn served_watched(config: Config, watch: impl FnOnce(VendorCalls) -> VendorCalls) -> anyhow::Result<App> {
    let store = Store::open_to_serve(&config.database.url).await.context("the database cannot be opened")?;
    let app = on(store, config, watch)?;
    resume(&app).await?;
    app.hub.check_writable().await.context(NOT_WRITABLE)?;
    Ok(app)
}

/// Advances the reading clock beyond the stored timestamps.
async fn resume(app: &App) -> anyhow::Result<()> {
    app.hub.resume_readings().await.context("the database cannot be read")
}

/// Assembles all parts. Contacts no outside system, so the hub starts while they are down.
fn on(store: Store, mut config: Config, watch: impl FnOnce(VendorCalls) -> VendorCalls) -> anyhow::Result<App> {
    let mut environment = Environment::system();
    let secret_key = secret_key(&config)?;
    let mut weak = Problems::default();
    config.check_secrets(&mut weak);
    weak.refuse()?;
    let env = Env::new(environment.clock.clone(), environment.readings.clone());
    let env = env.with_call_meter(environment.meter.clone());
    environment.ledger = SharedCalls::of(&store, &env).map(|calls| Arc::new(calls) as Arc<dyn CallLedger>);
    let renderer = Arc::new(Renderer::new(config.server.templates.as_deref())?);
    let brand = tessera_hub::Brand {
        name: config.brand.name.clone(),
        support_email: config.brand.support_email.clone(),
        support_phone: config.brand.support_phone.clone(),
        help_url: config.brand.help_url.clone(),
    };
    let mailer = mailer(&config, &environment)?;
    let (providers, issuers) = identity_providers(&config, &environment)?;
    let desk = config.freshservice.connect(environment.clone())?;
    let locale = config.locale.checked()?;
    let crm = config.crm()?.connect(environment.clone(), locale.time_zone.clone())?;
    let (freshservice, section) = (&config.freshservice, config.crm()?);
    let addresses = RecordAddresses {
        ticket: freshservice.ticket_link.clone(),
        requester: freshservice.requester_link.clone(),
        asset: freshservice.asset_link.clone(),
        contact: section.contact_link().cloned(),
        deal: section.deal_link().cloned(),
    };
    let customer_stages = section.customer_stages().clone();
    let invoices = config.invoices.as_ref();
    let invoices = invoices.map(|section| section.read_from(&*desk, &crm, environment.clone())).transpose()?;
    let hook_fields = std::mem::take(&mut config.hooks.freshservice).fields();
    let company_sign_in = company_sign_in(&config)?;
    let hook_auth = config.hooks.auth()?;
    let parts = Parts {
        config: tessera_hub::Config {
            public_url: config.server.public_url.clone(),
            secret_key,
            invitation_lifetime: SignedDuration::from_hours(config.invitations.lifetime_hours),
            session_lifetime: SignedDuration::from_hours(config.sessions.lifetime_hours),
            activation_licence: config.people.activation_licence()?,
            seats: config.people.seats()?,
            self_registration: config.people.self_registration,
            role_functions: config.people.role_functions(),
            device_type: config.freshservice.device_asset_type.clone(),
            customer_stages,
            addresses,
            documents: config.documents,
            brand: brand.clone(),
            locale,
            sweep: Sweeps {
                full_every: SignedDuration::from_hours(config.sweep.full_every_hours),
                changes_every: SignedDuration::from_mins(config.sweep.changes_every_minutes),
                overlap: SignedDuration::from_mins(config.sweep.overlap_minutes),
            },
            brake: Brake {
                count: config.brake.count,
                percent: config.brake.percent,
                floor: config.brake.floor,
                window: SignedDuration::from_mins(config.brake.window_minutes),
            },
            marketplaces: config.marketplaces.configs()?,
            public_mail_domains: config.domains.public_mail()?,
            returns: config.returns.checked()?,
            requests: config.requests.decided()?,
            work: config.work.checked()?,
            retention: config.retention.periods(),
            vendor_calls: config.vendors.calls(),
            company_sign_in,
            audit: config.audit.as_ref().map(config::Audit::settings).transpose()?,
            storefront: config.storefront.as_ref().map(config::Storefront::checked).transpose()?,
            grace: Grace {
                confirm_after: SignedDuration::from_mins(config.missing.confirm_after_minutes),
                believe_after: SignedDuration::from_hours(config.missing.grace_hours),
            },
        },
        desk,
        crm,
        providers,
        invoices,
        mailer: Arc::new(mailer),
        reach: Arc::new(OverHttp),
        service_managers: watch(Arc::new(config.vendors.connect(environment.clone())?)),
        emails: Arc::new(TemplateEmails::new(renderer.clone(), brand)),
        env,
    };
    let hub = Hub::new(store, parts);
    let company = config.staff.as_ref().map(|staff| staff.provider.as_str());
    let mut for_customers = config.identity_providers.iter().filter(|it| Some(it.name.as_str()) != company);
    let preferred = for_customers.next().map(|provider| provider.name.clone());
    let b2c = config.b2c.map(|section| b2c(section, preferred, &environment)).transpose()?;
    let verifier = Arc::new(Verifier::new(issuers, environment)?);
    let proxies = config.server.proxies()?;
    let body_within = Duration::from_secs(u64::from(config.server.body_seconds.get()));
    let connections = config.server.connections();
    let web = WebConfig {
        proxies,
        hook_auth,
        hook_fields,
        b2c,
        body_within,
        upload_pace: UPLOAD_PACE,
        connections,
        hsts_subdomains: config.server.hsts_subdomains,
    };
    Ok(App::new(hub, renderer, verifier, web))
}

/// Checks everything that [`on`] makes of the configuration, without a database. Contacts no outside system.
pub fn check(mut config: Config, found: &mut Problems) {
    let environment = Environment::system();
    config.secret.check(found);
    config.check_secrets(found);
    found.check("server.templates", Renderer::new(config.server.templates.as_deref()).map_err(Into::into));
    found.check("mail.url", mailer(&config, &environment));
    found.check("identity_providers", identity_providers(&config, &environment));
    let desk = found.check("freshservice", config.freshservice.connect(environment.clone()));
    let time_zone = config.locale.checked().map_or(TimeZone::UTC, |locale| locale.time_zone);
    let crm = |section: &dyn CrmSection| section.connect(environment.clone(), time_zone);
    let crm = config.crm().ok().and_then(|section| found.check(section.name(), crm(section)));
    if let (Some(desk), Some(crm), Some(section)) = (desk, crm, &config.invoices) {
        found.check("invoices", section.read_from(&*desk, &crm, environment.clone()));
    }
    found.check("people.activation_licence", config.people.activation_licence());
    found.check("people.seats", config.people.seats());
    found.check("locale", config.locale.checked());
    if !found.has("marketplaces[") {
        found.check("marketplaces", config.marketplaces.configs());
    }
    found.check("domains.public_mail", config.domains.public_mail());
    found.check("vendors.hosts", config.vendors.allowed());
    found.check("returns", config.returns.checked());
    found.check("requests", config.requests.decided());
    found.check("work", config.work.checked());
    if let Some(storefront) = &config.storefront {
        found.check("storefront", storefront.checked());
    }
    found.check("staff", company_sign_in(&config));
    if let Some(audit) = &config.audit {
        found.check("audit", audit.settings());
    }
    if let Some(section) = config.b2c.take()
        && !found.has("b2c.senders")
    {
        found.check("b2c", b2c(section, None, &environment));
    }
}

/// The client of the mail server.
fn mailer(config: &Config, environment: &Environment) -> anyhow::Result<mail::Mailer> {
    let mailer = mail::Config {
        url: required(config.mail.url.as_ref(), "mail.url", "TESSERA_MAIL_URL")?.clone(),
        from: config.mail.from.clone(),
        reply_to: config.mail.reply_to.clone(),
    };
    Ok(mail::Mailer::new(&mailer, environment.clock.clone())?)
}

/// The installation's secret key, with the other ones that it knows.
pub fn secret_key(config: &Config) -> anyhow::Result<SecretKey> {
    config.secret.keys()
}

fn company_sign_in(config: &Config) -> anyhow::Result<Option<CompanySignIn>> {
    config.staff.as_ref().map(|staff| staff.checked(&config.identity_providers)).transpose()
}

/// The identity providers, in order of preference.
type Providers = Vec<Arc<dyn IdentityProvider>>;

fn identity_providers(config: &Config, environment: &Environment) -> anyhow::Result<(Providers, Vec<VerifierConfig>)> {
    let (mut providers, mut issuers) = (Providers::new(), Vec::new());
    for section in &config.identity_providers {
        let base = config.server.public_url.as_str().trim_end_matches('/');
        let redirect: Url = format!("{base}/auth/{}/callback", section.name).parse()?;
        let mut settings = provider(section, redirect);
        let staff = config.staff.as_ref().filter(|staff| staff.provider == section.name);
        settings.groups_claim = staff.map(|staff| staff.groups_claim.clone());
        providers.push(Arc::new(Provider::new(settings, environment.clone())?));
        if staff.is_some() {
            // Customers do not sign in there, and the app API takes none of its tokens.
            continue;
        }
        let mut audiences = vec![section.client_id.clone()];
        audiences.extend(section.app_audiences.iter().cloned());
        let mut issuer = VerifierConfig::new(&section.name, &section.issuer, audiences);
        issuer.discovery_url.clone_from(&section.discovery_url);
        issuer.metadata_issuer.clone_from(&section.metadata_issuer);
        issuer.expected_policy.clone_from(&section.expected_policy);
        issuer.signing_algorithms.clone_from(&section.signing_algorithms);
        if let Some(claim) = &section.subject_claim {
            issuer.subject_claim.clone_from(claim);
        }
        issuers.push(issuer);
    }
    Ok((providers, issuers))
}

fn b2c(section: config::B2c, preferred: Option<String>, environment: &Environment) -> anyhow::Result<B2c> {
    let verifier = |events: config::B2cEvents| -> anyhow::Result<Arc<dyn TokenVerifier>> {
        let mut issuer = VerifierConfig::new("b2c.events", events.issuer, vec![events.audience]);
        issuer.discovery_url = events.discovery_url;
        issuer.authorized_parties = vec![events.authorized_party];
        Ok(Arc::new(Verifier::new(vec![issuer], environment.clone())?))
    };
    Ok(B2c {
        senders: section.senders.ready()?,
        names: section.claims,
        numbers: section.compatibility,
        review_is_error: section.review_is_error,
        sign_in_name_is_verified: section.sign_in_name_is_verified,
        token_claims: section.token_claims,
        more_info: section.more_info,
        links: section.environments,
        events: section.events.map(verifier).transpose()?,
        ..B2c::new(section.provider.or(preferred).unwrap_or_default())
    })
}

fn provider(section: &config::IdentityProvider, redirect_uri: Url) -> oidc::Config {
    let mut provider = oidc::Config::new(&section.name, &section.issuer, &section.client_id, redirect_uri);
    if let Some(name) = &section.display_name {
        provider.display_name.clone_from(name);
    }
    if let Some(scopes) = &section.scopes {
        provider.scopes.clone_from(scopes);
    }
    provider.discovery_url.clone_from(&section.discovery_url);
    provider.metadata_issuer.clone_from(&section.metadata_issuer);
    provider.client_secret.clone_from(&section.client_secret);
    provider.expected_policy.clone_from(&section.expected_policy);
    provider.password_reset_policy.clone_from(&section.password_reset_policy);
    provider.signing_algorithms.clone_from(&section.signing_algorithms);
    provider.trusted_audiences.clone_from(&section.app_audiences);
    if let Some(claim) = &section.subject_claim {
        provider.subject_claim.clone_from(claim);
    }
    provider.extra_authorize_params =
        section.authorize_parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    provider
}
