//! The two companding laws of ITU-T G.711, one byte a sample, 8000 samples a second.

/// Samples a second, also the RTP clock rate (RFC 3551 §4.5.14).
pub(super) const SAMPLE_RATE: u32 = 8000;

/// μ-law (PCMU): 14 bits to 8.
pub(super) fn mu_law(sample: i16) -> u8 {
    const BIAS: u16 = 33;
    let magnitude = (sample.unsigned_abs() >> 2).min(8158) + BIAS;
    let (segment, step) = segment_and_step(magnitude, 5);
    !(sign(sample < 0) | segment << 4 | step)
}

/// A-law (PCMA): 13 bits to 8, every other bit inverted.
pub(super) fn a_law(sample: i16) -> u8 {
    // Two's complement negatives are one's complement here, so that -1 falls into the first negative step.
    let magnitude = (if sample < 0 { !sample } else { sample }).unsigned_abs() >> 3;
    let (segment, step) = match magnitude {
        0..32 => (0, (magnitude >> 1) as u8),
        _ => {
            let (segment, step) = segment_and_step(magnitude, 5);
            (segment + 1, step)
        }
    };
    (sign(sample >= 0) | segment << 4 | step) ^ 0x55
}

/// The segment counts the bits above `lowest`, the step is the four bits below the leading one.
fn segment_and_step(magnitude: u16, lowest: u32) -> (u8, u8) {
    let exponent = magnitude.ilog2();
    let step = magnitude >> exponent.saturating_sub(4) & 0x0f;
    (exponent.saturating_sub(lowest) as u8, step as u8)
}

fn sign(set: bool) -> u8 {
    if set { 0x80 } else { 0 }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The decoder of G.711 table 2, to check the encoder against.
    pub(in crate::media) fn from_mu_law(byte: u8) -> i16 {
        let byte = !byte;
        let magnitude = ((i16::from(byte & 0x0f) << 1 | 0x21) << (byte >> 4 & 7)) - 33;
        if byte & 0x80 == 0 { magnitude << 2 } else { -(magnitude << 2) }
    }

    /// The decoder of G.711 table 1.
    pub(in crate::media) fn from_a_law(byte: u8) -> i16 {
        let byte = byte ^ 0x55;
        let step = i16::from(byte & 0x0f) << 1 | 1;
        let magnitude = match byte >> 4 & 7 {
            0 => step,
            segment => (step | 0x20) << (segment - 1),
        };
        if byte & 0x80 == 0 { -(magnitude << 3) } else { magnitude << 3 }
    }

    #[test]
    fn the_ends_and_the_middle_are_those_of_the_tables() {
        assert_eq!([0, -1, i16::MAX, i16::MIN].map(mu_law), [0xff, 0x7f, 0x80, 0x00]);
        assert_eq!([0, -1, i16::MAX, i16::MIN].map(a_law), [0xd5, 0x55, 0xaa, 0x2a]);
    }

    #[test]
    fn what_is_decoded_encodes_to_the_same_byte() {
        for byte in 0..=255 {
            assert_eq!(a_law(from_a_law(byte)), byte, "A-law {byte:#x}");
            // The two zeros of μ-law are one number.
            let expected = if byte == 0x7f { 0xff } else { byte };
            assert_eq!(mu_law(from_mu_law(byte)), expected, "μ-law {byte:#x}");
        }
    }

    #[test]
    fn no_sample_is_off_by_more_than_its_step() {
        for sample in i16::MIN..=i16::MAX {
            let allowed =
                (i32::from(sample).abs() / 16).max(16) + if sample.unsigned_abs() > 32_000 { 800 } else { 0 };
            for decoded in [from_mu_law(mu_law(sample)), from_a_law(a_law(sample))] {
                assert!(
                    (i32::from(decoded) - i32::from(sample)).abs() <= allowed,
                    "{sample} became {decoded}"
                );
            }
        }
    }
}
