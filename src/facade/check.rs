//! `TelnyxDevice.check`: whether a call would work from here, tried for real, and what to do where it would not.
//!
//! It has a device of its own, which nobody sees, with its own Contact: another device of the page keeps its binding.

use super::config::Settings;
use super::given::Given;
use super::phone::{Phone, thrown};
use crate::agent::{CallId, CallStatus, InviteOptions, UserAgent};
use crate::browser::{Gathered, Reading, gather, get, ice_servers, object, pause, try_microphone, within};
use js_sys::{Array, Date, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

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
    future_to_promise(async move {
        // First, as browsers tell more of their addresses once the microphone is allowed.
        let microphone = result("microphone", now(), microphone().await);
        let servers =
            ice_servers(&settings.rtc).into_iter().map(|(url, server)| future_to_promise(ice(url, server)));
        let servers = Promise::all(&servers.collect::<Array>());
        let results = Array::of1(&microphone);
        let phone = Phone::new(settings);
        signal(&phone, &results, echo_target).await;
        let stopped = JsFuture::from(phone.stop()).await;
        phone.shut_down();
        drop(stopped); // it resolves in bounded time, and there is nothing to say of it
        let servers: Array = JsFuture::from(servers).await?.unchecked_into();
        let results = results.concat(&servers);
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
    let Err(error) = try_microphone(MICROPHONE).await else { return Ok(None) };
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

async fn ice(url: String, server: JsValue) -> Result<JsValue, JsValue> {
    let began = now();
    let is_turn = url.starts_with("turn");
    let kind = if is_turn { "relay" } else { "srflx" };
    let outcome = match gather(&server, kind, ICE).await {
        Gathered::Candidate => Ok(Some(url)),
        Gathered::Nothing if !is_turn => Ok(Some(url)),
        gathered => {
            let words = if let Gathered::Failed(words) = gathered { words } else { String::new() };
            let advice = if is_turn {
                "look at the address, the user name and the password in 'turnServers', and whether a firewall is in between"
            } else {
                "look at the address in 'stunServers', and whether UDP to it is let through"
            };
            let detail = if words.is_empty() { url } else { [&*url, ": ", &words].concat() };
            Err(Trouble { advice: advice.into(), detail: Some(detail) })
        }
    };
    Ok(result(if is_turn { "turn" } else { "stun" }, began, outcome))
}

/// A real call, muted, that must bring audio.
async fn echo(phone: &Rc<Phone>, target: &str) -> Outcome {
    let verb = phone.driver.wish(|agent, now| agent.invite(now, target, InviteOptions::default()));
    let call =
        thrown("check", verb).map_err(|error| Trouble { advice: text(&error, "message"), detail: None })?;
    // Whoever echoes would be heard.
    phone.driver.session(call).set_muted(true);
    until(ANSWER, async || matches!(stands(phone, call), CallStatus::Connected | CallStatus::Ended)).await;
    if stands(phone, call) != CallStatus::Connected {
        return trouble("see that 'echoTarget' can be called and answers");
    }
    if until(AUDIO, async || hears(phone, call).await).await {
        return Ok(None);
    }
    trouble(
        "let UDP to the server's media addresses through, or configure a TURN server: the call brought no audio",
    )
}

fn stands(phone: &Phone, call: CallId) -> CallStatus {
    phone.driver.ask(|agent, _| agent.call_status(call))
}

async fn hears(phone: &Phone, call: CallId) -> bool {
    let Some(connection) = phone.driver.connection(call) else { return false };
    let Ok(report) = JsFuture::from(connection.get_stats()).await else { return false };
    Reading::of(&report).counters.packets_received.is_some_and(|packets| packets > 0.0)
}

async fn until(milliseconds: u32, condition: impl AsyncFn() -> bool) -> bool {
    for _ in 0..milliseconds / LOOK {
        if condition().await {
            return true;
        }
        pause(LOOK).await;
    }
    false
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
    // Another device of this page may have the instance id, and must not lose its binding.
    settings.agent.instance = None;
    settings.rtc.warm = false;
    Ok((settings, Given::new("check", options)?.string("echoTarget")?))
}
