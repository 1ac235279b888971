//! How a call is heard: a sample every second while it is connected, warnings, the summary, and the report of it.

use super::call::TelnyxCall;
use super::error::misuse;
use super::given::optional_string;
use super::glue::ignorable;
use super::phone::Phone;
use crate::agent::{CallId, Ticket, Verb};
use crate::browser::{Flow, Reading, get, media_address, object, promise_of, set, spawn, stat};
use crate::error::ApiMisuse;
use crate::message::vq_report::VqReport;
use crate::message::{HeaderValue, NameAddr, name_addr};
use crate::quality::{Change, Codec, Sampler, Summary, Warnings};
use gloo_timers::callback::Interval;
use js_sys::{Date, Object, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::RtcPeerConnection;

/// Milliseconds between two samples.
const PERIOD: u32 = 1000;

/// To whom reports go at the end of a call, by the config key `qualityReports`: nobody, ourselves, or a collector.
pub enum Reports {
    /// No reports.
    Off,
    /// To our own address of record; the server knows what to do with them.
    Own,
    /// To this URI.
    To(String),
}

/// The quality of one call, for as long as the application keeps it.
pub struct Quality {
    call: CallId,
    is_incoming: bool,
    /// While the call is connected.
    timer: RefCell<Option<Interval>>,
    /// Whether the browser is counting.
    is_pending: Cell<bool>,
    /// What the call is called in its dialog.
    names: RefCell<Option<Names>>,
    course: RefCell<Course>,
}

/// As in the requests of a call.
struct Names {
    call_id: String,
    local: HeaderValue,
    remote: HeaderValue,
}

/// What has been measured.
#[derive(Default)]
struct Course {
    sampler: Sampler,
    warnings: Warnings,
    summary: Summary,
    reading: Reading,
    /// What JavaScript has of the last sample.
    last: JsValue,
}

impl Quality {
    /// Of a call that has not been answered yet.
    pub fn new(call: CallId, is_incoming: bool) -> Rc<Self> {
        Rc::new(Self {
            call,
            is_incoming,
            timer: RefCell::default(),
            is_pending: Cell::default(),
            names: RefCell::default(),
            course: RefCell::default(),
        })
    }

    /// The call is connected, or is so again on a new page, from which on it is measured.
    pub fn begin(self: &Rc<Self>, phone: &Rc<Phone>) {
        *self.names.borrow_mut() = phone.driver.ask(|agent, _| {
            let dialog = agent.call_dialog(self.call)?;
            let (local, remote) = dialog.parties();
            Some(Names { call_id: dialog.call_id().into(), local: local.clone(), remote: remote.clone() })
        });
        let (quality, of) = (Rc::downgrade(self), Rc::downgrade(phone));
        *self.timer.borrow_mut() = Some(Interval::new(PERIOD, move || {
            if let (Some(quality), Some(phone)) = (quality.upgrade(), of.upgrade()) {
                quality.look(&phone);
            }
        }));
        self.look(phone);
    }

    /// The call is over.
    pub fn end(&self, phone: &Phone) {
        let was_connected = self.timer.take().is_some();
        // Nobody connects again for it.
        if was_connected && phone.driver.ask(|agent, _| agent.is_up() || agent.is_connected()) {
            // There is nothing to report where the call was too short for a sample; nobody waits for the answer.
            match &phone.quality_reports {
                Reports::Off => {}
                Reports::Own => drop(self.publish(phone, None)),
                Reports::To(collector) => drop(self.publish(phone, Some(collector))),
            }
        }
    }

    fn look(self: &Rc<Self>, phone: &Rc<Phone>) {
        let media = phone.driver.media(self.call);
        let Some((media, connection)) =
            media.and_then(|it| it.connection().map(|connection| (it, connection)))
        else {
            self.timer.take(); // the device was freed
            return;
        };
        if self.is_pending.replace(true) {
            return;
        }
        let (quality, phone) = (Rc::clone(self), Rc::clone(phone));
        spawn(async move {
            let report = media.stats().await;
            quality.is_pending.set(false);
            if let (Ok(report), true) = (report, quality.timer.borrow().is_some()) {
                quality.take(&phone, &connection, &report);
            }
        });
    }

    fn take(&self, phone: &Phone, connection: &RtcPeerConnection, report: &JsValue) {
        let measured = self.course.borrow_mut().measure(&Flow::of(connection), Reading::of(report));
        let Some((sample, changes)) = measured else { return };
        phone.tell_call(self.call, "quality", &[("sample", &sample)]);
        for change in changes {
            let warning = object(&[
                ("name", &change.warning.name().into()),
                ("value", &change.value.into()),
                ("threshold", &change.threshold.into()),
            ]);
            let name = if change.raised { "warning" } else { "warningCleared" };
            phone.tell_call(self.call, name, &[("warning", &warning)]);
        }
    }

    /// Sends the report of what has been measured.
    fn publish(&self, phone: &Phone, collector: Option<&str>) -> Verb<Ticket> {
        let report = self.report().ok_or(ApiMisuse::InvalidState)?;
        phone.driver.wish(|agent, now| agent.report_quality(now, collector, &report))
    }

    fn report(&self) -> Option<String> {
        let (names, course) = (self.names.borrow(), self.course.borrow());
        let names = names.as_ref().filter(|_| course.summary.samples > 0)?;
        let (local, remote) = (NameAddr::read(names.local.as_str())?, NameAddr::read(names.remote.as_str())?);
        let (from, to) = if self.is_incoming { (remote, local) } else { (local, remote) };
        let reading = &course.reading;
        Some(
            VqReport {
                call_id: &names.call_id,
                local: &plain(local),
                remote: &plain(remote),
                outgoing: !self.is_incoming,
                tags: from.tag().zip(to.tag()),
                local_address: &media_address(&reading.local, &reading.sent),
                remote_address: &media_address(&reading.remote, &reading.received),
                groups: (local.uri().host(), remote.uri().host()),
                times: (&iso(course.summary.start), &iso(course.summary.stop)),
                payload_type: stat(&reading.codec, "payloadType"),
                codec: &reading.codec_name(),
                clock_rate: stat(&reading.codec, "clockRate"),
                summary: &course.summary,
            }
            .write(),
        )
    }
}

impl Course {
    /// One more reading. `None` for the first.
    fn measure(&mut self, flow: &Flow, reading: Reading) -> Option<(JsValue, Vec<Change>)> {
        let mut counters = reading.counters;
        if flow.silenced {
            // Some browsers go on telling the last level, and Firefox tells none.
            (counters.energy_sent, counters.level_sent) = (f64::NAN, 0.0);
        }
        let codec = Codec::named(&reading.codec_name());
        self.reading = reading;
        let sample = self.sampler.sample(counters, codec, flow.wanted)?;
        self.summary.add(&sample, counters);
        let changes = self.warnings.judge(&sample, flow.connected);
        self.last = self.shown(&[
            ("time", sample.time),
            ("mos", sample.mos),
            ("mosListening", sample.mos_listening),
            ("roundTrip", sample.round_trip),
            ("jitter", sample.jitter),
            ("bufferDelay", sample.buffer_delay),
            ("loss", sample.loss),
            ("discarded", sample.discarded),
            ("lossSent", sample.loss_sent),
            ("concealed", sample.concealed),
            ("bitrateReceived", sample.bitrate_received),
            ("bitrateSent", sample.bitrate_sent),
            ("levelReceived", sample.level_received),
            ("levelSent", sample.level_sent),
        ]);
        Some((self.last.clone(), changes))
    }

    fn summed_up(&self) -> JsValue {
        let summary = &self.summary;
        if summary.samples == 0 {
            return JsValue::NULL;
        }
        let shown = self.shown(&[
            ("start", summary.start),
            ("stop", summary.stop),
            ("samples", summary.samples.into()),
            ("loss", summary.loss()),
            ("discarded", summary.discarded()),
            ("lossSent", summary.loss_sent()),
            ("packetsReceived", summary.totals.packets_received),
            ("packetsLost", summary.totals.packets_lost),
            ("packetsSent", summary.totals.packets_sent),
        ]);
        for (name, range) in [
            ("mos", &summary.mos),
            ("mosListening", &summary.mos_listening),
            ("roundTrip", &summary.round_trip),
            ("jitter", &summary.jitter),
            ("bufferDelay", &summary.buffer_delay),
            ("bitrateReceived", &summary.bitrate_received),
            ("bitrateSent", &summary.bitrate_sent),
        ] {
            let average = range.average();
            let figures = [("min", range.min), ("average", average), ("max", range.max)];
            set(&shown, name, &if average.is_nan() { JsValue::NULL } else { figures_of(&figures).into() });
        }
        shown
    }

    /// These figures, with the codec and the candidates.
    fn shown(&self, figures: &[(&str, f64)]) -> JsValue {
        let Reading { local, remote, .. } = &self.reading;
        let shown = figures_of(figures);
        let codec = self.reading.codec_name();
        set(&shown, "codec", &if codec.is_empty() { JsValue::NULL } else { codec.into() });
        let pair = if local.is_object() {
            let (near, far) = (get(local, "candidateType"), get(remote, "candidateType"));
            object(&[
                ("local", &near),
                ("remote", &far),
                ("protocol", &get(local, "protocol")),
                ("relayProtocol", &or_null(get(local, "relayProtocol"))),
                ("relayed", &(near == "relay" || far == "relay").into()),
            ])
            .into()
        } else {
            JsValue::NULL
        };
        set(&shown, "candidatePair", &pair);
        shown.into()
    }
}

fn or_null(value: JsValue) -> JsValue {
    if value.is_undefined() { JsValue::NULL } else { value }
}

/// An object of these figures; what is not known is null.
fn figures_of(figures: &[(&str, f64)]) -> Object {
    let shown = Object::new();
    for (name, figure) in figures {
        set(&shown, name, &if figure.is_nan() { JsValue::NULL } else { (*figure).into() });
    }
    shown
}

/// Without the tag of the dialog.
fn plain(address: NameAddr<'_>) -> String {
    name_addr(address.display_name().as_deref(), address.uri(), None).as_str().into()
}

fn iso(time: f64) -> String {
    Date::new(&time.into()).to_iso_string().into()
}

#[wasm_bindgen]
impl TelnyxCall {
    /// What the browser counts, as it is. Rejects where the call has no media yet, or no more.
    #[wasm_bindgen(js_name = getStats, unchecked_return_type = "Promise<RTCStatsReport>")]
    pub fn get_stats(&self) -> Promise {
        let media = self.phone.driver.media(self.record.id);
        ignorable(&promise_of(async move {
            let stats = match media {
                Some(media) => media.stats().await,
                None => Err(JsValue::UNDEFINED),
            };
            let refused = |error: JsValue| {
                if error.is_undefined() { misuse("getStats", ApiMisuse::InvalidState) } else { error }
            };
            stats.map_err(refused)
        }))
    }

    /// The last quality sample; null before the first, which comes about a second after the answer.
    #[wasm_bindgen(unchecked_return_type = "QualitySample | null")]
    pub fn quality(&self) -> JsValue {
        or_null(self.record.quality.course.borrow().last.clone())
    }

    /// The call so far, or after its end the whole of it; null before the first sample.
    #[wasm_bindgen(unchecked_return_type = "QualitySummary | null")]
    pub fn summary(&self) -> JsValue {
        self.record.quality.course.borrow().summed_up()
    }

    /// Sends the summary to a collector, or to our own address of record, as RFC 6035 has it. Rejects where there is no
    /// sample yet.
    #[wasm_bindgen(js_name = publishQuality, unchecked_return_type = "Promise<void>")]
    pub fn publish_quality(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "string | null")] collector: &JsValue,
    ) -> Result<Promise, JsValue> {
        const WHO: &str = "publishQuality";
        let collector = optional_string(WHO, "collector", collector)?;
        self.phone.promised(WHO, self.record.quality.publish(&self.phone, collector.as_deref()))
    }
}
