/** Short news of what has happened: shown for a moment, and read out by screen readers. */
import { signal } from "@preact/signals";

export const news = signal({ text: "", at: 0 });
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  news.value = { text, at: Date.now() };
  clearTimeout(timer);
  timer = setTimeout(() => {
    news.value = { text: "", at: Date.now() };
  }, 6000);
}
