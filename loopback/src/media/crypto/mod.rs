//! The cryptography that str0m is given: DTLS of `dimpl`, ciphers and hashes of RustCrypto.
//!
//! str0m has such a provider of its own. That one makes its certificates with a library in C, which would have to be
//! compiled first and does not compile for WebAssembly at all. Everything here is Rust.

mod certificate;
mod dtls;
mod srtp;

use dtls::Dtls;
use hmac::{Hmac, Mac};
use sha2::Digest;
use srtp::Srtp;
use std::sync::Arc;
use str0m::crypto::{CryptoProvider, Sha1HmacProvider, Sha256Provider};

/// For every session.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        srtp_provider: &Srtp,
        sha1_hmac_provider: &Hashes,
        sha256_provider: &Hashes,
        dtls_provider: &Dtls,
    })
}

#[derive(Debug)]
struct Hashes;

impl Sha1HmacProvider for Hashes {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        // An HMAC takes keys of any length; this arm is not reached.
        let Ok(mac) = Hmac::<sha1::Sha1>::new_from_slice(key) else { return [0; 20] };
        payloads.iter().fold(mac, |mac, payload| mac.chain_update(payload)).finalize().into_bytes().into()
    }
}

impl Sha256Provider for Hashes {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        sha2::Sha256::digest(data).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha1_hmac_is_that_of_rfc_2202() {
        let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        let expected = [
            0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74, 0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c,
            0x25, 0x9a, 0x7c, 0x79,
        ];
        assert_eq!(Hashes.sha1_hmac(b"Jefe", &parts), expected);
    }
}
