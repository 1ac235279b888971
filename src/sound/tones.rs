//! The sounds of a telephone, as samples: no files, no oscillators that a throttled page would forget to stop.

use core::f64::consts::TAU;

/// Samples a second.
pub const RATE: u32 = 8000;

/// How loud each frequency is, of a full scale of 1.
const VOLUME: f64 = 0.1;

/// Samples over which a sound swells and fades, so that it does not click.
const RAMP: usize = 40;

/// Two frequencies, on and off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sound {
    /// In hertz.
    pub frequencies: [u32; 2],
    /// Milliseconds on, milliseconds off, in turn.
    pub cadence: Vec<u32>,
}

impl Sound {
    /// It rings at the far side: ringing tone of North America (ITU-T E.180, Supplement 2).
    pub fn ringback() -> Self {
        Self { frequencies: [440, 480], cadence: vec![2000, 4000] }
    }

    /// It rings here.
    pub fn ringtone() -> Self {
        Self { frequencies: [523, 659], cadence: vec![400, 200, 400, 2000] }
    }

    /// It rings here, during another call: call waiting tone of North America (the same supplement).
    pub fn call_waiting() -> Self {
        Self { frequencies: [440, 440], cadence: vec![300, 9700] }
    }

    /// The tone of a key for some milliseconds (ITU-T Q.23).
    pub fn key(digit: char, duration: u32) -> Option<Self> {
        const ROWS: [(u32, &str); 4] = [(697, "123A"), (770, "456B"), (852, "789C"), (941, "*0#D")];
        const COLUMNS: [u32; 4] = [1209, 1336, 1477, 1633];
        let (row, column) = ROWS.iter().find_map(|(row, keys)| Some((*row, keys.find(digit)?)))?;
        Some(Self { frequencies: [row, *COLUMNS.get(column)?], cadence: vec![duration] })
    }

    /// Its samples, once through the cadence.
    pub fn samples(&self) -> Vec<f32> {
        let mut samples = Vec::new();
        let mut is_on = true;
        for milliseconds in &self.cadence {
            let count = (milliseconds * (RATE / 1000)) as usize;
            if is_on {
                self.sound(count, &mut samples);
            } else {
                samples.resize(samples.len() + count, 0.0);
            }
            is_on = !is_on;
        }
        samples
    }

    fn sound(&self, count: usize, samples: &mut Vec<f32>) {
        let mut waves = self.frequencies.map(Wave::new);
        for at in 0..count {
            let edge = at.min(count - 1 - at).min(RAMP) as f64 / RAMP as f64;
            let sum: f64 = waves.iter_mut().map(Wave::next).sum();
            samples.push((sum * edge * VOLUME) as f32);
        }
    }
}

/// A sine wave by its recurrence: sin(n+1)w = 2 cos w · sin nw − sin(n−1)w.
struct Wave {
    factor: f64,
    before: f64,
    now: f64,
}

impl Wave {
    fn new(frequency: u32) -> Self {
        let step = TAU * f64::from(frequency) / f64::from(RATE);
        let (sine, cosine) = sine_and_cosine(step);
        Self { factor: 2.0 * cosine, before: -sine, now: 0.0 }
    }

    fn next(&mut self) -> f64 {
        let now = self.now;
        (self.before, self.now) = (now, self.factor * now - self.before);
        now
    }
}

/// By their series, which for the steps here (below a third of a turn) is exact after a few terms; the functions of the
/// standard library would weigh more than all of this.
fn sine_and_cosine(angle: f64) -> (f64, f64) {
    let (mut sine, mut cosine, mut term) = (0.0, 0.0, 1.0);
    for n in 0..24 {
        match n % 4 {
            0 => cosine += term,
            1 => sine += term,
            2 => cosine -= term,
            _ => sine -= term,
        }
        term *= angle / f64::from(n + 1);
    }
    (sine, cosine)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much of a frequency is in the samples: the amplitude of a sine wave.
    fn amplitude(samples: &[f32], frequency: f64) -> f64 {
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (at, sample) in samples.iter().enumerate() {
            let angle = TAU * frequency * at as f64 / f64::from(RATE);
            sine += f64::from(*sample) * angle.sin();
            cosine += f64::from(*sample) * angle.cos();
        }
        2.0 * sine.hypot(cosine) / samples.len() as f64
    }

    #[test]
    fn a_key_sounds_its_two_frequencies_and_no_other() {
        for (digit, row, column) in [('1', 697, 1209), ('5', 770, 1336), ('#', 941, 1477), ('D', 941, 1633)] {
            let key = Sound::key(digit, 500).unwrap();
            assert_eq!(key.frequencies, [row, column], "{digit}");
            let samples = key.samples();
            assert_eq!(samples.len(), 4000);
            for frequency in [697, 770, 852, 941, 1209, 1336, 1477, 1633] {
                let heard = amplitude(&samples, f64::from(frequency));
                let expected = if [row, column].contains(&frequency) { VOLUME } else { 0.0 };
                assert!((heard - expected).abs() < 0.01, "{digit}: {heard} of {frequency} Hz");
            }
        }
        assert_eq!(Sound::key('x', 100), None);
    }

    #[test]
    fn the_cadence_is_kept_and_nothing_clicks() {
        let samples = Sound::ringback().samples();
        assert_eq!(samples.len(), 48_000);
        let (on, off) = samples.split_at(16_000);
        assert!(off.iter().all(|sample| *sample == 0.0), "four seconds of silence");
        assert!((amplitude(on, 440.0) - VOLUME).abs() < 0.01, "still as loud after two seconds");
        assert!(on.iter().all(|sample| sample.abs() <= 2.0 * VOLUME as f32));
        let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        assert!(steps.fold(0.0, f32::max) < 0.1);
        assert_eq!((samples[0], samples[15_999]), (0.0, 0.0));
    }
}
