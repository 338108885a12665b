// The Worker as pages meet it behind Cloudflare's network, which compresses text on its way to
// them. Otherwise, what is measured here would be of answers that are three times as long. Its cron
// trigger has an address that is told to no one but the clock.

import worker from "../worker/index";

export * from "../worker/index";

const TEXT = /^(?:text\/|application\/(?:javascript|json|manifest\+json)|image\/svg\+xml)/;

export default {
  ...worker,

  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === env.CRON_PATH) {
      await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *" }, env, ctx);
      return new Response(null, { status: 204 });
    }
    const response = await worker.fetch(request, env, ctx);
    const { headers } = response;
    const isAccepted = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
    const isText = TEXT.test(headers.get("content-type") ?? "") && response.body !== null;
    if (!isAccepted || !isText || headers.has("content-encoding")) return response;
    const compressed = new Response(response.body, response);
    // The runtime compresses what has this header.
    compressed.headers.set("content-encoding", "gzip");
    compressed.headers.append("vary", "accept-encoding");
    return compressed;
  },
};
