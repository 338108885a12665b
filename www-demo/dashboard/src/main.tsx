import { render } from "preact";
import { App } from "./shell/app";
import { begin as beginList } from "./state/list";
import { loadSession, mayBeSignedIn, session } from "./state/session";
import { begin } from "./state/start";
import { useLanguage } from "./words";

// Whoever was signed in most likely still is: the list is asked for without waiting for that.
if (mayBeSignedIn()) beginList();
const root = document.getElementById("app");
const [found] = await Promise.all([loadSession(), useLanguage()]);
if (found === null) session.value = null;
else await begin(found);
if (root !== null) render(<App />, root);
