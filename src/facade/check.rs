//! `TelnyxDevice.check`: whether a call would work from here, tried for real, and what to do where it would not.
//!
//! It has a device of its own, which nobody sees or hears, with an instance id of its own: another device of the page keeps
//! its binding and its calls, and so does the page after it.

use super::call_quality::Reports;
use super::config::Settings;
use super::given::Given;
use super::phone::{Phone, thrown};
use crate::agent::{CallId, CallStatus, InviteOptions, UserAgent};
use crate::browser::{
    MediaOptions, Probe, Probed, Reading, Scope, get, is_turn, object, pause, promise_of, try_microphone,
    within,
};
use js_sys::{Array, Date, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlAudioElement;

/// Milliseconds for each trial. A prompt for the microphone takes a user's time.
const MICROPHONE: u32 = 30_000;
const CONNECTION: u32 = 10_000;
const REGISTRATION: u32 = 15_000;
const ICE: u32 = 5_000;
const ANSWER: u32 = 20_000;
const AUDIO: u32 = 10_000;
/// Milliseconds between two looks at a call.
const LOOK: u32 = 100;

/// What to do, and what is known beyond it.
struct Trouble {
    advice: String,
    detail: Option<String>,
}

type Outcome = Result<Option<String>, Trouble>;

/// Tries everything that the config names, and a call to `echo_target` where there is one.
pub fn check(settings: Settings, echo_target: Option<String>) -> Promise {
    promise_of(async move {
        // First, as browsers tell more of their addresses once the microphone is allowed.
        let results = Array::of1(&result("microphone", now(), microphone().await));
        let servers = Probe::all(&settings.rtc, ICE);
        let phone = Phone::new(settings);
        signal(&phone, &results, echo_target).await;
        // It resolves in bounded time, and there is nothing to say of it.
        let _ = JsFuture::from(phone.stop()).await;
        phone.shut_down();
        for server in servers {
            results.push(&served(server.end().await));
        }
        let ok = results.iter().all(|result| get(&result, "ok").is_truthy());
        Ok(object(&[("ok", &ok.into()), ("results", &results)]).into())
    })
}

/// Connection, registration, and a call.
async fn signal(phone: &Rc<Phone>, results: &Array, echo_target: Option<String>) {
    let began = now();
    let connected = settled(CONNECTION, &phone.promise(phone.driver.wish(UserAgent::start))).await;
    let is_connected = connected.is_ok();
    results.push(&result("webSocket", began, connected));
    if !is_connected {
        return;
    }
    let began = now();
    let ticket = phone.driver.wish(|agent, now| agent.register(now, Vec::new()));
    let registered = settled(REGISTRATION, &phone.promise(ticket)).await;
    results.push(&result("registration", began, registered));
    if let Some(target) = echo_target {
        let began = now();
        results.push(&result("media", began, echo(phone, &target).await));
    }
}

async fn settled(milliseconds: u32, promise: &Promise) -> Outcome {
    match within(milliseconds, promise).await {
        Ok(_) => Ok(None),
        Err(error) if error.is_undefined() => {
            trouble("the server did not answer in time; look at its address and at what lies in between")
        }
        Err(error) => {
            let response = get(&error, "response");
            let detail = if response.is_object() {
                let code = get(&response, "statusCode").as_f64().map_or(JsValue::NULL, JsValue::from);
                let line = Array::of2(&code, &get(&response, "reasonPhrase")).join(" ");
                Some(String::from(line))
            } else {
                None
            };
            Err(Trouble { advice: text(&error, "message"), detail })
        }
    }
}

async fn microphone() -> Outcome {
    let tried = match try_microphone() {
        Ok(tried) => within(MICROPHONE, &tried).await,
        Err(error) => Err(error),
    };
    let Err(error) = tried else { return Ok(None) };
    let name = text(&error, "name");
    let advice = match name.as_str() {
        "NotAllowedError" | "SecurityError" => "allow the microphone for this page in the browser's settings",
        "NotFoundError" | "OverconstrainedError" => "connect a microphone",
        "NotReadableError" | "AbortError" => "close the other program that uses the microphone",
        "NotSupportedError" => "use a browser that has WebRTC, and a page of https: or localhost",
        _ => "answer the browser's question for the microphone",
    };
    Err(Trouble { advice: advice.into(), detail: Some(name).filter(|name| !name.is_empty()) })
}

fn served(Probed { url, took, outcome }: Probed) -> JsValue {
    let is_turn = is_turn(&url);
    let outcome = match outcome {
        Ok(()) => Ok(Some(url)),
        Err(words) => {
            let advice = if is_turn {
                "look at the address, the user name and the password in 'turnServers', and whether a firewall is in between"
            } else {
                "look at the address in 'stunServers', and whether UDP to it is let through"
            };
            let detail = if words.is_empty() { url } else { [&*url, ": ", &words].concat() };
            Err(Trouble { advice: advice.into(), detail: Some(detail) })
        }
    };
    result(if is_turn { "turn" } else { "stun" }, now() - took, outcome)
}

/// A real call, muted, that must bring audio.
async fn echo(phone: &Rc<Phone>, target: &str) -> Outcome {
    let verb = phone.driver.wish(|agent, now| agent.invite(now, target, InviteOptions::default()));
    let call =
        thrown("check", verb).map_err(|error| Trouble { advice: text(&error, "message"), detail: None })?;
    // Whoever echoes would be heard.
    phone.driver.session(call).set_muted(true);
    let (mut is_answered, mut looks) = (false, ANSWER / LOOK);
    while looks > 0 {
        match phone.driver.ask(|agent, _| agent.call_status(call)) {
            CallStatus::Ended => break,
            CallStatus::Connected => {
                if !is_answered {
                    (is_answered, looks) = (true, AUDIO / LOOK);
                }
                if hears(phone, call).await {
                    return Ok(None);
                }
            }
            CallStatus::Starting | CallStatus::Initiating => {}
        }
        pause(LOOK).await;
        looks -= 1;
    }
    trouble(if is_answered {
        "let UDP to the server's media addresses through, or configure a TURN server: the call brought no audio"
    } else {
        "see that 'echoTarget' can be called and answers"
    })
}

async fn hears(phone: &Rc<Phone>, call: CallId) -> bool {
    let Ok(report) = phone.driver.session(call).stats().await else { return false };
    Reading::of(&report).counters.packets_received > 0.0
}

fn trouble(advice: &str) -> Outcome {
    Err(Trouble { advice: advice.into(), detail: None })
}

fn result(name: &str, began: f64, outcome: Outcome) -> JsValue {
    let (ok, advice, detail) = match outcome {
        Ok(detail) => (true, JsValue::NULL, detail),
        Err(Trouble { advice, detail }) => (false, advice.into(), detail),
    };
    object(&[
        ("name", &name.into()),
        ("ok", &ok.into()),
        ("ms", &(now() - began).into()),
        ("advice", &advice),
        ("detail", &detail.map_or(JsValue::NULL, Into::into)),
    ])
    .into()
}

fn now() -> f64 {
    Date::now()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Reads the arguments.
///
/// # Errors
/// A `TypeError` for a config or options that are none.
pub fn read(config: &JsValue, options: &JsValue) -> Result<(Settings, Option<String>), JsValue> {
    let mut settings = Settings::read(config)?;
    // It leaves no trace: not in the page, not in what is kept for the next one, not at a collector.
    settings.scope = Scope::Object;
    settings.agent.persist = false;
    settings.rtc.warm = false;
    settings.quality_reports = Reports::Off;
    settings.media = unheard(settings.media)?;
    Ok((settings, Given::new("check", options)?.string("echoTarget")?))
}

/// Microphone and codecs are as the calls have them. What else these do is heard or seen.
fn unheard(media: MediaOptions) -> Result<MediaOptions, JsValue> {
    let element = HtmlAudioElement::new()?;
    element.set_muted(true);
    let audio = if media.audio.is_falsy() { JsValue::TRUE } else { media.audio };
    Ok(MediaOptions { audio, element: Some(element.into()), codecs: media.codecs, ..MediaOptions::default() })
}
