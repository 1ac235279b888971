//! A certificate that nobody has signed but its own key; the peer knows it by the fingerprint in the SDP (RFC 8122).

use p256::{
    ecdsa::{DerSignature, SigningKey},
    elliptic_curve::rand_core::{OsRng, RngCore},
    pkcs8::EncodePrivateKey,
};
use std::{str::FromStr, time::Duration};
use str0m::crypto::dtls::DtlsCert;
use x509_cert::{
    builder::{Builder, CertificateBuilder, Error, Profile},
    der::Encode,
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoOwned,
    time::Validity,
};

/// No call lasts longer.
const VALID_FOR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// RFC 5280 §4.1.2.2 allows 20. Firefox refuses another certificate with a number that it has seen.
const SERIAL_NUMBER: usize = 16;

/// A new key on the curve P-256, and its certificate.
pub(super) fn generate() -> Result<DtlsCert, Error> {
    let key = SigningKey::random(&mut OsRng);
    let mut serial_number = [0; SERIAL_NUMBER];
    OsRng.fill_bytes(&mut serial_number);
    let name = Name::from_str("CN=robot")?;
    let profile =
        Profile::Leaf { issuer: name.clone(), enable_key_agreement: false, enable_key_encipherment: false };
    let certificate = CertificateBuilder::new(
        profile,
        SerialNumber::new(&serial_number)?,
        Validity::from_now(VALID_FOR)?,
        name,
        SubjectPublicKeyInfoOwned::from_key(*key.verifying_key())?,
        &key,
    )?
    .build::<DerSignature>()?;
    let private_key = key.to_pkcs8_der().map_err(x509_cert::spki::Error::from)?;
    Ok(DtlsCert { certificate: certificate.to_der()?, private_key: private_key.as_bytes().to_vec() })
}
