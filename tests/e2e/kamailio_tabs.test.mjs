// The same tabs through a real Kamailio.
import { startKamailio } from "./lib/kamailio.mjs";
import { tabsThrough } from "./lib/tabs.mjs";

tabsThrough(startKamailio);
