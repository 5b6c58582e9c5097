// Appended to the splitter's loader: how a page's wasm file is fetched.
// A rejection would end the app for good, so this never rejects. After four
// tries it says `chunk-failed` on the window (detail: the address) and waits for
// `chunk-retry` there, which the page sends when the reader asks for it.
async function loadPart(url) {
  for (;;) {
    for (const pause of [300, 600, 1200, 0]) {
      try {
        const response = await fetch(url);
        // Read to the end here: a connection that breaks halfway is tried again too.
        if (response.ok) return new Response(await response.arrayBuffer(), { headers: { "content-type": "application/wasm" } });
      } catch { /* no connection: the next try tells */ }
      if (pause) await new Promise((go) => setTimeout(go, pause));
    }
    const asked = new Promise((go) => addEventListener("chunk-retry", go, { once: true }));
    dispatchEvent(new CustomEvent("chunk-failed", { detail: String(url) }));
    await asked;
  }
}
