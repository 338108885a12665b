/**
 * Virtual time: a timer fires as soon as nothing else is left to do, and the clock is then at its
 * time. So hours of waits, leases and cron triggers pass in seconds, the same way each time.
 */
import { setImmediate as turn } from "node:timers/promises";

/** The turns of the event loop in which nothing may happen before the next timer fires. */
const QUIET = 4;

export class VirtualTime {
  now;
  #timers = [];
  #made = 0;
  /** The work that no timer of ours ends: of a database in another process, or of another thread. */
  #outside = 0;
  /** Is called when such work is done. */
  #back = () => {};

  constructor(now) {
    this.now = now;
  }

  /** Replaces the host's timers and clock. Returns a function that brings them back. */
  install() {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
    const clock = Date.now;
    globalThis.setTimeout = (work, ms = 0, ...args) => this.#add(() => work(...args), ms);
    globalThis.clearTimeout = (timer) => this.#remove(timer);
    globalThis.setInterval = (work, ms = 0, ...args) => {
      const timer = this.#add(() => {
        Object.assign(timer, this.#add(timer.work, ms, timer));
        work(...args);
      }, ms);
      return timer;
    };
    globalThis.clearInterval = globalThis.clearTimeout;
    Date.now = () => this.now;
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
      Date.now = clock;
    };
  }

  /** The class `Date` at this clock. */
  get Date() {
    const time = this;
    return class extends Date {
      constructor(...args) {
        super(...(args.length === 0 ? [time.now] : args));
      }
      static now() {
        return time.now;
      }
    };
  }

  #add(work, ms, known) {
    this.#made += 1;
    const timer = known ?? { unref: () => timer, ref: () => timer, hasRef: () => true };
    Object.assign(timer, { at: this.now + Math.max(Number(ms) || 0, 0), made: this.#made, work });
    const isLater = (other) => other.at > timer.at;
    let low = 0;
    for (let high = this.#timers.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (isLater(this.#timers[middle])) high = middle;
      else low = middle + 1;
    }
    this.#timers.splice(low, 0, timer);
    return timer;
  }

  #remove(timer) {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  wait(ms) {
    return new Promise((resolve) => this.#add(resolve, ms));
  }

  /** Waits for work that happens elsewhere, during which no time passes here. */
  async outside(work) {
    this.#outside += 1;
    try {
      return await work;
    } finally {
      this.#outside -= 1;
      this.#back();
    }
  }

  /** The same functions, of something in another process. */
  beyond(of) {
    const outside = ([name, work]) => [name, (...args) => this.outside(work(...args))];
    return Object.fromEntries(Object.entries(of).map(outside));
  }

  /** Lets time pass until the work is done, and returns its result. */
  async run(work) {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    for (let quiet = 0; !isDone; ) {
      await turn();
      if (this.#outside > 0) {
        await new Promise((resolve) => {
          this.#back = resolve;
        });
        quiet = 0;
      } else quiet += 1;
      if (isDone || quiet < QUIET) continue;
      quiet = 0;
      const timer = this.#timers.shift();
      if (timer === undefined) throw new Error("nothing is left to do, and the work is not done");
      this.now = Math.max(this.now, timer.at);
      timer.work();
    }
    return work;
  }

  /** Lets so much time pass. */
  pass(ms) {
    return this.run(this.wait(ms));
  }

  /** Drops all timers: what waits for them never goes on. */
  clear() {
    this.#timers = [];
  }

  /** Moves the clock as if this machine had slept: what was due meanwhile fires late. */
  sleep(ms) {
    this.now += ms;
  }
}
