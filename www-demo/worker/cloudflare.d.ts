/** The Worker's settings, for what has to be known before the first request. */
declare module "cloudflare:workers" {
  export const env: import("./env").Env;
}
