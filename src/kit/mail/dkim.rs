//! Signing letters (DKIM, RFC 6376), so that a receiver knows which domain answers for them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::message::Message;
use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
    DkimSigningKey,
};
use lettre::message::header::HeaderName;

/// What a signature covers. A header that a letter has not is covered all the same: nobody can add
/// one later. Not Content-Type, which mail programs on the way may fold anew.
const COVERED: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// Signs letters with one key, under one name in the DNS.
pub struct Signer(DkimConfig);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// `selector._domainkey.domain`, a line end, a private key in PEM: RSA (PKCS#1 or PKCS#8) or
    /// Ed25519 (PKCS#8), as openssl writes them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, pem) = text.trim().split_once('\n').ok_or("a name, then a key on new lines")?;
        let (selector, domain) = name
            .trim()
            .trim_end_matches('.')
            .split_once("._domainkey.")
            .filter(|(selector, domain)| !selector.is_empty() && domain.contains('.'))
            .ok_or("the first line is SELECTOR._domainkey.DOMAIN")?;
        let (key, algorithm) = key(pem)?;
        let key = DkimSigningKey::new(&key, algorithm).map_err(|e| e.to_string())?;
        // `simple` headers, the library's own choice, do not survive its folding.
        let relaxed = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        let covered = COVERED.map(HeaderName::new_from_ascii_str).to_vec();
        Ok(Self(DkimConfig::new(selector.to_owned(), domain.to_owned(), key, covered, relaxed)))
    }

    pub fn sign(&self, message: &mut Message) {
        message.sign(&self.0);
    }
}

/// PKCS#8 (RFC 5208) around an RSA key: the name of its algorithm, then an octet string.
const RSA_IN_PKCS8: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
/// PKCS#8 around an Ed25519 key (RFC 8410), up to its 32 bytes.
const ED25519_IN_PKCS8: &[u8] = &[
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The key in the form that the library reads.
fn key(pem: &str) -> Result<(String, DkimSigningAlgorithm), String> {
    let mut lines = pem.lines().map(str::trim).filter(|line| !line.is_empty());
    let label = lines
        .next()
        .and_then(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
        .ok_or("the key begins with -----BEGIN … PRIVATE KEY-----")?;
    let body: String = lines.take_while(|line| !line.starts_with("-----END ")).collect();
    let der = STANDARD.decode(body).map_err(|e| format!("the key: {e}"))?;
    match label {
        "RSA PRIVATE KEY" => Ok((rsa_pem(&der), DkimSigningAlgorithm::Rsa)),
        "PRIVATE KEY" => {
            if let Some(seed) = der.strip_prefix(ED25519_IN_PKCS8) {
                return Ok((STANDARD.encode(seed), DkimSigningAlgorithm::Ed25519));
            }
            let inner = inside_rsa(&der).ok_or("the key is neither RSA nor Ed25519")?;
            Ok((rsa_pem(inner), DkimSigningAlgorithm::Rsa))
        }
        "ENCRYPTED PRIVATE KEY" => Err("the key has a password: write it without one".to_owned()),
        other => Err(format!("a {other} is no key that signs letters")),
    }
}

/// What the octet string after the algorithm's name holds.
fn inside_rsa(der: &[u8]) -> Option<&[u8]> {
    let at = der.windows(RSA_IN_PKCS8.len()).position(|w| w == RSA_IN_PKCS8)?;
    let octets = der.get(at + RSA_IN_PKCS8.len()..)?.strip_prefix(&[0x04])?;
    // A length of several bytes: 0x81 and one, 0x82 and two (X.690, 8.1.3).
    match octets {
        [0x81, _, rest @ ..] | [0x82, _, _, rest @ ..] => Some(rest),
        _ => None,
    }
}

fn rsa_pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = String::from("-----BEGIN RSA PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out + "-----END RSA PRIVATE KEY-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
        -----END PRIVATE KEY-----\n";

    #[test]
    fn a_key_carries_its_name() {
        assert!(Signer::parse(&format!("m1._domainkey.example.org\n{ED25519}")).is_ok());
        for bad in [
            ED25519.to_owned(),
            format!("example.org\n{ED25519}"),
            format!("._domainkey.example.org\n{ED25519}"),
            "m1._domainkey.example.org\nno key".to_owned(),
            "m1._domainkey.example.org".to_owned(),
            "m1._domainkey.example.org\n-----BEGIN EC PRIVATE KEY-----\nAAAA\n".to_owned(),
            "m1._domainkey.example.org\n-----BEGIN PRIVATE KEY-----\nAAAA\n".to_owned(),
        ] {
            let said = Signer::parse(&bad).err();
            assert!(said.is_some_and(|s| !s.contains("MC4CAQ")), "{bad}");
        }
    }
}
