import { useState, useSyncExternalStore } from "react";
import type { TelnyxDeviceConfig } from "telnyx-device";
import { AT_REST, Phone } from "./phone";

/**
 * A phone that is registered for as long as the component is mounted: its state, and the phone with its verbs. The config
 * of the first render counts; where it may change, the component takes it as its `key`, too.
 */
export function useTelnyxDevice(config: TelnyxDeviceConfig) {
  const [phone] = useState(() => new Phone(config));
  const state = useSyncExternalStore(phone.subscribe, phone.state, () => AT_REST);
  return { ...state, phone };
}
