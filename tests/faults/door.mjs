/**
 * A door in front of a marketplace: an HTTP server that hands requests on, breaks connections,
 * forgets, repeats and delays as it is told. One client uses it at a time, so that the plan of the
 * door is the plan of the client's next requests.
 */
import { Agent, createServer, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { LATE_MS, TIMEOUT_MS } from "./catalogue.mjs";

const HOP = new Set(["connection", "keep-alive", "transfer-encoding", "host", "content-length"]);
const SIGN_IN = /\/(?:v1\/auth|oauth\/token)$/;

/**
 * `files`: what the door answers itself, by path, so that a page can have the door's own origin.
 */
export async function openDoor(target, files = {}) {
  const { hostname, port: targetPort } = new URL(target);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Work that goes on after the client was told something. */
  const rest = new Set();
  let plan = { writes: [], reads: [], signIns: [] };
  let port = 0;

  const later = (work) => {
    const promise = work.catch(() => {}).finally(() => rest.delete(promise));
    rest.add(promise);
  };

  /** Starts a request to the marketplace; the result is the beginning of its answer. */
  function begin(own, request, body, mark) {
    const headers = { ...request.headers, ...own.headers };
    if (mark !== undefined) headers["x-lab-fault"] = mark;
    if (body.length > 0 || "content-length" in headers || "transfer-encoding" in headers) {
      delete headers["transfer-encoding"];
      headers["content-length"] = String(body.length);
    }
    delete headers.connection;
    return new Promise((resolve, reject) => {
      const { method, url: path } = request;
      const out = send({ host: hostname, port: targetPort, agent, method, path, headers }, resolve);
      out.on("error", reject);
      out.end(body);
    });
  }

  /** The same with its whole body. */
  async function deliver(own, request, body) {
    own.delivered += 1;
    const answer = await begin(own, request, body);
    const parts = [];
    for await (const part of answer) parts.push(part);
    await settled(own);
    return { status: answer.statusCode, headers: kept(answer.headers), body: Buffer.concat(parts) };
  }

  /** Hands the answer on as it comes, and breaks off where it breaks off. */
  async function pass(own, request, response, body, mark) {
    own.delivered += 1;
    const answer = await begin(own, request, body, mark);
    await settled(own);
    response.on("close", () => answer.destroy());
    const length = answer.headers["content-length"];
    response.writeHead(answer.statusCode, {
      ...kept(answer.headers),
      ...(length === undefined ? {} : { "content-length": length }),
    });
    response.flushHeaders();
    answer.on("error", () => request.socket.resetAndDestroy());
    answer.pipe(response);
  }

  /** The action of another client once the first write is stored. */
  async function settled(own) {
    const { after } = own;
    own.after = undefined;
    await after?.();
  }

  const answerWith = (response, { status, headers, body }) => {
    if (response.destroyed) return;
    response.writeHead(status, { ...headers, "content-length": String(body.length) });
    response.end(body);
  };

  async function play(own, fault, request, response, body) {
    const { socket } = request;
    const reset = () => socket.resetAndDestroy();
    switch (fault.door) {
      case "reset":
      case "close":
        if (fault.when === "after") await deliver(own, request, body);
        if (fault.door === "reset") reset();
        else socket.destroy();
        return;
      case "reset_headers":
        await deliver(own, request, body);
        socket.write("HTTP/1.1 20");
        await sleep(2);
        return reset();
      case "reset_body": {
        const answer = await deliver(own, request, body);
        const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
        const length = Math.max(answer.body.length, 64);
        const type = answer.headers["content-type"] ?? "application/json";
        socket.write(`HTTP/1.1 ${answer.status} \r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`);
        socket.write(half);
        await sleep(5);
        return reset();
      }
      case "stall":
        if (fault.when === "after") await deliver(own, request, body);
        return hold(socket);
      case "stall_body": {
        const answer = await deliver(own, request, body);
        socket.write(`HTTP/1.1 ${answer.status} \r\ncontent-length: ${answer.body.length + 64}\r\n\r\n`);
        socket.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)));
        return hold(socket);
      }
      case "late": {
        const ms = own.random() * LATE_MS;
        const land = async (wait) => {
          await sleep(wait);
          await deliver(own, request, body);
        };
        if (fault.answer === "stall") {
          later(land(TIMEOUT_MS + ms));
          return hold(socket);
        }
        later(land(ms));
        if (fault.answer === "reset") return reset();
        const text = Buffer.from("upstream request timeout");
        return answerWith(response, { status: fault.answer, headers: { "content-type": "text/plain" }, body: text });
      }
      case "twice": {
        const { answer: which } = fault;
        own.copies += 1;
        const first = await deliver(own, request, body);
        if (which === "later") {
          const ms = own.random() * LATE_MS;
          later(sleep(ms).then(() => deliver(own, request, body)));
          return answerWith(response, first);
        }
        const second = await deliver(own, request, body);
        if (which === "none") return reset();
        return answerWith(response, which === "first" ? first : second);
      }
      default:
        throw new Error(`the door does not know ${fault.door}`);
    }
  }

  /** Says nothing until the client goes away. */
  const hold = (socket) => new Promise((resolve) => socket.once("close", resolve));

  const server = createServer(async (request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    const own = plan;
    const { socket } = request;
    socket.labRequests = (socket.labRequests ?? 0) + 1;
    try {
      const file = files[request.url];
      if (file !== undefined) return answerWith(response, file);
      const isRead = request.method === "GET";
      const kind = isRead ? "reads" : SIGN_IN.test(request.url.split("?")[0]) ? "signIns" : "writes";
      // Faults for the writes on connections that were used before; what a host sends again comes
      // on another one.
      const isReused = kind === "writes" && own.reused !== undefined && socket.labRequests > 1;
      const fault = isReused ? own.reused.shift() : own[kind].shift();
      if (fault !== undefined) own.played.push(`${kind}: ${fault.name}`);
      if (fault?.door === "reset_request") {
        // The client may still be sending.
        request.resume();
        return request.socket.resetAndDestroy();
      }
      const parts = [];
      for await (const part of request) parts.push(part);
      const body = Buffer.concat(parts);
      // Another client acts at the same time: before the first write arrives, or once it is stored.
      const meanwhile = kind === "writes" ? own.meanwhile : undefined;
      if (meanwhile !== undefined) own.meanwhile = undefined;
      if (meanwhile?.when === "before") await meanwhile.act();
      if (meanwhile?.when === "after") own.after = meanwhile.act;
      if (fault?.door !== undefined) await play(own, fault, request, response, body);
      else await pass(own, request, response, body, fault?.name);
    } catch {
      // The marketplace broke off, or the client went away.
      request.socket.destroy();
    }
  });
  server.keepAliveTimeout = 60_000;

  const listen = () =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        ({ port } = server.address());
        resolve();
      });
    });
  const shut = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  await listen();

  return {
    url: `http://127.0.0.1:${port}`,
    /**
     * What becomes of the next requests, and the headers that all of them get. The object is
     * changed: it counts what was delivered, and what was delivered twice.
     */
    expect(next) {
      plan = { delivered: 0, copies: 0, played: [], ...next };
      return plan;
    },
    /**
     * `fetch` for the client of this door: a connection that is to be refused is refused at the
     * port itself.
     */
    async fetch(url, init) {
      if (init.method === "GET" || plan.writes[0]?.door !== "refused" || SIGN_IN.test(new URL(url).pathname)) {
        return fetch(url, init);
      }
      plan.played.push(`writes: ${plan.writes.shift().name}`);
      await shut();
      // The client's own pool has to see that its connections are gone.
      await sleep(5);
      try {
        return await fetch(url, init);
      } finally {
        await listen();
      }
    },
    /** Until all that was to land late has landed. */
    async quiet() {
      while (rest.size > 0) await Promise.all(rest);
    },
    async dispose() {
      await shut();
      agent.destroy();
    },
  };
}

function kept(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.has(name)));
}
