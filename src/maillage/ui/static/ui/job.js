// Follows a long work: section[data-job] is replaced by the fragment its address answers until it is finished.
// Parts of the page that come beside it ([data-with-job], by their id) take the place of those shown.
// The wait grows a little when nothing moves, and stops while the page is hidden.
async function follow(section, wait = 1000) {
  if (!section.isConnected) return;
  if (document.hidden) return setTimeout(follow, 2000, section, wait);
  let next = section;
  try {
    const answer = await fetch(section.dataset.job, { headers: { "HX-Request": "true" } });
    if (answer.ok) {
      const html = await answer.text();
      const parts = new DOMParser().parseFromString(html, "text/html");
      const fresh = parts.querySelector(".progress");
      for (const part of parts.querySelectorAll("[data-with-job]")) {
        const shown = document.getElementById(part.id);
        if (shown && shown.innerHTML !== part.innerHTML) shown.innerHTML = part.innerHTML;
      }
      if (fresh && fresh.innerHTML !== section.innerHTML) {
        section.replaceWith(fresh);
        next = fresh;
        wait = 1000;
      } else wait = Math.min(wait * 1.3, 5000);
    } else wait = 5000;
  } catch {
    wait = 5000;
  }
  if (next.dataset.job) setTimeout(follow, wait, next, wait);
}
for (const section of document.querySelectorAll("[data-job]")) setTimeout(follow, 1000, section);
