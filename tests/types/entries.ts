// Every entry of the package has the same names, with the same types.
import { TelnyxDevice, TelnyxError, causes, version } from "telnyx-device";
import type { Causes, TelnyxDeviceConfig } from "telnyx-device";
import * as inline from "telnyx-device/inline";
import * as manual from "telnyx-device/manual";

const config: TelnyxDeviceConfig = { host: "example.com", port: 5061 };
const device: TelnyxDevice = new TelnyxDevice(config);
const other: TelnyxDevice = new inline.TelnyxDevice(config);
const known: Causes = causes;
const busy: "Busy" = manual.causes.BUSY;
const text: string = version;

class MyPhone extends TelnyxDevice {}
const mine: inline.TelnyxDevice = new MyPhone(config);

device.register().catch((error: unknown) => {
  if (!(error instanceof TelnyxError)) return;
  const failure: TelnyxError = error;
  const code: string = failure.code;
  console.log(code);
});

const done: Promise<void> = manual.init(new URL("https://example.com/telnyx_device_bg.wasm"));
manual.init(new Uint8Array());
manual.init();
// @ts-expect-error: a number is no source
manual.init(7);
// @ts-expect-error: only the manual entry has it
inline.init;

console.log(other, known, busy, text, mine, done);
