// @ts-check
/** What the pages do besides: everything here also works by plain links and forms. */

// Parts of a page that follow what is asked for: the same page is asked for anew, and its parts replaced.

/** @type {AbortController | undefined} */
let asking;

/** @param {string | URL} address */
async function follow(address) {
  asking?.abort();
  asking = new AbortController();
  const response = await fetch(address, { signal: asking.signal, headers: { Accept: 'text/html' } });
  if (!response.ok) throw new Error(`${response.status} at ${response.url}`);
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const fresh of page.querySelectorAll('[data-live]')) {
    const part = document.getElementById(fresh.id);
    // What a list has chosen does not come along with its options.
    const value = fresh instanceof HTMLSelectElement ? fresh.value : undefined;
    part?.replaceChildren(...fresh.childNodes);
    if (part instanceof HTMLSelectElement && value !== undefined) part.value = value;
  }
  return page;
}

/** @param {string | URL} address */
async function show(address) {
  try {
    await follow(address);
    history.replaceState(null, '', address);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) location.assign(address);
  }
}

/** @param {HTMLFormElement} form */
function addressOf(form) {
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && value !== '') address.searchParams.append(name, value);
  }
  return address;
}

// Search, filters, and the file to use.

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

for (const form of document.forms) {
  if (!('liveForm' in form.dataset)) continue;
  form.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => void show(addressOf(form)), 90);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    void show(addressOf(form));
  });
}

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : undefined;
  const use = /** @type {HTMLAnchorElement | null | undefined} */ (target?.closest('a[data-file]'));
  if (use && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    chooseFile(use);
  }
  const copy = /** @type {HTMLButtonElement | null | undefined} */ (target?.closest('button[data-copy]'));
  if (copy) void copyFor(copy);
});

/** @param {HTMLAnchorElement} link */
function chooseFile(link) {
  const select = /** @type {HTMLSelectElement | null} */ (document.getElementById('choose-file'));
  const path = link.dataset['file'] ?? '';
  if (select === null) return location.assign(link.href);
  if (![...select.options].some(({ value }) => value === path)) select.add(new Option(path, path), 0);
  select.value = path;
  document.getElementById('use')?.scrollIntoView();
  select.focus({ preventScroll: true });
  void show(link.href);
}

// Copying.

/** @param {HTMLButtonElement} button */
async function copyFor(button) {
  const source = document.getElementById(button.dataset['copy'] ?? '');
  if (source === null) return;
  const label = button.firstElementChild ?? button;
  label.textContent = (await copied(source)) ? 'Copied' : 'Press Ctrl+C';
  setTimeout(() => (label.textContent = 'Copy'), 1600);
}

/** @param {HTMLElement} source */
async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    // Not allowed, or not over https: what is selected can be copied by hand.
    getSelection()?.selectAllChildren(source);
    return document.execCommand('copy');
  }
}

// The list by keyboard.

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = /** @type {HTMLInputElement | null} */ (document.getElementById('q'));
  const active = document.activeElement;
  const isTyping = active instanceof HTMLElement && active.matches('input, select, textarea');
  if (event.key === '/' && !isTyping && search !== null) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event, search);
});

/**
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement | null} search
 */
function step(event, search) {
  const models = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#results .models > li > a')]);
  const at =
    document.activeElement === search ? -1 : models.findIndex((link) => link === document.activeElement);
  if (search === null || (at < 0 && document.activeElement !== search)) return;
  const next = at + (event.key === 'ArrowDown' ? 1 : -1);
  if (next < -1 || next >= models.length) return;
  event.preventDefault();
  (models[next] ?? search).focus();
}

// An import that is on its way.

if (document.querySelector('[data-again]')) setTimeout(lookAgain, 3000);

async function lookAgain() {
  const page = await follow(location.href).catch(() => undefined);
  if (page !== undefined && !page.querySelector('[data-again]')) return location.reload();
  setTimeout(lookAgain, 3000);
}
