//! How a device or a call is listened to.

/// The methods of an EventTarget, and `on`, `once` and `off`, for an exported class that has `itself()`, its JavaScript
/// object, and `listened(type)`, which is told of every new listener.
///
/// A class that is not told has them from here, with the field that keeps its object.
macro_rules! listeners {
    ($class:ident, $record:ident) => {
        impl $class {
            pub(super) fn itself(&self) -> JsValue {
                self.$record.itself.object()
            }

            #[allow(clippy::unused_self)] // no listener costs anything
            const fn listened(&self, _: &JsValue) {}
        }

        listeners!($class);
    };
    ($class:ident) => {
        #[wasm_bindgen]
        impl $class {
            /// As on any EventTarget.
            #[wasm_bindgen(js_name = addEventListener, skip_typescript)]
            pub fn add_event_listener(
                &self,
                kind: &JsValue,
                listener: &JsValue,
                options: &JsValue,
            ) -> Result<(), JsValue> {
                self.listened(kind);
                emitter(&self.itself()).add(kind, listener, options)
            }

            /// As on any EventTarget.
            #[wasm_bindgen(js_name = removeEventListener, skip_typescript)]
            pub fn remove_event_listener(
                &self,
                kind: &JsValue,
                listener: &JsValue,
                options: &JsValue,
            ) -> Result<(), JsValue> {
                emitter(&self.itself()).remove(kind, listener, options)
            }

            /// As on any EventTarget.
            #[wasm_bindgen(js_name = dispatchEvent, skip_typescript)]
            pub fn dispatch_event(&self, event: &JsValue) -> Result<bool, JsValue> {
                emitter(&self.itself()).dispatch(event)
            }

            /// Calls `listener` with the arguments of every event of this type, in order.
            #[wasm_bindgen(skip_typescript)]
            pub fn on(&self, kind: &JsValue, listener: &JsValue) -> Result<JsValue, JsValue> {
                self.listened(kind);
                let itself = self.itself();
                emitter(&itself).on(kind, listener, false)?;
                Ok(itself)
            }

            /// As `on`, for the next event only.
            #[wasm_bindgen(skip_typescript)]
            pub fn once(&self, kind: &JsValue, listener: &JsValue) -> Result<JsValue, JsValue> {
                self.listened(kind);
                let itself = self.itself();
                emitter(&itself).on(kind, listener, true)?;
                Ok(itself)
            }

            /// Takes back what `on` or `once` did; without a listener, for all of this type.
            #[wasm_bindgen(skip_typescript)]
            pub fn off(&self, kind: &JsValue, listener: &JsValue) -> Result<JsValue, JsValue> {
                let itself = self.itself();
                emitter(&itself).off(kind, listener)?;
                Ok(itself)
            }
        }
    };
}

pub(super) use listeners;
