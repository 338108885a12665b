// Asks for the first list while the page's own script is still on its way. Its answer is taken by
// `state/early.ts`; whatever is not as expected there is asked for again.
if (localStorage.getItem("signed in") !== null && !location.hash.includes("?") && /^(#\/todo|$)/.test(location.hash)) {
  globalThis.earlyList = fetch("/api/desk/list", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '[{"view":"todo","limit":24}]',
  });
}
