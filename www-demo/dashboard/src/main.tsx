import { render } from "preact";
import { App } from "./app";
import { guardSending } from "./draft";
import { loadSession } from "./session";

const root = document.getElementById("app");
if (root) render(<App />, root);
guardSending();
void loadSession();
