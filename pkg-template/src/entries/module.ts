/** Workers compile wasm only from a module that was uploaded with them. */

import { choose } from "../wasm/engine.js";
import module from "./seller_tickets_bg.wasm";

choose(module);
