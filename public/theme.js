// Before the first paint: the theme that the reader chose, if they chose one.
try {
  const theme = localStorage.getItem("dsos-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* a browser that keeps nothing */ }
