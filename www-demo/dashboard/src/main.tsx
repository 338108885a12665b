import { render } from "preact";
import { App } from "./shell/app";
import { loadFirst } from "./state/first";
import { openKept } from "./state/kept";
import { session } from "./state/session";
import { begin } from "./state/start";
import { useLanguage } from "./words";

openKept();
const root = document.getElementById("app");
// English comes with the page, whatever becomes of the other words.
const [found] = await Promise.all([loadFirst(), useLanguage().catch(() => useLanguage("en"))]);
if (found === null) session.value = null;
else await begin(found);
if (root !== null) render(<App />, root);
