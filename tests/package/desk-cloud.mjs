/**
 * Cloudflare in virtual time: a cron trigger, a queue that gives messages late, twice and in any
 * order, a dead-letter queue, Durable Objects with alarms, and a Worker that can be killed between
 * any two waits.
 */

const KILLED = "the Worker was killed";
/** How long a message stays away that a killed consumer had. */
const LOST_MS = 30_000;
const MINUTE = 60_000;

/**
 * Starts it. `make(life)` returns a `deskWorker`; whatever the Worker asks of the world goes through
 * `life.step`, and it may be killed there. `onStep` is told of each such wait.
 */
export function startCloud({ time, random, make, chaos = {}, onStep = () => {} }) {
  const {
    doubles = 0,
    shuffles = false,
    consumers = 4,
    maxRetries = 3,
    batchSize = 10,
    batchMs = 1_000,
    latencyMs = () => 0,
  } = chaos;
  const storages = new Map();
  const counts = { messages: 0, operations: 0, batches: 0, objects: 0, alarms: 0, dead: 0, kills: 0 };
  let isStopped = false;
  let life;
  let objects;
  let worker;
  let env;

  function start() {
    let die;
    const died = new Promise((_, reject) => {
      die = () => reject(new Error(KILLED));
    });
    died.catch(() => {});
    const own = { isDead: false, steps: 0, killAt: Number.POSITIVE_INFINITY, isAfter: false, died, die };
    /** One wait of the Worker, at whose beginning or end it may be killed. */
    own.step = async (work) => {
      if (own.isDead) throw new Error(KILLED);
      own.steps += 1;
      onStep();
      const isFatal = own.steps === own.killAt;
      if (isFatal && !own.isAfter) kill();
      if (own.isDead) throw new Error(KILLED);
      const result = await work();
      if (isFatal) kill();
      if (own.isDead) throw new Error(KILLED);
      return result;
    };
    life = own;
    objects = new Map();
    env = {
      DESK_QUEUE: { sendBatch },
      DESK_OBJECTS: { idFromName: (name) => name, get: (name) => ({ fetch: (url, init) => ask(name, url, init) }) },
    };
    worker = make(own, env);
  }

  function kill() {
    if (life.isDead) return;
    counts.kills += 1;
    life.isDead = true;
    life.die();
    start();
  }

  // --- objects ---

  function storageOf(name) {
    const known = storages.get(name);
    if (known !== undefined) return known;
    const made = { values: new Map(), alarm: null, timer: undefined };
    storages.set(name, made);
    return made;
  }

  function objectOf(name) {
    const known = objects.get(name);
    if (known !== undefined) return known;
    const kept = storageOf(name);
    const own = life;
    const alive = (work) => {
      if (own.isDead) return new Promise(() => {});
      return Promise.resolve(work());
    };
    const storage = {
      get: (key) => alive(() => structuredClone(kept.values.get(key))),
      put: (key, value) => alive(() => void kept.values.set(key, structuredClone(value))),
      delete: (key) => alive(() => kept.values.delete(key)),
      list: ({ prefix }) => alive(() => new Map([...kept.values].filter(([key]) => key.startsWith(prefix)))),
      getAlarm: () => alive(() => kept.alarm),
      setAlarm: (at) => alive(() => setAlarm(name, at)),
    };
    const made = new worker.DeskObject({ storage, acceptWebSocket: () => {}, getWebSockets: () => [] }, env);
    objects.set(name, made);
    return made;
  }

  function setAlarm(name, at) {
    if (isStopped) return;
    const kept = storageOf(name);
    clearTimeout(kept.timer);
    kept.alarm = at;
    kept.timer = setTimeout(() => ring(name), Math.max(at - time.now, 0));
  }

  async function ring(name) {
    const kept = storageOf(name);
    kept.alarm = null;
    counts.alarms += 1;
    const own = life;
    try {
      await Promise.race([objectOf(name).alarm(), own.died]);
    } catch {
      // An alarm rings until it succeeds.
      if (kept.alarm === null) setAlarm(name, time.now + 2_000);
    }
  }

  async function ask(name, url, init) {
    counts.objects += 1;
    const ms = latencyMs();
    if (ms > 0) await time.wait(ms);
    return Promise.race([objectOf(name).fetch(new Request(url, init)), life.died]);
  }

  // --- queues ---

  const waiting = { desk: [], "desk-dead-letters": [] };
  const running = { desk: 0, "desk-dead-letters": 0 };

  async function sendBatch(messages, { delaySeconds = 0 } = {}) {
    for (const { body, delaySeconds: own = delaySeconds } of messages) {
      counts.messages += 1;
      counts.operations += 1;
      put("desk", { body, attempts: 1 }, own * 1000 + latencyMs());
      if (random() < doubles) put("desk", { body, attempts: 1 }, own * 1000 + random() * 20_000);
    }
  }

  function put(queue, message, ms) {
    if (isStopped) return;
    setTimeout(() => {
      waiting[queue].push(message);
      const isFull = waiting[queue].length >= batchSize;
      setTimeout(() => deliver(queue), isFull ? 0 : batchMs);
    }, ms);
  }

  async function deliver(queue) {
    if (running[queue] >= consumers || waiting[queue].length === 0) return;
    const own = waiting[queue];
    if (shuffles) own.sort(() => random() - 0.5);
    const batch = own.splice(0, batchSize);
    running[queue] += 1;
    counts.batches += 1;
    const ends = new Map();
    const messages = batch.map((message) => ({
      body: message.body,
      attempts: message.attempts,
      ack: () => ends.set(message, undefined),
      retry: ({ delaySeconds = 0 } = {}) => ends.set(message, delaySeconds * 1000),
    }));
    let isLost = false;
    try {
      await Promise.race([worker.queue({ queue, messages }, env), life.died]);
    } catch {
      isLost = true;
    }
    running[queue] -= 1;
    for (const message of batch) {
      counts.operations += 1;
      const again = ends.has(message) ? ends.get(message) : isLost ? LOST_MS : undefined;
      if (again === undefined) {
        counts.operations += 1;
        continue;
      }
      if (queue === "desk" && message.attempts > maxRetries) {
        counts.dead += 1;
        put("desk-dead-letters", { body: message.body, attempts: 1 }, 0);
      } else put(queue, { ...message, attempts: message.attempts + 1 }, again);
    }
    if (waiting[queue].length > 0 && !isStopped) setTimeout(() => deliver(queue), 0);
  }

  start();
  return {
    counts,
    kill,
    /** Ends everything. */
    stop: () => {
      isStopped = true;
      life.isDead = true;
      life.die();
      time.clear();
    },
    /** Kills the Worker at one of its next waits. */
    killSoon: (steps, isAfter) => Object.assign(life, { killAt: life.steps + steps, isAfter }),
    /** Takes back a kill that did not come to pass. */
    spare: () => Object.assign(life, { killAt: Number.POSITIVE_INFINITY }),
    /** Fires the cron trigger at the beginning of each of so many minutes. */
    minutes: async (count) => {
      for (let minute = 0; minute < count; minute += 1) {
        const next = (Math.floor(time.now / MINUTE) + 1) * MINUTE;
        await time.wait(next - time.now);
        // A trigger that fails is fired again in the next minute.
        void Promise.race([worker.scheduled({ scheduledTime: time.now }, env), life.died]).catch(() => {});
      }
    },
    /** Calls a route of the Worker, as a page does. */
    call: async (method, ...args) => {
      const rest = [];
      const request = new Request(`https://desk.example/api/desk/${method}`, {
        method: "POST",
        body: JSON.stringify(args),
      });
      const answer = worker.fetch(request, env, { waitUntil: (one) => rest.push(one) });
      const response = await Promise.race([answer, life.died]);
      const { result, error } = await response.json();
      if (error !== undefined)
        throw Object.assign(new Error(error.message), { code: error.code, violations: error.violations });
      return result;
    },
  };
}
