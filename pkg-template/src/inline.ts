import "seller-tickets-wasm/packed";
import { provide } from "./engine.js";
import { packed } from "./packed.js";

provide(packed);
