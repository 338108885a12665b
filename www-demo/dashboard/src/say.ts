/** Short news of what has happened: shown for a moment, and read out by screen readers. */
import { signal } from "@preact/signals";

export const news = signal("");
/** What only a screen reader needs to be told, because the eyes see it anyway. */
export const whisper = signal("");

let timer: ReturnType<typeof setTimeout> | undefined;

export function say(text: string): void {
  news.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    news.value = "";
  }, 6000);
}
