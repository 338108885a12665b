/** What the caller hears of a body that is sent, once for each attempt. */

import type { Payload } from "../files/body.js";
import { notify } from "../ground/hooks.js";
import type { CallOptions } from "../ground/options.js";
import type { Progress } from "../ground/types.js";

/** Without a file, smaller bodies are gone before anyone sees how far they are. */
const WORTH_BYTES = 64 * 1024;

/** One attempt to send the body. */
export interface Course {
  /** Whether it is worth a request that tells how far it is. */
  readonly isWorth: boolean;
  /** The body is handed to the host. */
  begin(): void;
  /** So many bytes were sent, as far as the host knows, of as many as it counts. */
  sent(loaded: number, of: number): void;
  /** The host took so many bytes of a stream. */
  taken(loaded: number, file: string | undefined): void;
  /** The attempt is over: what its host still says is not heard. */
  end(): void;
}

/** Begins the course of another attempt. */
export type NextCourse = () => Course;

/** Returns the courses of a body, if the caller wants to hear of them. */
export function coursesOf(
  onProgress: CallOptions["onProgress"] | null,
  { length: total, streamed }: Payload,
  hasFiles: boolean,
): NextCourse | undefined {
  if (onProgress === undefined || onProgress === null) return undefined;
  let attempts = 0;
  return () => {
    attempts += 1;
    const attempt = attempts;
    let isOver = false;
    let most = 0;
    // A host that knows what was sent makes it needless to say what was taken.
    let knows = false;

    const tell = (progress: Progress) => notify(onProgress, () => progress);
    /** Whether this is news. */
    const isMore = (loaded: number) => {
      if (isOver || loaded <= most) return false;
      most = loaded;
      return true;
    };
    return {
      isWorth: hasFiles || total >= WORTH_BYTES,
      begin: () =>
        tell(streamed ? { phase: "taken", loaded: 0, total, attempt } : { phase: "sending", total, attempt }),
      sent: (loaded, of) => {
        // A function of the caller's gives the figures.
        if (!Number.isFinite(loaded) || !Number.isFinite(of) || of <= 0) return;
        // It may count what it made of the body.
        const bytes = Math.floor(of === total ? loaded : (loaded / of) * total);
        if (!knows) most = 0;
        knows = true;
        if (isMore(Math.min(bytes, total))) tell({ phase: "sending", loaded: most, total, attempt });
      },
      taken: (loaded, file) => {
        if (!knows && isMore(loaded)) tell({ phase: "taken", loaded, total, attempt, file });
      },
      end: () => {
        isOver = true;
      },
    };
  };
}
