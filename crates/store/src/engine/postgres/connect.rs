//! Parses a database URL and opens a pool of connections, with the TLS modes of libpq.

use std::path::PathBuf;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use url::form_urlencoded;

use super::tls::{Tls, Trust};
use crate::engine::error::{Cause, StoreError};

/// Timeout for establishing a connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Time without any traffic after which the server is considered dead.
const SILENT_FOR: Duration = Duration::from_secs(30);
/// Timeout for a free connection of the pool.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(30);

/// The values of libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// A parsed database URL.
#[derive(Debug)]
struct Target {
    config: Config,
    mode: Mode,
    root_certificate: Option<String>,
}

/// A way to connect.
#[derive(Debug, Clone)]
enum Way {
    Plain,
    /// With TLS if the server offers it.
    Offered(Trust),
    Encrypted(Trust),
}

/// Checks the form of a URL. Connects to nothing.
pub(in crate::engine) fn check_url(url: &str) -> Result<(), StoreError> {
    parse(url).map(drop)
}

/// Opens a pool of connections. All of them use the first way to connect that works.
pub(in crate::engine) async fn pool(url: &str, size: usize) -> Result<Pool, StoreError> {
    let target = parse(url)?;
    let mut refusals: Vec<StoreError> = Vec::new();
    for way in ways(&target)? {
        let pool = pool_by(&target.config, way, size)?;
        match pool.get().await.map_err(super::no_connection) {
            Ok(_) => return Ok(pool),
            Err(refusal) => refusals.push(refusal),
        }
    }
    Err(both(refusals))
}

/// Combines the errors of two ways to connect: one may be about TLS, the other about a password.
fn both(mut refusals: Vec<StoreError>) -> StoreError {
    refusals.dedup_by_key(|refusal| refusal.to_string());
    match &refusals[..] {
        [StoreError::Unavailable(first), StoreError::Unavailable(second)] => {
            StoreError::Unavailable(Cause::new(format!("{first}; the other way: {second}")))
        }
        _ => refusals.swap_remove(0),
    }
}

fn parse(url: &str) -> Result<Target, StoreError> {
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let mut rest = form_urlencoded::Serializer::new(String::new());
    let (mut mode, mut root_certificate) = (None, None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "sslmode" => mode = Some(Mode::parse(&value).ok_or_else(|| unknown_mode(&value))?),
            "sslrootcert" => root_certificate = Some(value.into_owned()),
            "sslcert" | "sslkey" => {
                return Err(StoreError::Url(format!(
                    "{key} in the database URL: client certificates are not supported"
                )));
            }
            _ => {
                rest.append_pair(&key, &value);
            }
        }
    }
    // In this URL a space is encoded as %20, and a plus sign is literal.
    let rest = rest.finish().replace('+', "%20");
    let parsed = format!("{before}?{rest}").trim_end_matches('?').parse();
    let config: Config = parsed.map_err(|error: tokio_postgres::Error| {
        StoreError::Url(format!("the database URL is not valid: {}", Cause::of(error)))
    })?;
    // As in libpq: the system's authorities issue certificates to anyone, so the host name must be verified.
    let default = if root_certificate.as_deref() == Some("system") { Mode::VerifyFull } else { Mode::Prefer };
    Ok(Target { config, mode: mode.unwrap_or(default), root_certificate })
}

fn unknown_mode(value: &str) -> StoreError {
    StoreError::Url(format!(
        "sslmode={value} in the database URL: it is disable, allow, prefer, require, verify-ca or verify-full"
    ))
}

fn ways(target: &Target) -> Result<Vec<Way>, StoreError> {
    let (hosts, addresses) = (target.config.get_hosts(), target.config.get_hostaddrs());
    // Traffic on a local socket cannot be intercepted.
    if addresses.is_empty() && hosts.iter().all(|host| matches!(host, Host::Unix(_))) {
        return Ok(vec![Way::Plain]);
    }
    let root =
        || target.root_certificate.clone().map(|root| if root == "system" { None } else { Some(PathBuf::from(root)) });
    let needed = || {
        root().ok_or_else(|| {
            StoreError::Url("sslmode=verify-ca and verify-full need sslrootcert in the database URL: a file with the certificate of \
                 the authority, or `system`".to_owned())
        })
    };
    Ok(match target.mode {
        Mode::Disable => vec![Way::Plain],
        Mode::Allow => vec![Way::Plain, Way::Encrypted(Trust::Anyone)],
        Mode::Prefer => vec![Way::Offered(Trust::Anyone), Way::Plain],
        // As in libpq: if a root certificate is configured, the certificate is verified.
        Mode::Require => vec![Way::Encrypted(root().map_or(Trust::Anyone, Trust::Authority))],
        Mode::VerifyCa => vec![Way::Encrypted(Trust::Authority(needed()?))],
        Mode::VerifyFull => vec![Way::Encrypted(Trust::AuthorityAndName(needed()?))],
    })
}

fn pool_by(config: &Config, way: Way, size: usize) -> Result<Pool, StoreError> {
    let mut config = patient(config);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match way {
        Way::Plain => Manager::from_config(config.ssl_mode(SslMode::Disable).clone(), NoTls, recycling),
        Way::Offered(trust) => {
            Manager::from_config(config.ssl_mode(SslMode::Prefer).clone(), Tls::new(&trust)?, recycling)
        }
        Way::Encrypted(trust) => {
            Manager::from_config(config.ssl_mode(SslMode::Require).clone(), Tls::new(&trust)?, recycling)
        }
    };
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT_FOR_CONNECTION))
        .create_timeout(Some(CONNECT_WITHIN * 2))
        .recycle_timeout(Some(CONNECT_WITHIN));
    pool.build().map_err(|error| StoreError::Unavailable(Cause::of(error)))
}

/// Adds timeouts: the connection to an unresponsive server is closed, and its statements fail.
fn patient(config: &Config) -> Config {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_WITHIN);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENT_FOR);
    }
    config.keepalives(true).keepalives_idle(SILENT_FOR / 3).keepalives_interval(SILENT_FOR / 6).keepalives_retries(4);
    config
}
