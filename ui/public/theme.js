// Runs before the first paint, so that no page flashes in the other theme or moves when its rows grow.
(function () {
  var chosen = null;
  var density = null;
  try {
    chosen = localStorage.getItem("tiercel.theme");
    density = localStorage.getItem("tiercel.density");
  } catch (error) {
    // Storage may be forbidden; the system's theme is right then.
  }
  var dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  if (density === "comfortable") document.documentElement.dataset.density = density;
})();
