//! A helper's link and PIN: what they are made of.

use crate::access::pass;
use crate::kit::ids;

/// Digits of a PIN.
const DIGITS: u32 = 6;

/// The six digits that the trainer says aloud.
pub fn pin(secret: &str, pass: i64) -> String {
    ids::digits_of(secret, "helper-pin", &pass.to_string(), DIGITS)
}

/// The end of the link.
pub fn token(secret: &str, pass: i64) -> String {
    pass::token(secret, pass)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pass_has_its_own_link_and_pin() {
        assert_ne!(token("secret", 1), token("secret", 2));
        assert_ne!(pin("secret", 1), pin("secret", 2));
        assert_eq!(pin("secret", 1).len(), 6);
        assert_eq!(pass::read("secret", &token("secret", 7)), Some(7));
        assert_eq!(pass::read("other", &token("secret", 7)), None);
        assert_eq!(pass::read("secret", &token("secret", 7).replace('7', "8")), None);
    }
}
