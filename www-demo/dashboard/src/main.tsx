import { render } from "preact";
import { App } from "./shell/app";
import { loadSession, session } from "./state/session";
import { begin } from "./state/start";
import { useLanguage } from "./words";

const root = document.getElementById("app");
const [found] = await Promise.all([loadSession(), useLanguage()]);
if (found === null) session.value = null;
else await begin(found);
if (root !== null) render(<App />, root);
