// Runs while the page's own script is on its way, for what the list needs at once.
{
  const languages = [localStorage.getItem("language") ?? [], ...navigator.languages].flat();
  // The page chooses in the same way. English comes with it.
  const words = { en: "", ...JSON.parse(document.documentElement.dataset.words ?? "{}") };
  const base = (language) => language.toLowerCase().split("-")[0];
  const chosen = languages.map((wanted) => Object.keys(words).find((one) => base(one) === base(wanted))).find(Boolean);
  if (chosen !== undefined && words[chosen] !== "") {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: words[chosen] }));
  }

  // A browser's first use of its languages takes a tenth of a second on a slow machine.
  new Intl.NumberFormat(languages).format(1);
  new Intl.RelativeTimeFormat(languages).format(1, "day");
  new Intl.DateTimeFormat(languages, { hour: "2-digit", minute: "2-digit" }).format();
}
