/** What the desk's Worker needs of Cloudflare's runtime, so that the package depends on none of it. */

/** A queue to which messages are sent. */
export interface DeskQueue {
  sendBatch(messages: Iterable<{ body: unknown; delaySeconds?: number }>): Promise<unknown>;
}

/** A message of a queue. */
export interface DeskQueueMessage {
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

/** Messages that come together. */
export interface DeskQueueBatch {
  readonly queue: string;
  readonly messages: readonly DeskQueueMessage[];
}

/** A Durable Object as others see it. */
export interface DeskObjectStub {
  fetch(url: string, init?: RequestInit): Promise<Response>;
}

/** The Durable Objects of a class. */
export interface DeskObjects {
  idFromName(name: string): unknown;
  get(id: unknown): DeskObjectStub;
}

/** What a Durable Object stores. */
export interface ObjectStorage {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<unknown>;
  list(options: { prefix: string }): Promise<Map<string, unknown>>;
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

/** A socket that outlives the memory of its object. */
export interface ObjectSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

/** What a Durable Object gets when it starts. */
export interface ObjectState {
  readonly storage: ObjectStorage;
  acceptWebSocket(socket: ObjectSocket): void;
  getWebSockets(): ObjectSocket[];
}

/** The context of an invocation. */
export interface DeskContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** The host's pair of sockets: the caller's end and ours. */
export function socketPair(): { theirs: unknown; ours: ObjectSocket } {
  const { WebSocketPair } = globalThis as unknown as { WebSocketPair: new () => [unknown, ObjectSocket] };
  const { 0: theirs, 1: ours } = new WebSocketPair();
  return { theirs, ours };
}

/** The answer that hands a socket over. */
export const upgraded = (webSocket: unknown): Response =>
  new Response(null, { status: 101, webSocket } as unknown as ResponseInit);
