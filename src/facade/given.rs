//! Reads what JavaScript gives: an object of optional keys, each of its type, or a `TypeError` that names the key.

use super::error::type_error;
use crate::browser::get;
use crate::message::{BadHeader, ExtraHeader};
use js_sys::{Array, Object};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// A config or options object. `null` and `undefined`, whole or of a key, mean absent.
pub struct Given<'a> {
    /// Who asks for it, in errors.
    who: &'a str,
    object: &'a JsValue,
    asked: RefCell<Vec<&'static str>>,
}

/// A number of JavaScript that is a whole one within bounds.
pub fn whole(value: &JsValue, low: u32, high: u32) -> Option<u32> {
    let number = value.as_f64()?;
    (number.fract() == 0.0 && number >= f64::from(low) && number <= f64::from(high)).then_some(number as u32)
}

/// The headers that no application may give.
const OWNED: &str = ": Via, From, To, Call-ID, CSeq, Contact, Max-Forwards, Route, Record-Route, Authorization, \
     Proxy-Authorization and Content-* are written by the SIP stack";

impl<'a> Given<'a> {
    /// # Errors
    /// A `TypeError` for what is neither an object nor absent.
    pub fn new(who: &'a str, object: &'a JsValue) -> Result<Self, JsValue> {
        if is_absent(object) || (object.is_object() && !Array::is_array(object)) {
            Ok(Self { who, object, asked: RefCell::default() })
        } else {
            Err(type_error(&[who, ": options must be an object"]))
        }
    }

    /// Who asks.
    pub const fn who(&self) -> &'a str {
        self.who
    }

    /// The error that a key deserves.
    pub fn wrong(&self, key: &str, expected: &str) -> JsValue {
        wrong(self.who, key, expected)
    }

    /// The key's value, unless it is absent.
    pub fn value(&self, key: &'static str) -> Option<JsValue> {
        self.asked.borrow_mut().push(key);
        Some(self.object)
            .filter(|object| !is_absent(object))
            .map(|object| get(object, key))
            .filter(|value| !is_absent(value))
    }

    fn read<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, JsValue> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => read(&value).map(Some).ok_or_else(|| self.wrong(key, expected)),
        }
    }

    /// A string.
    pub fn string(&self, key: &'static str) -> Result<Option<String>, JsValue> {
        self.read(key, "a string", JsValue::as_string)
    }

    /// A boolean; false if absent.
    pub fn boolean(&self, key: &'static str) -> Result<bool, JsValue> {
        self.read(key, "a boolean", JsValue::as_bool).map(Option::unwrap_or_default)
    }

    /// A whole number within bounds.
    pub fn number(
        &self,
        key: &'static str,
        expected: &str,
        low: u32,
        high: u32,
    ) -> Result<Option<u32>, JsValue> {
        self.read(key, expected, |value| whole(value, low, high))
    }

    /// The elements of an array, or the one thing that stands for an array of it; forms give an empty string for none.
    pub fn list(&self, key: &'static str) -> Vec<JsValue> {
        match self.value(key).filter(|value| *value != "") {
            None => Vec::new(),
            Some(value) if Array::is_array(&value) => value.unchecked_into::<Array>().to_vec(),
            Some(value) => vec![value],
        }
    }

    /// `extraHeaders`: strings of the form `Name: value`.
    pub fn extra_headers(&self) -> Result<Vec<ExtraHeader>, JsValue> {
        const KEY: &str = "extraHeaders";
        const FORM: &str = "an array of strings such as \"X-Name: value\"";
        let Some(value) = self.value(KEY) else { return Ok(Vec::new()) };
        if !Array::is_array(&value) {
            return Err(self.wrong(KEY, FORM));
        }
        let read = |item: JsValue| {
            let text = item.as_string().ok_or_else(|| self.wrong(KEY, FORM))?;
            ExtraHeader::read(&text).map_err(|bad| {
                let name = text.split(':').next().unwrap_or_default();
                match bad {
                    BadHeader::Owned => {
                        let had = ["must not have '", name.trim(), "'"].concat();
                        type_error(&[self.who, ": '", KEY, "' ", &had, OWNED])
                    }
                    _ => self.wrong(KEY, FORM),
                }
            })
        };
        value.unchecked_into::<Array>().iter().map(read).collect()
    }

    /// The keys that were asked for: those that mean something.
    pub fn asked(&self) -> Vec<&'static str> {
        self.asked.borrow().clone()
    }

    /// The keys that are there.
    pub fn keys(&self) -> Vec<String> {
        match self.object.dyn_ref::<Object>() {
            Some(object) => Object::keys(object).iter().filter_map(|key| key.as_string()).collect(),
            None => Vec::new(),
        }
    }
}

/// `null` or `undefined`.
pub fn is_absent(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

/// An argument that is a string.
pub fn string(method: &str, name: &str, value: &JsValue) -> Result<String, JsValue> {
    value.as_string().ok_or_else(|| wrong(method, name, "a string"))
}

/// An argument that may be a string.
pub fn optional_string(method: &str, name: &str, value: &JsValue) -> Result<Option<String>, JsValue> {
    if is_absent(value) { Ok(None) } else { string(method, name, value).map(Some) }
}

/// The error that an argument deserves, or a key.
pub fn wrong(method: &str, name: &str, expected: &str) -> JsValue {
    type_error(&[method, ": '", name, "' must be ", expected])
}
