/** Short news for the person, shown for a moment and read aloud. */
import { signal } from "@preact/signals";

export const news = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a sentence for some seconds. */
export function say(text: string): void {
  clearTimeout(timer);
  news.value = text;
  timer = setTimeout(() => {
    news.value = "";
  }, 6000);
}
