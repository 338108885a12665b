import "seller-tickets-wasm/packed";
import { provide } from "../wasm/engine.js";
import { packed } from "../wasm/packed.js";

provide(packed);
