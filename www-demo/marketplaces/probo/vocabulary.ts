// The words of the API, from the vendor's documentation.

/** The reasons, and whether pictures of the damage are asked for. */
export const REASONS: Record<string, { files: boolean }> = {
  damaged: { files: true },
  "commodity-item-missing": { files: false },
  "cutting-milling-inadequate": { files: true },
  color: { files: true },
  dimensions: { files: true },
  other: { files: true },
  "packing-slip-missing": { files: false },
  "print-quality": { files: true },
  delayed: { files: false },
  "wrong-quantity": { files: false },
  "wrong-product": { files: false },
  missing: { files: false },
  dirty: { files: true },
  "not-received": { files: false },
};

export const SOLUTIONS = ["rework", "credit", "other"];
