/** The fault lab, in full: more than 20,000 faulted writes. */
import { bar } from "./bar.mjs";

bar({
  name: "all writes, all faults, many seeds",
  modes: { plain: 8, once: 7, twins: 2 },
  least: 20_000,
  timeout: 3_000_000,
});
