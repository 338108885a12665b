/** The time, as the page shows it. */
import { signal } from "@preact/signals";

/** Now, every fifteen seconds: times are shown in minutes. */
export const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 15_000);

/** Now, every second, for countdowns; it stands still while no one counts. */
export const second = signal(Date.now());
let counting = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Lets `second` run until the returned function is called. */
export function countSeconds(): () => void {
  counting += 1;
  second.value = Date.now();
  timer ??= setInterval(() => {
    second.value = Date.now();
  }, 1000);
  return () => {
    counting -= 1;
    if (counting > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
