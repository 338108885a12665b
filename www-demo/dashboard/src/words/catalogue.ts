/** What each language has words for. One that lacks a key does not compile. */
import type { en } from "./en";

/** A sentence with its figures in braces, or its forms by the number `n`. */
export type Sentence = string | { readonly one?: string; readonly other: string };
export type Key = keyof typeof en;
export type Words = Record<Key, Sentence>;
