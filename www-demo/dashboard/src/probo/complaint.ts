/**
 * The complaint that is being written, and the tickets that it becomes. Probo wants one ticket for
 * each reason, solution and group of products; how a mixed complaint is split is the package's to
 * know.
 */
import { computed, signal } from "@preact/signals";
import type { Complaint, MixedComplaint, SubmittedComplaint, Violation } from "seller-tickets";
import { TicketError } from "seller-tickets";
import { guard, onForget } from "../draft";
import { Form } from "../form";
import { wholeNumber } from "../numbers";
import { say } from "../say";
import { problemOf } from "../session";
import { count, type Problem } from "../words";
import { probo } from "./client";

export interface Product {
  key: number;
  id: string;
  amount: string;
  /** Empty: the complaint's own. */
  reason: string;
  suggested_solution: string;
  group: string;
  /** Addresses, one on each line. */
  photos: string;
}

export interface Values {
  order_id: string;
  id: string;
  contact_email: string;
  description: string;
  reason: string;
  suggested_solution: string;
  products: Product[];
}

let keys = 0;
const newProduct = (): Product => ({
  key: ++keys,
  id: "",
  amount: "1",
  reason: "",
  suggested_solution: "",
  group: "",
  photos: "",
});

const EMPTY: Values = {
  order_id: "",
  id: "",
  contact_email: "",
  description: "",
  reason: "",
  suggested_solution: "",
  products: [newProduct()],
};

export const addresses = (photos: string): string[] => photos.split(/\s+/).filter((line) => line !== "");

/** What was filled in, without what was left empty. */
function filled(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
}

function mixedOf({ order_id, id, products, ...rest }: Values): MixedComplaint {
  return {
    order_id,
    id,
    ...filled(rest),
    products: products.map(({ key, id, amount, photos, ...own }) => {
      const files = addresses(photos).map((uri) => ({ uri }));
      return {
        // Ids with a leading zero are somebody's own and text.
        id: id.startsWith("0") ? id : wholeNumber(id),
        amount: wholeNumber(amount),
        ...filled(own),
        ...(files.length > 0 ? { files } : {}),
      };
    }),
  } as MixedComplaint;
}

/** The tickets, or every rule that one of them would break. */
function split(values: Values): { tickets: Complaint[]; violations: Violation[] } {
  try {
    return { tickets: probo.splitComplaints(mixedOf(values)), violations: [] };
  } catch (error) {
    if (!(error instanceof TicketError) || error.kind !== "validation") throw error;
    return { tickets: [], violations: [...(error.violations ?? [])] };
  }
}

/** Before the first try to send, what was not begun is not named. */
function isFilled(values: Values, field: string): boolean {
  const [, at, own] = /^products\[(\d+)\]\.(\w+)/.exec(field) ?? [];
  if (at === undefined || own === undefined) return values[field as keyof Values]?.length > 0 && field !== "products";
  const product = values.products[Number(at)];
  if (product === undefined) return false;
  if (own === "files") return product.id !== "" || product.photos !== "";
  return Boolean(product[own as keyof Product]);
}

export const form = new Form<Values>(EMPTY, { validate: (values) => split(values).violations, isFilled });

/** The tickets that the complaint becomes as it stands; none while a rule is broken. */
export const preview = computed(() => split(form.values.value).tickets);

export function changeProduct(key: number, change: Partial<Product>): void {
  form.set({ products: form.values.peek().products.map((now) => (now.key === key ? { ...now, ...change } : now)) });
}

export function addProduct(): void {
  form.set({ products: [...form.values.peek().products, newProduct()] });
}

export function removeProduct(key: number): void {
  form.set({ products: form.values.peek().products.filter((product) => product.key !== key) });
}

/** One ticket on its way. */
export interface Delivery {
  ticket: Complaint;
  state: "waiting" | "sending" | "sent" | "failed";
  answer: SubmittedComplaint | null;
  problem: Problem | null;
}

/** What becomes of the tickets; `null` while the complaint is written. */
export const deliveries = signal<Delivery[] | null>(null);

onForget(() => {
  deliveries.value = null;
});
guard(() => deliveries.peek()?.some(({ state }) => state === "sending") ?? false);

/** Sends the tickets of the complaint, one after the other. */
export async function send(): Promise<boolean> {
  if (!form.isReady()) return false;
  const tickets = preview.peek();
  deliveries.value = tickets.map((ticket) => ({ ticket, state: "waiting", answer: null, problem: null }));
  await sendWaiting();
  return true;
}

/** Tries one that failed once more. */
export async function sendAgain(at: number): Promise<void> {
  change(at, { state: "waiting", problem: null });
  await sendWaiting();
}

async function sendWaiting(): Promise<void> {
  for (;;) {
    const list = deliveries.peek() ?? [];
    const at = list.findIndex(({ state }) => state === "waiting");
    const next = list[at];
    if (next === undefined || list.some(({ state }) => state === "sending")) break;
    change(at, { state: "sending" });
    try {
      const answer = await probo.createTicket(next.ticket);
      change(at, { state: "sent", answer });
    } catch (error) {
      change(at, { state: "failed", problem: problemOf(error, "complaint") });
    }
  }
  const list = deliveries.peek() ?? [];
  const sent = list.filter(({ state }) => state === "sent").length;
  say(sent === list.length ? `${count(sent, "ticket")} sent.` : `${sent} of ${count(list.length, "ticket")} sent.`);
}

function change(at: number, change: Partial<Delivery>): void {
  deliveries.value = deliveries.peek()?.map((now, index) => (index === at ? { ...now, ...change } : now)) ?? null;
}

/** Back to what was written: nothing of it was stored. */
export function backToForm(): void {
  deliveries.value = null;
}

export function newComplaint(): void {
  deliveries.value = null;
  form.reset({ contact_email: form.values.peek().contact_email, products: [newProduct()] });
}
