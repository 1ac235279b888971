//! The ciphers of SRTP: AES in counter mode (RFC 3711 §4.1.1) and in Galois/Counter mode (RFC 7714).

use aes::cipher::{BlockEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes256};
use aes_gcm::aead::{AeadInPlace, consts::U12, generic_array::GenericArray};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use std::fmt;
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// The authentication tag of either mode of GCM (RFC 7714 §5).
const TAG: usize = 16;

/// Makes the ciphers of every profile.
#[derive(Debug)]
pub(super) struct Srtp;

impl SrtpProvider for Srtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Self
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Self
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Self
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        one_block::<Aes128>(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        one_block::<Aes256>(key, input, output);
    }
}

/// One block of the key derivation (RFC 3711 §4.3.3). Other lengths than those of the cipher give nothing.
fn one_block<C: BlockEncrypt + KeyInit>(key: &[u8], input: &[u8], output: &mut [u8]) {
    let size = C::block_size();
    if let (Ok(cipher), Some(input), Some(output)) =
        (C::new_from_slice(key), input.get(..size), output.get_mut(..size))
    {
        cipher.encrypt_block_b2b(GenericArray::from_slice(input), GenericArray::from_mut_slice(output));
    }
}

impl SupportedAes128CmSha1_80 for Srtp {
    fn create_cipher(&self, key: [u8; 16], _encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(CounterMode(key))
    }
}

impl SupportedAeadAes128Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 16], _encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Galois(Aes128Gcm::new(&key.into())))
    }
}

impl SupportedAeadAes256Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 32], _encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Galois(Aes256Gcm::new(&key.into())))
    }
}

struct CounterMode([u8; 16]);

impl fmt::Debug for CounterMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CounterMode(***)")
    }
}

impl Aes128CmSha1_80Cipher for CounterMode {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let output = output.get_mut(..input.len()).ok_or_else(no_room)?;
        let mut cipher = ctr::Ctr128BE::<Aes128>::new(&self.0.into(), iv.into());
        cipher.apply_keystream_b2b(input, output).map_err(|_| no_room())
    }

    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.encrypt(iv, input, output)
    }
}

struct Galois<C>(C);

impl<C> fmt::Debug for Galois<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Galois(***)")
    }
}

impl<C: AeadInPlace<NonceSize = U12>> Galois<C> {
    /// The tag follows what it protects (RFC 5116 §5.1).
    fn seal(&self, iv: &[u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let (text, rest) = output.split_at_mut_checked(input.len()).ok_or_else(no_room)?;
        text.copy_from_slice(input);
        let tag = self.0.encrypt_in_place_detached(iv.into(), aad, text).map_err(|_| no_room())?;
        rest.get_mut(..TAG).ok_or_else(no_room)?.copy_from_slice(&tag);
        Ok(())
    }

    fn open(
        &self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let wrong = || CryptoError::Other("the authentication tag is wrong".to_owned());
        let length = input.len().checked_sub(TAG).ok_or_else(wrong)?;
        let (text, tag) = input.split_at_checked(length).ok_or_else(wrong)?;
        let output = output.get_mut(..length).ok_or_else(no_room)?;
        output.copy_from_slice(text);
        self.0
            .decrypt_in_place_detached(iv.into(), &aads.concat(), output, GenericArray::from_slice(tag))
            .map_err(|_| wrong())?;
        Ok(length)
    }
}

impl AeadAes128GcmCipher for Galois<Aes128Gcm> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Galois<Aes256Gcm> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(iv, aads, input, output)
    }
}

fn no_room() -> CryptoError {
    CryptoError::Other("the buffers do not fit the cipher".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_that_of_fips_197() {
        let input: Vec<u8> = (0..16).map(|digit| digit * 0x11).collect();
        let key: Vec<u8> = (0..32).collect();
        let mut output = [0; 32];
        Srtp.srtp_aes_128_ecb_round(&key[..16], &input, &mut output);
        assert_eq!(output[..4], [0x69, 0xc4, 0xe0, 0xd8]);
        Srtp.srtp_aes_256_ecb_round(&key, &input, &mut output);
        assert_eq!(output[..4], [0x8e, 0xa2, 0xb7, 0xca]);
    }

    #[test]
    fn what_was_sealed_is_opened_and_what_was_changed_is_not() {
        let mut cipher = SupportedAeadAes256Gcm::create_cipher(&Srtp, [7; 32], true);
        let (mut sealed, mut opened) = ([0; 5 + TAG], [0; 5]);
        cipher.encrypt(&[1; 12], b"header", b"audio", &mut sealed).unwrap();
        assert_eq!(cipher.decrypt(&[1; 12], &[b"head", b"er"], &sealed, &mut opened).unwrap(), 5);
        assert_eq!(&opened, b"audio");
        sealed[0] ^= 1;
        assert!(cipher.decrypt(&[1; 12], &[b"header"], &sealed, &mut opened).is_err());
        assert!(cipher.decrypt(&[1; 12], &[b"header"], &sealed[..TAG - 1], &mut opened).is_err());
    }
}
