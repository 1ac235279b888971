// Calls through the embedded server.
import { callsThrough } from "./lib/scenarios.mjs";

callsThrough();
