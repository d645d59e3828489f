(() => {
  'use strict';
  const root = document.documentElement;
  const store = (name, value) => {
    try {
      if (value === undefined) return localStorage['resque-' + name];
      localStorage['resque-' + name] = value;
    } catch { /* a browser can forbid it */ }
  };
  const show = theme => { root.dataset.theme = theme || ''; };
  show(store('theme'));

  document.addEventListener('DOMContentLoaded', () => {
    const [theme, help, keys, on, lost] = ['theme', 'help', 'keys', 'keys-on', 'lost'].map(id => document.getElementById(id));
    theme.hidden = help.hidden = false;
    theme.onclick = () => {
      const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      const next = (root.dataset.theme || system) === 'dark' ? 'light' : 'dark';
      show(next);
      store('theme', next === system ? '' : next);
    };

    const pages = {};
    const list = keys.querySelector('dl');
    const add = (name, text, to = list) => { to.appendChild(document.createElement(name)).append(text); return to.lastChild; };
    for (const link of document.querySelectorAll('#pages a')) {
      const page = link.pathname.split('/').pop();
      const key = { '': 'o', workers: 'k', schedule: 'c', status: 't', server: 's' }[page] || page[0];
      pages[key] = link;
      add('kbd', 'g ' + key, add('dt', ''));
      add('dd', link.textContent);
    }
    help.onclick = () => keys.showModal();
    on.checked = store('keys') !== 'off';
    on.onchange = () => store('keys', on.checked ? '' : 'off');
    let goes = 0;
    document.addEventListener('keydown', event => {
      if (!on.checked || event.ctrlKey || event.altKey || event.metaKey || keys.open
        || event.target.closest('input:not([type=checkbox]), select')) return;
      if (event.timeStamp - goes < 1500 && pages[event.key]) pages[event.key].click();
      else if (event.key === '/') document.querySelector('[type=search]')?.focus();
      else if (event.key === '?') keys.showModal();
      else return void (goes = event.key === 'g' ? event.timeStamp : 0);
      event.preventDefault();
    });
    const live = document.querySelectorAll('[data-live]');
    let timer;
    let misses = 0;
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) });
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
        for (const part of live) {
          const next = fresh.getElementById(part.id);
          if (next.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceChildren(...next.childNodes);
        }
        misses = 0;
      } catch {
        misses++; // also a page that is left has its request ended
      }
      lost.hidden = misses < 2;
      timer = setTimeout(look, 3000);
    };
    if (live.length) {
      timer = setTimeout(look, 3000);
      document.addEventListener('visibilitychange', look);
    }
  });
})();
