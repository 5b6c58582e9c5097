// Starts the app, or says that it could not be loaded: the static text stays.
// A module script that fails is remembered by the browser, so the way out is a
// reload, which the message offers. The app shows the message, too, when it has
// started and its first page is lost: the button works for both.
const boot = async (script, wasm) => {
  const message = document.getElementById("boot-failed");
  message.querySelector("button").onclick = () => location.reload();
  try {
    const app = await import(script);
    await app.default({ module_or_path: wasm });
  } catch (reason) {
    console.error(reason);
    message.hidden = false;
  }
};

// Once the first picture is there, what is below it is laid out, too.
if ("PerformanceObserver" in window) {
  new PerformanceObserver((paints, observer) => {
    if (paints.getEntriesByName("first-contentful-paint").length === 0) return;
    observer.disconnect();
    delete document.documentElement.dataset.fresh;
  }).observe({ type: "paint", buffered: true });
}

// What is folded is printed: not every browser lets a style sheet open it.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});
