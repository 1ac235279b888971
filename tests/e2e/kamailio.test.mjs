// The same calls through a real Kamailio.
import { startKamailio } from "./lib/kamailio.mjs";
import { callsThrough } from "./lib/scenarios.mjs";

callsThrough(startKamailio);
