// Follows a long work: section[data-job] is replaced by the fragment its address answers until it is finished.
// With data-reload the whole page is drawn again at the end: it tells more than the fragment.
// The wait grows a little when nothing moves, and stops while the page is hidden.
async function follow(section, wait = 1000) {
  if (!section.isConnected) return;
  if (document.hidden) return setTimeout(follow, 2000, section, wait);
  let next = section;
  try {
    const answer = await fetch(section.dataset.job, { headers: { "HX-Request": "true" } });
    if (answer.ok) {
      const html = await answer.text();
      const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".progress");
      if (fresh && !fresh.dataset.job && "reload" in section.dataset) return location.reload();
      if (fresh && fresh.innerHTML !== section.innerHTML) {
        followed.add(fresh);
        section.replaceWith(fresh);
        window.htmx?.process(fresh);
        next = fresh;
        wait = 1000;
      } else wait = Math.min(wait * 1.3, 5000);
    } else wait = 5000;
  } catch {
    wait = 5000;
  }
  if (next.dataset.job) setTimeout(follow, wait, next, wait);
}
const followed = new WeakSet();
function start(root) {
  for (const section of root.querySelectorAll?.("[data-job]") ?? []) {
    if (!followed.has(section)) { followed.add(section); setTimeout(follow, 1000, section); }
  }
}
start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
