// Before the first paint: the theme that the reader chose, if they chose one.
try {
  const theme = localStorage.getItem("dsos-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing */ }

// Who comes to a page anew is at its top: the first picture need not wait for what is below.
if (!location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  document.documentElement.dataset.fresh = "";
}
