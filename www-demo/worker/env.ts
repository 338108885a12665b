import type { DeskDatabase, DeskObjects, DeskQueue } from "seller-tickets/desk";
import type { NonceNamespace, UploadBucket } from "seller-tickets/gateway";

/** The Worker's settings: variables, secrets and bindings of `wrangler.jsonc`. */
export interface Env {
  ASSETS: { fetch(request: Request): Promise<Response> };
  /** The desk's rows, its wake-ups, and one object for each account. */
  DB: DeskDatabase;
  DESK_QUEUE: DeskQueue;
  DESK_OBJECTS: DeskObjects;
  /** Cloudflare's plan, whose limits the desk keeps: `free` by default, or `paid`. */
  DESK_PLAN?: string;
  /** Where photos for complaints are kept; without it they can be given by address only. */
  PHOTOS?: UploadBucket;
  /** Where it is remembered which writes have come. */
  NONCES: NonceNamespace;
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
  /** Either an access token, or an application's keys and its first refresh token. */
  MAGALU_ACCESS_TOKEN?: string;
  MAGALU_CLIENT_ID?: string;
  MAGALU_CLIENT_SECRET?: string;
  MAGALU_REFRESH_TOKEN?: string;
  /** Who answers, as Magalu requires it: the name, and a code of the seller's own. */
  MAGALU_WRITER_NAME?: string;
  MAGALU_WRITER_CODE?: string;
  JTL_SCX_BASE_URL?: string;
  JTL_SCX_SELLER_REFRESH_TOKEN?: string;
  /** The types of events that bring tickets, with commas between them; the vendor names none. */
  JTL_SCX_TICKET_EVENTS?: string;
  PROBO_BASE_URL?: string;
  /** Where tickets are taken, when that is not the package's default. */
  PROBO_TICKET_PATH?: string;
  PROBO_TOKEN?: string;
}
