// Runs while the page's own script is on its way. A browser's first use of its languages takes a
// tenth of a second on a slow machine, and the list needs them at once.
{
  const languages = [localStorage.getItem("language") ?? [], ...navigator.languages].flat();
  new Intl.NumberFormat(languages).format(1);
  new Intl.RelativeTimeFormat(languages).format(1, "day");
  new Intl.DateTimeFormat(languages, { hour: "2-digit", minute: "2-digit" }).format();
}
