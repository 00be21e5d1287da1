//! The demo's policy of Azure AD B2C: activation links with a requester id, in the old format, lead through it to the
//! hub.

use std::net::SocketAddr;

use secrecy::SecretString;
use tessera_core::invitations::link_form::LinkForm;
use tessera_sim::idp;
use tessera_web::b2c::{ClaimNames, TokenClaim};

use super::stand_ins::PROVIDER;
use crate::config::{B2c, B2cSenders};

const POLICY: &str = "B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE";
/// The link parameter that the policy passes on.
const PARAMETER: &str = "requesterId";
const HEADER: &str = "x-api-key";
/// The company's website, a client of the policy.
const WEBSITE: &str = "sunfield-website";

/// The configuration of the hub's interface for the policy. There is no form of links, because its host would be
/// outside this machine.
pub fn served(key: String) -> B2c {
    B2c {
        provider: Some(PROVIDER.to_owned()),
        compatibility: true,
        review_is_error: false,
        sign_in_name_is_verified: false,
        more_info: None,
        senders: B2cSenders {
            api_key_header: HEADER.to_owned(),
            api_key: Some(SecretString::from(key)),
            ..B2cSenders::default()
        },
        claims: ClaimNames::default(),
        token_claims: TokenClaim::usual(),
        events: None,
        environments: std::collections::BTreeMap::new(),
    }
}

/// The policy in the identity provider's stand-in.
pub fn played(hub: SocketAddr, key: &str) -> idp::Policy {
    idp::Policy {
        name: POLICY.to_owned(),
        parameter: PARAMETER.to_owned(),
        step: Some(idp::RestStep {
            url: format!("http://{hub}/b2c/link"),
            header: HEADER.to_owned(),
            key: key.to_owned(),
            failure: idp::Failure::Page,
            lose_first_answer: false,
        }),
    }
}

/// The website as a client of the identity provider. In the demo it is the hub, whose page says what is linked.
pub fn website(base: &str) -> idp::Client {
    idp::Client {
        client_id: WEBSITE.to_owned(),
        secret: Some("demo-website-secret".to_owned()),
        name: "Sunfield Energy".to_owned(),
        redirect_uris: vec![landing(base)],
        ..idp::Client::default()
    }
}

/// A link through the stand-in's policy, to be completed with a requester id.
pub fn link(options: &idp::Options, base: &str) -> String {
    let form = LinkForm {
        tenant: options.tenant.clone(),
        policy: POLICY.to_owned(),
        client_id: WEBSITE.to_owned(),
        nonce: "defaultNonce".to_owned(),
        redirect_uri: landing(base),
        scope: "openid".to_owned(),
        response_type: "code".to_owned(),
        prompt: "login".to_owned(),
        parameter: PARAMETER.to_owned(),
    };
    let outside = format!("https://{}.b2clogin.com", options.tenant);
    form.url("").replacen(&outside, &options.url, 1)
}

fn landing(base: &str) -> String {
    format!("{base}/activation/return")
}
