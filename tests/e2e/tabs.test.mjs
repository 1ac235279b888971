// Several tabs of one browser through the embedded server.
import { tabsThrough } from "./lib/tabs.mjs";

tabsThrough();
