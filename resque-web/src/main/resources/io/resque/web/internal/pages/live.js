// Renews the content of a page every two seconds while it is seen. Without this script the page is as it was when it was loaded.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  const address = new URL(location.href);
  address.searchParams.delete("notice");
  let shown = main.innerHTML;

  // What a person has opened, chosen, marked or begun to write must stay.
  const busy = () =>
    main.querySelector("details[open], input:checked, select:focus, textarea:focus, input:focus") !== null ||
    !getSelection().isCollapsed ||
    main.contains(document.activeElement);

  async function renew() {
    const response = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    const read = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
    if (read === null) throw new Error("no page");
    if (read.innerHTML !== shown && !busy()) {
      shown = read.innerHTML;
      const notice = main.querySelector(".notice");
      main.replaceChildren(...(notice ? [notice] : []), ...read.childNodes);
    }
  }

  async function turn() {
    const begun = performance.now();
    if (!document.hidden) {
      try {
        await renew();
        main.classList.remove("stale");
      } catch (e) {
        main.classList.add("stale");
      }
    }
    // A page that takes long is asked for less often.
    setTimeout(turn, Math.max(2000, 10 * (performance.now() - begun)));
  }
  setTimeout(turn, 2000);
})();
