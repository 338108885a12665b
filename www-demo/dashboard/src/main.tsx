import { render } from "preact";
import { loadSession } from "./api";
import { App } from "./app";
import { watchInbox } from "./inbox";
import { guardSending, watchTicket } from "./ticket";

const root = document.getElementById("app");
if (root) render(<App />, root);
watchInbox();
watchTicket();
guardSending();
void loadSession();
