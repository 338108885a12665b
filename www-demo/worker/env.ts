import type { NonceNamespace, UploadBucket } from "seller-tickets/gateway";
import type { Namespace } from "./magalu-tokens";

/** The Worker's settings: variables, secrets and bindings of `wrangler.jsonc`. */
export interface Env {
  ASSETS: { fetch(request: Request): Promise<Response> };
  /** Where photos for complaints are kept; without it they can be given by address only. */
  PHOTOS?: UploadBucket;
  /** Where it is remembered which writes have come. */
  NONCES?: NonceNamespace;
  DASHBOARD_ACCESS_CODE?: string;
  KAUFLAND_BASE_URL?: string;
  KAUFLAND_USER_AGENT?: string;
  /**
   * Hosts beside the marketplace's own that files may be downloaded from, with commas between them.
   */
  KAUFLAND_FILE_HOSTS?: string;
  KAUFLAND_CLIENT_KEY?: string;
  KAUFLAND_SECRET_KEY?: string;
  CLICKBANK_BASE_URL?: string;
  CLICKBANK_API_KEY?: string;
  MAGALU_BASE_URL?: string;
  MAGALU_TOKEN_URL?: string;
  /**
   * Either an access token, or an application's keys, its first refresh token, and the place where
   * tokens are kept.
   */
  MAGALU_ACCESS_TOKEN?: string;
  MAGALU_CLIENT_ID?: string;
  MAGALU_CLIENT_SECRET?: string;
  MAGALU_REFRESH_TOKEN?: string;
  MAGALU_TOKENS?: Namespace;
  JTL_SCX_BASE_URL?: string;
  /** The channel's. */
  JTL_SCX_REFRESH_TOKEN?: string;
  PROBO_BASE_URL?: string;
  /** Where tickets are taken, when that is not the package's default. */
  PROBO_TICKET_PATH?: string;
  PROBO_TOKEN?: string;
}
