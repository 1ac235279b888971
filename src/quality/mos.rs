//! The E-model (ITU-T G.107, 2015): how a conversation over this path would be rated.
//!
//! `R = Ro − Is − Id − Ie,eff + A` (G.107 (7-1)). What no browser can know has the default value of G.107 table 1: a
//! quiet room, a handset, no echo canceller out of order. Then `Ro` is 94.77, `Is` is 1.41, `A` is 0, and `R` is 93.2
//! for a perfect path. `Id` comes from the delay, `Ie,eff` from the codec and from the loss.

/// Basic signal-to-noise ratio, with the defaults of G.107 table 1 (§7.2).
const RO: f64 = 94.77;
/// What impairs the voice simultaneously: loudness, sidetone, quantizing; with the same defaults (§7.3).
const IS: f64 = 1.41;
/// The loudness rating of the talker's echo path, in dB (table 1).
const TELR: f64 = 65.0;
/// The weighted echo path loss, in dB (table 1).
const WEPL: f64 = 110.0;

/// What a codec costs (G.113).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Codec {
    /// The equipment impairment factor, without loss.
    ie: f64,
    /// The robustness against loss.
    bpl: f64,
}

impl Codec {
    /// G.711, concealing losses as every browser does (G.113 appendix I, tables I.1 and I.4: 25.1, against 4.3 without
    /// concealment).
    pub const G711: Self = Self { ie: 0.0, bpl: 25.1 };
    /// G.729A with silence suppression (G.113 appendix I, tables I.1 and I.4).
    pub const G729: Self = Self { ie: 11.0, bpl: 19.0 };
    /// Codecs for more than the telephone's band. G.113 gives no values for them on this narrowband scale, on which
    /// nothing is better than G.711: so they cost nothing, and are concealed by the same jitter buffer. That is our
    /// reading, for Opus as for G.722, and leaves out Opus's own error correction.
    pub const WIDEBAND: Self = Self::G711;

    /// By its name in SDP. One that is not known is rated as G.711.
    pub const fn named(name: &str) -> Self {
        match name.as_bytes() {
            [b'O' | b'o', ..] => Self::WIDEBAND,
            b"G722" | b"g722" => Self::WIDEBAND,
            b"G729" | b"g729" => Self::G729,
            _ => Self::G711,
        }
    }
}

/// The transmission rating `R` of a path with this one-way delay from mouth to ear, in milliseconds, and this fraction of
/// packets, 0 to 1, that were not heard. From 0 to 93.2.
pub fn rating(codec: Codec, delay: f64, loss: f64) -> f64 {
    (RO - IS - delay_impairment(delay.max(0.0)) - loss_impairment(codec, loss)).max(0.0)
}

/// The mean opinion score of a rating, 1 to 4.5 (G.107 annex B). The polynomial falls below 1 for the smallest ratings.
pub fn score(rating: f64) -> f64 {
    let r = rating.clamp(0.0, 100.0);
    (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).max(1.0)
}

/// `Ie,eff` for losses at random (BurstR = 1, §7.5).
fn loss_impairment(codec: Codec, loss: f64) -> f64 {
    let percent = loss.clamp(0.0, 1.0) * 100.0;
    codec.ie + (95.0 - codec.ie) * percent / (percent + codec.bpl)
}

/// `Id = Idte + Idle + Idd` (§7.4): the talker's echo, the listener's echo, and the delay itself. Both directions have
/// the same delay `t`, in milliseconds.
fn delay_impairment(t: f64) -> f64 {
    let rle = 10.5 * (WEPL + 7.0) / (2.0 * t + 1.0).sqrt().sqrt();
    talker_echo(t) + half_and_root(RO - rle, 169.0) + pure_delay(t)
}

/// `Idte`. RLR and No of table 1 give Roe the same value as Ro. From 10 ms on, e^-T and e^(-0.3 T²) are of no account;
/// below, nobody hears an echo, and it is taken as none.
fn talker_echo(t: f64) -> f64 {
    if t < 10.0 {
        return 0.0;
    }
    let telephone = TELR - 40.0 * ((1.0 + t / 10.0) / (1.0 + t / 150.0)).ln() / core::f64::consts::LN_10;
    half_and_root(RO - (80.0 + 2.5 * (telephone - 14.0)), 100.0) - 1.0
}

/// `Idd`: what a delay above 100 ms does to the turns of a conversation (§7.4, with sT = 1 and mT = 100 ms).
fn pure_delay(t: f64) -> f64 {
    if t <= 100.0 {
        return 0.0;
    }
    let x = (t / 100.0).ln() / core::f64::consts::LN_2;
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

/// `(1 + x⁶)^(1/6)`, by Newton's method: the mathematics that a browser would have to download is larger.
fn root(x: f64) -> f64 {
    let power = |y: f64| y * y * y * y * y;
    let whole = 1.0 + power(x) * x;
    let mut y = x.max(1.0) * 1.1225; // never below the root: it is at most the sixth root of 2 above the larger of 1 and x
    for _ in 0..6 {
        y -= (power(y) * y - whole) / (6.0 * power(y));
    }
    y
}

fn half_and_root(difference: f64, constant: f64) -> f64 {
    let half = difference / 2.0;
    half + (half * half + constant).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, wanted: f64, by: f64) {
        assert!((value - wanted).abs() <= by, "{value} is not {wanted} ± {by}");
    }

    #[test]
    fn a_perfect_path_has_the_rating_of_g_107() {
        near(rating(Codec::G711, 0.0, 0.0), 93.2, 0.05);
        near(score(93.2), 4.41, 0.005);
    }

    #[test]
    fn the_scores_of_annex_b() {
        // G.107 table B.1: lower limits of R, and their MOS.
        for (r, mos) in [(90.0, 4.34), (80.0, 4.03), (70.0, 3.60), (60.0, 3.10), (50.0, 2.58)] {
            near(score(r), mos, 0.01);
        }
        near(score(100.0), 4.5, 1e-9);
        near(score(0.0), 1.0, 1e-9);
        near(score(5.0), 1.0, 1e-9);
        near(score(-20.0), 1.0, 1e-9);
        near(score(120.0), 4.5, 1e-9);
    }

    #[test]
    fn the_sixth_root_is_one() {
        for x in [0.0, 0.1, 0.9, 1.0, 1.1, 2.0, 4.3, 12.0] {
            near(root(x), (1.0 + f64::powi(x, 6)).powf(1.0 / 6.0), 1e-9);
        }
    }

    #[test]
    fn delay_costs_little_up_to_150_ms_and_much_beyond() {
        // G.107 by hand, as `Id` of the path.
        let id = |t| 93.2 - rating(Codec::G711, t, 0.0);
        near(id(50.0), 1.4, 0.3);
        near(id(150.0), 3.7, 0.5);
        near(id(400.0), 31.0, 0.6);
        let mut last = -0.1;
        for t in 0..100 {
            let now = id(f64::from(t) * 10.0);
            assert!(now >= last, "the impairment falls at {t}");
            last = now;
        }
        assert!(rating(Codec::G711, f64::MAX, 1.0) >= 0.0);
        assert!(rating(Codec::G711, -1.0, -1.0) <= 93.3);
    }

    #[test]
    fn loss_costs_what_g_113_says() {
        // Ie,eff at 5 %: 95·5/(5+25.1) and 11 + 84·5/(5+19).
        near(loss_impairment(Codec::G711, 0.05), 15.78, 0.01);
        near(loss_impairment(Codec::G729, 0.05), 28.5, 0.01);
        near(loss_impairment(Codec::G729, 0.0), 11.0, 1e-9);
        near(score(rating(Codec::G711, 0.0, 1.0)), 1.1, 0.1);
    }

    #[test]
    fn codecs_are_known_by_their_names_in_sdp() {
        assert_eq!(Codec::named("G729"), Codec::G729);
        assert_eq!(Codec::named("opus"), Codec::WIDEBAND);
        assert_eq!(Codec::named("PCMU"), Codec::G711);
        assert_eq!(Codec::named(""), Codec::G711);
    }
}
