// What the examples in the documentation take for granted: a device and a call, and functions of the reader's own.
import type { SipIdentity, TelnyxCall, TelnyxDevice as Device, TelnyxDeviceConfig } from "telnyx-device";

declare global {
  const TelnyxDevice: typeof Device;
  const config: TelnyxDeviceConfig;
  const device: Device;
  const call: TelnyxCall;

  /** What is on the reader's page. */
  const link: HTMLAnchorElement;

  /** What the reader does with it. */
  function show(what: TelnyxCall | SipIdentity): void;
  function say(text: string): void;
  function missed(call: TelnyxCall): void;
}
