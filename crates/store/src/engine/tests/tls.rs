//! Tests of `sslmode` against a server that requires TLS, and against one without TLS.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use super::{SCHEMA, server};
use crate::engine::{Engine, Sql};

const ENCRYPTED: Sql =
    Sql { name: "ENCRYPTED", text: "SELECT ssl AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()" };

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/postgres");

/// A PostgreSQL server with a certificate for `localhost`.
struct TlsServer {
    folder: TempDir,
    port: String,
}

impl TlsServer {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let authority = authority(&folder.path().join("ca.crt"));
        authority_only(&folder.path().join("other.crt"));
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        fs::write(folder.path().join("server.crt"), certificate.pem()).unwrap();
        fs::write(folder.path().join("server.key"), key.serialize_pem()).unwrap();
        let started = Command::new(SCRIPT)
            .args(["start".as_ref(), folder.path().join("postgres").as_os_str()])
            .env("TESSERA_POSTGRES_TLS", folder.path())
            .output()
            .unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        let url = String::from_utf8(started.stdout).unwrap();
        let port = url.trim().rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        Self { folder, port }
    }

    fn url(&self, host: &str, query: &str) -> String {
        let folder = self.folder.path().display().to_string();
        format!("postgres://tessera@{host}:{}/postgres?{}", self.port, query.replace("DIR", &folder))
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        let postgres: PathBuf = self.folder.path().join("postgres");
        let _ = Command::new(SCRIPT).args(["stop".as_ref(), postgres.as_os_str()]).status();
    }
}

fn authority(certificate: &Path) -> Issuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    fs::write(certificate, params.self_signed(&key).unwrap().pem()).unwrap();
    Issuer::new(params, key)
}

fn authority_only(certificate: &Path) {
    drop(authority(certificate));
}

/// Connects, and returns whether the connection is encrypted, or the error.
async fn connect(url: &str) -> Result<bool, String> {
    let engine = Engine::open(url, SCHEMA).await.map_err(|error| error.to_string())?;
    Ok(engine.query(ENCRYPTED, Vec::new()).await.unwrap()[0].get("encrypted").unwrap())
}

#[tokio::test]
async fn h04_a_server_that_requires_tls_is_reached_according_to_sslmode() {
    let server = TlsServer::start();
    for (host, query) in [
        ("127.0.0.1", ""),
        ("127.0.0.1", "sslmode=allow"),
        ("127.0.0.1", "sslmode=prefer"),
        ("127.0.0.1", "sslmode=require"),
        ("localhost", "application_name=a%20hub&sslmode=require"),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/ca.crt"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=DIR/ca.crt"),
        ("localhost", "sslmode=verify-ca&sslrootcert=DIR/ca.crt"),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/ca.crt"),
        ("localhost", "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=DIR/ca.crt"),
        ("", "hostaddr=127.0.0.1&sslmode=verify-ca&sslrootcert=DIR/ca.crt"),
    ] {
        assert_eq!(connect(&server.url(host, query)).await, Ok(true), "{host} {query}");
    }
    for (host, query, why) in [
        ("127.0.0.1", "sslmode=disable", "FATAL 28000: no pg_hba.conf entry for host"),
        ("127.0.0.1", "sslmode=disable", "no encryption"),
        ("127.0.0.1", "sslmode=require&sslrootcert=DIR/other.crt", "certificate"),
        ("localhost", "sslmode=verify-ca&sslrootcert=DIR/other.crt", "certificate"),
        ("localhost", "sslmode=verify-full&sslrootcert=DIR/other.crt", "certificate"),
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=DIR/ca.crt", "not valid for name"),
        ("localhost", "sslmode=verify-full&sslrootcert=system", "certificate"),
        ("localhost", "sslrootcert=system", "certificate"),
        ("localhost", "sslmode=verify-full", "need sslrootcert"),
        ("localhost", "sslmode=verify-ca&sslrootcert=DIR/nowhere.crt", "nowhere.crt cannot be used"),
        ("localhost", "sslmode=verify-ca&sslrootcert=DIR/server.key", "server.key cannot be used"),
        ("localhost", "sslmode=sometimes", "sslmode=sometimes"),
        ("", "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=DIR/ca.crt", "not valid for name"),
        ("", "hostaddr=127.0.0.1&sslmode=disable", "no encryption"),
        ("localhost", "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=DIR/other.crt", "certificate"),
        ("%2Fnowhere", "hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=DIR/ca.crt", "no hostname"),
        ("localhost", "sslmode=require&sslcert=DIR/server.crt", "client certificates are not supported"),
    ] {
        let told = connect(&server.url(host, query)).await;
        assert!(told.as_ref().is_err_and(|words| words.contains(why)), "{host} {query}: {told:?}");
    }
}

#[tokio::test]
async fn h04_a_server_without_tls_is_reached_unless_sslmode_demands_it() {
    for query in ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer"] {
        super::on_postgres(async |url| assert_eq!(connect(&format!("{url}{query}")).await, Ok(false), "{query}")).await;
    }
    let told = connect(&format!("{}?sslmode=require", server())).await;
    assert!(told.as_ref().is_err_and(|words| words.contains("does not support TLS")), "{told:?}");
}
