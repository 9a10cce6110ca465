// Runs before the first paint, so that no page flashes in the other theme, moves when its rows grow, or changes its language.
(function () {
  var LANGUAGES = { en: "en", de: "de", qps: "en-XA" };
  var own = document.currentScript.dataset;
  var page = document.documentElement;

  function kept(storage, name) {
    try {
      return window[storage].getItem("tiercel." + name);
    } catch (error) {
      // Storage may be forbidden; what the system and the browser say is right then.
      return null;
    }
  }

  var theme = kept("localStorage", "theme");
  var dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.theme = dark ? "dark" : "light";
  if (kept("localStorage", "density") === "comfortable") page.dataset.density = "comfortable";

  // A language in the address holds for the tab, since addresses of other pages do not repeat it.
  var asked = new URLSearchParams(location.search).get("lang");
  try {
    if (LANGUAGES[asked]) sessionStorage.setItem("tiercel.lang", asked);
  } catch (error) {
    // Then it holds for this page only.
  }
  var spoken = navigator.languages.map(function (tag) {
    return tag.slice(0, 2);
  });
  var language = [asked, kept("sessionStorage", "lang"), kept("localStorage", "language")]
    .concat(spoken)
    .find(function (one) {
      return Object.hasOwn(LANGUAGES, one);
    });
  page.lang = LANGUAGES[language] || "en";
  // Written into the page, so that nothing runs before the texts are there; English has none to wait for.
  if (own[language]) document.write('<script src="' + own[language] + '"></' + "script>");
})();
