// Under whose name, and with which token, a page sends what is typed in it.
const { account } = document.body.dataset;

// The token of now: signing in again, in another tab, changes it. A page keeps the one it came with.
export const freshToken = (kept) => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? kept;

// For whom this page was made: what is typed in it is never recorded under the name of another (people/middleware.py).
export const OURS = account ? { "X-Account": account } : {};

// So of every form, which goes through at once after one has signed in again.
addEventListener("formdata", ({ target, formData }) => {
  const [token, name] = ["csrfmiddlewaretoken", "compte-de-la-page"];
  if (target.method !== "post" || !formData.has(token)) return;
  formData.set(token, freshToken(formData.get(token)));
  if (account && !formData.has(name)) formData.append(name, account);
});
