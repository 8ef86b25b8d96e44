/** Filter, search, and the way from event to event by keys. */
import { part } from './mount.js';

const OTHERS = 'other';
const KINDS: Readonly<Record<string, string>> = {
  mrs: 'state',
  ftr: 'state',
  fact: 'state',
  smc: 'smc',
  log: 'log',
  return: 'return',
  console: 'console',
};

/** Puts the toolbar above the events that are shown, and shows those that fit it. */
export function filtered(shown: HTMLElement): void {
  const toolbar = part('toolbar', HTMLDivElement);
  const story = shown.querySelector('.story');
  story?.before(toolbar);
  toolbar.hidden = story === null;
  filter(shown);
}

function filter(shown: HTMLElement): void {
  const text = part('search', HTMLInputElement).value.toLowerCase();
  const onlyDifferences = part('only-differences', HTMLInputElement).checked;
  const boxes = [...document.querySelectorAll<HTMLInputElement>('#toolbar input[name=show]')];
  const kinds = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
  const steps = [...shown.querySelectorAll<HTMLElement>('.step')];
  for (const step of steps) {
    const fits =
      kinds.has(KINDS[step.dataset.type ?? ''] ?? OTHERS) &&
      (!onlyDifferences || step.querySelector('.mark') !== null) &&
      (text === '' || (step.textContent ?? '').toLowerCase().includes(text));
    step.hidden = !fits;
  }
  for (const folded of shown.querySelectorAll<HTMLElement>('.folded')) {
    const any = folded.querySelector('.step:not([hidden])') !== null;
    folded.hidden = !any;
    const details = folded.querySelector('details');
    if (details !== null && text !== '') details.open = any;
  }
  const count = steps.filter(({ hidden }) => !hidden).length;
  part('found', HTMLOutputElement).value = `${count} of ${steps.length} events`;
}

/** `shown` gives what is shown at the time: the recording, or a replay. */
export function listen(shown: () => HTMLElement): void {
  part('toolbar', HTMLDivElement).addEventListener('input', () => filter(shown()));
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { target } = event;
    const types = target instanceof Element && target.matches('input:not([type=checkbox]), textarea, select');
    if (event.key === 'Escape' && types && target instanceof HTMLElement) return target.blur();
    const act = types ? undefined : KEYS[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(shown());
  });
}

const KEYS: Readonly<Record<string, (shown: HTMLElement) => void>> = {
  '/': () => part('search', HTMLInputElement).focus(),
  e: () => part('set', HTMLTextAreaElement).focus(),
  j: shown => go(shown, '.step', 1),
  k: shown => go(shown, '.step', -1),
  n: shown => go(shown, '.step:has(.mark)', 1),
  p: shown => go(shown, '.step:has(.mark)', -1),
};

/** The next step of that kind from the one that has the focus, round the end. What is folded takes no focus. */
function go(shown: HTMLElement, which: string, by: 1 | -1): void {
  const all = [...shown.querySelectorAll<HTMLElement>('.step')].filter(
    step => step.offsetParent !== null && step.closest('details:not([open])') === null,
  );
  const fit = all.filter(step => step.matches(which));
  const here = all.findIndex(step => step.contains(document.activeElement));
  const at = (step: HTMLElement) => all.indexOf(step);
  const next =
    by > 0
      ? (fit.find(step => at(step) > here) ?? fit[0])
      : (fit.findLast(step => at(step) < here) ?? fit.at(-1));
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
