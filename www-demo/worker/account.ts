/** The one seller account of this demo: the last part of its gateway path, known to the Worker and to the pages. */
export const ACCOUNT = "kf-de";
