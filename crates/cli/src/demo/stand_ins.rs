//! The stand-ins for the outside systems.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use tessera_connect::oidc::SigningAlgorithms;
use tessera_core::kernel::customer::IdentityKey;
use tessera_sim::example_cloud::ExampleCloud;
use tessera_sim::faults::Latency;
use tessera_sim::freshsales::{self, Freshsales};
use tessera_sim::freshservice::{self, Freshservice, Rule};
use tessera_sim::idp::{self, Idp};
use tessera_sim::mail::MailSink;
use tessera_sim::server::Running;
use tessera_sim::world::World;

use super::Arguments;
use super::policy;
use super::ports::Ports;
use super::resident::Resident;
use crate::config::IdentityProvider;

pub const FRESHSERVICE_KEY: &str = "demo-freshservice-key";
pub const FRESHSALES_KEY: &str = "demo-freshsales-key";
/// The identity provider's name in the hub.
pub const PROVIDER: &str = "marzipan";
/// The rate limit of the demo's API accounts, so high that users and tests are not slowed down. Like every account of the
/// service desk, it is reported in headers.
pub const NO_LIMIT: u32 = 1_000_000;

/// Not a secret, like the staff password: the demo listens on loopback only.
const RESIDENTS_PASSWORD: &str = "harbour-lantern-417";
const CLIENT_ID: &str = "tessera-hub";
const CLIENT_SECRET: &str = "demo-client-secret";
/// The company's own app, a public client.
pub const APP_CLIENT_ID: &str = "sunfield-app";
/// Any port on loopback: a native app listens on any free port (RFC 8252 §7.3).
pub const APP_REDIRECT: &str = "http://127.0.0.1/callback";

/// The running stand-ins.
pub struct StandIns {
    pub freshservice: Running,
    pub freshsales: Running,
    pub idp: Running,
    pub mail: Running,
    /// The vendor of a marketplace that misbehaves on request.
    pub example_cloud: Running,
    pub smtp: SocketAddr,
    pub world: World,
    /// The customer who activated some time ago. `None` in a demo with very few people.
    pub resident: Option<Resident>,
    pub issuer: String,
    /// A link through the policy, to be completed with a requester id.
    pub policy_link: String,
    desk: Freshservice,
    crm: Freshsales,
    provider: Idp,
    cloud: ExampleCloud,
}

impl StandIns {
    /// Starts the stand-ins, with their state in the data directory.
    pub async fn start(
        ports: &mut Ports,
        data: &Path,
        hub: SocketAddr,
        hook_secret: &str,
        policy_key: &str,
        arguments: &Arguments,
    ) -> anyhow::Result<Self> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let latency = arguments.sim_latency.then_some(Latency::HOSTED);
        let world = World::demo(arguments.people, 1);
        let file = |name: &str| Some(data.join(name));

        let desk = Freshservice::new(freshservice::Options {
            api_key: FRESHSERVICE_KEY.to_owned(),
            plan: freshservice::Plan::PerMinute(NO_LIMIT.into()),
            latency,
            data_file: file("freshservice.json"),
            ..freshservice::Options::default()
        })?;
        desk.load(&world);
        let headers = BTreeMap::from([("Authorization".to_owned(), format!("Bearer {hook_secret}"))]);
        let mut rules = Rule::changes(&format!("http://{hub}/hooks/freshservice"), &headers);
        rules.push(Rule::post_installation(&format!("http://{hub}/hooks/freshservice/invite"), headers));
        desk.set_rules(rules);

        let crm = Freshsales::new(freshsales::Options {
            api_key: FRESHSALES_KEY.to_owned(),
            plan: freshsales::Plan::Unlimited,
            lookup_lag: Duration::ZERO,
            latency,
            data_file: file("freshsales.json"),
            ..freshsales::Options::default()
        })?;
        crm.load(&world);

        let idp_listener = ports.bind("identity provider", any).await?;
        let issuer = format!("http://{}", idp_listener.local_addr()?);
        let mut options = idp::Options::new(&issuer);
        options.latency = latency;
        options.data_file = file("identity-provider.json");
        let base = arguments.base(hub);
        options.clients = clients(&base);
        options.policies = vec![policy::played(hub, policy_key)];
        let policy_link = policy::link(&options, &base);
        let provider = Idp::new(options)?.load(&world);
        let resident = Resident::among(&world).and_then(|at| move_in(&provider, &issuer, &world, at));

        let cloud = ExampleCloud::new(file("example-cloud.json"))?;
        let smtp_listener = ports.bind("mail server", any).await?;
        let smtp = smtp_listener.local_addr()?;
        let mail = MailSink::start(smtp_listener);
        Ok(Self {
            freshservice: Running::serve(ports.bind("freshservice", any).await?, desk.router())?,
            freshsales: Running::serve(ports.bind("freshsales", any).await?, crm.router())?,
            idp: Running::serve(idp_listener, provider.router())?,
            mail: Running::serve(ports.bind("mailbox", any).await?, mail.router())?,
            example_cloud: Running::serve(ports.bind("example cloud", any).await?, cloud.router())?,
            smtp,
            world,
            resident,
            issuer,
            policy_link,
            desk,
            crm,
            provider,
            cloud,
        })
    }

    /// The identity provider in the hub's configuration.
    pub fn identity_provider(&self) -> IdentityProvider {
        IdentityProvider {
            name: PROVIDER.to_owned(),
            display_name: Some("Marzipan ID".to_owned()),
            issuer: self.issuer.clone(),
            discovery_url: None,
            metadata_issuer: None,
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(SecretString::from(CLIENT_SECRET)),
            scopes: None,
            expected_policy: None,
            password_reset_policy: None,
            subject_claim: None,
            signing_algorithms: SigningAlgorithms::default(),
            authorize_parameters: BTreeMap::new(),
            app_audiences: vec![APP_CLIENT_ID.to_owned()],
        }
    }

    /// Saves the state of the stand-ins.
    pub fn flush(&self) -> anyhow::Result<()> {
        self.desk.flush()?;
        self.crm.flush()?;
        self.provider.flush()?;
        self.cloud.flush()?;
        Ok(())
    }
}

/// Creates an account at the identity provider for this customer.
fn move_in(provider: &Idp, issuer: &str, world: &World, at: usize) -> Option<Resident> {
    let mut person = world.people.get(at)?.clone();
    person.password = Some(RESIDENTS_PASSWORD.to_owned());
    let email = person.email.clone()?;
    let provider = provider.clone().load(&World { people: vec![person], ..World::empty() });
    let account = provider.accounts().into_iter().find(|account| account.email == email)?;
    Some(Resident {
        person: world.people.get(at)?.clone(),
        email,
        password: RESIDENTS_PASSWORD,
        identity: IdentityKey { issuer: issuer.to_owned(), subject: account.sub },
        provider: PROVIDER,
    })
}

fn clients(base: &str) -> Vec<idp::Client> {
    vec![
        idp::Client {
            client_id: CLIENT_ID.to_owned(),
            secret: Some(CLIENT_SECRET.to_owned()),
            name: "Sunfield Energy".to_owned(),
            redirect_uris: vec![format!("{base}/auth/{PROVIDER}/callback")],
            post_logout_redirect_uris: vec![format!("{base}/portal/customer/signed-out")],
            audience: None,
        },
        idp::Client {
            client_id: APP_CLIENT_ID.to_owned(),
            secret: None,
            name: "Sunfield app".to_owned(),
            redirect_uris: vec![APP_REDIRECT.to_owned()],
            ..idp::Client::default()
        },
        policy::website(base),
    ]
}
