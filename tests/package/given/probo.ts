/** What the examples of Probo take as given. */
import type { ProboMixedComplaint } from "seller-tickets";

export declare const mixed: ProboMixedComplaint;
export declare const picture: Blob;
