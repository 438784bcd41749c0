//! Signatures that anybody can check without us (Ed25519, RFC 8032).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey};

use crate::kit::fault::Fault;
use crate::kit::ids;

/// The key of one purpose; it follows from the service's secret, so nothing more is to be kept.
pub struct Key(SigningKey);

impl Key {
    pub fn of(secret: &str, purpose: &str) -> Result<Self, Fault> {
        let seed = URL_SAFE_NO_PAD.decode(ids::seal(secret, "ed25519", purpose));
        let seed: [u8; 32] = seed
            .map_err(Fault::broken)?
            .try_into()
            .map_err(|_| Fault::broken("a seal is 32 bytes"))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Which key it is: stands in what it signs, so that a new secret is recognised.
    pub fn id(&self) -> String {
        ids::hash(&self.public()).chars().take(6).collect()
    }

    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.verifying_key().as_bytes())
    }

    pub fn sign(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.0.sign(text.as_bytes()).to_bytes())
    }

    pub fn fits(&self, text: &str, given: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(given) else { return false };
        let Ok(signature) = Signature::from_slice(&bytes) else { return false };
        self.0.verifying_key().verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_fits_its_text_key_and_purpose_only() {
        let key = Key::of("secret", "badge").unwrap();
        let given = key.sign("text");
        assert!(key.fits("text", &given));
        assert!(!key.fits("texts", &given) && !key.fits("text", "") && !key.fits("text", "%"));
        assert!(!Key::of("secret", "other").unwrap().fits("text", &given));
        assert!(!Key::of("other", "badge").unwrap().fits("text", &given));
        assert_eq!(key.id().len(), 6);
    }
}
