// Keys, and a choice of dark or light colours. The pages work without this script.
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
    const [theme, help, keys, on] = ['theme', 'help', 'keys', 'keys-on'].map(id => document.getElementById(id));
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
  });
})();
