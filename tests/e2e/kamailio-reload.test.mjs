// The same through a real Kamailio.
import { startKamailio } from "./lib/kamailio.mjs";
import { reloadsThrough } from "./lib/reloads.mjs";

reloadsThrough(startKamailio);
