// What every entry exports. On a server this is all of it: importing loads nothing, and constructing says so.
export { TelnyxDevice } from "../pkg/telnyx_device.js";
export { TelnyxError, causes, version } from "../pkg/constants.js";
