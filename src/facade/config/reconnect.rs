//! How a device comes back after a loss.

use super::super::given::{Given, whole};
use super::WHO;
use crate::agent::Reconnect;
use crate::time::Duration;
use wasm_bindgen::JsValue;

/// Seconds that a wait may be.
const DELAYS: core::ops::RangeInclusive<f64> = 0.1..=3_600.0;

/// Each key that is absent has its default; a bound of the waits yields to the other one, where that is given alone.
pub(super) fn reconnect(given: &Given<'_>) -> Result<Reconnect, JsValue> {
    const KEY: &str = "reconnect";
    let wrong = || {
        given.wrong(
            KEY,
            "an object {minDelay, maxDelay: seconds from 0.1 to 3600, in this order; fraction, jitter: from 0 to 1; \
             maxAttempts: a whole number, at least 1}",
        )
    };
    let mut reconnect = Reconnect::default();
    let Some(value) = given.value(KEY) else { return Ok(reconnect) };
    let keys = Given::new(WHO, &value).map_err(|_| wrong())?;
    let number = |key, bounds: core::ops::RangeInclusive<f64>| match keys.value(key) {
        None => Ok(None),
        Some(value) => value.as_f64().filter(|number| bounds.contains(number)).map(Some).ok_or_else(wrong),
    };
    let delay = |key| Ok::<_, JsValue>(number(key, DELAYS)?.map(Duration::from_secs_f64));
    let (shortest, longest) = (delay("minDelay")?, delay("maxDelay")?);
    reconnect.min_delay = shortest.unwrap_or(reconnect.min_delay.min(longest.unwrap_or(Duration::MAX)));
    reconnect.max_delay = longest.unwrap_or(reconnect.max_delay.max(reconnect.min_delay));
    if reconnect.min_delay > reconnect.max_delay {
        return Err(wrong());
    }
    reconnect.fraction = number("fraction", 0.0..=1.0)?.unwrap_or(reconnect.fraction);
    reconnect.jitter = number("jitter", 0.0..=1.0)?.unwrap_or(reconnect.jitter);
    reconnect.max_attempts = match keys.value("maxAttempts") {
        Some(value) if value.as_f64() != Some(f64::INFINITY) => {
            Some(whole(&value, 1, u32::MAX).ok_or_else(wrong)?)
        }
        _ => None,
    };
    Ok(reconnect)
}
