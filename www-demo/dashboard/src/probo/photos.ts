/**
 * Photos are given by address. Where the Worker has a bucket, it stores one and gives it an address
 * that everybody can open.
 */
import { describeError } from "seller-tickets";
import en from "seller-tickets/locales/en";
import { sentence } from "../words";

/** The photo's address, or why it was not stored. */
export async function storePhoto(file: File): Promise<{ url: string } | { fault: string }> {
  try {
    const response = await fetch("/photos", { method: "POST", body: file });
    const body = (await response.json()) as { url?: string; error?: unknown };
    if (response.ok && body.url !== undefined) return { url: body.url };
    return { fault: `${file.name}: ${describeError(body.error, { locale: en })}` };
  } catch {
    return { fault: sentence(`${file.name}: the worker could not be reached`) };
  }
}
