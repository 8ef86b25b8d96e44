/** The form: what is asked for goes into the page's address, and from there to a replay and into the page. */
import type { Result } from '../../../model/result.js';
import type { Replay } from '../../../replay/replay.js';
import { replaySentence } from '../../sentences.js';
import { troubleText } from '../../text/trouble.js';
import { replayView } from '../parts.js';
import {
  AS_RECORDED,
  commandOf,
  fragmentOf,
  isAsRecorded,
  replayOf,
  type WhatIf,
  whatIfOf,
} from '../what-if.js';
import type { Carried } from './carried.js';
import { filtered } from './filter.js';
import { mounted, part } from './mount.js';

/** The traces of the page, by what the form calls them, with the names of their files. */
export type Page = ReadonlyMap<string, Carried & { readonly name: string }>;

/** A run that takes longer, in milliseconds, says so: a kernel that asks without end has 100,000 steps. */
const SOON = 300;

export function shown(): HTMLElement {
  const recording = part('recording', HTMLDivElement);
  return recording.hidden ? part('result', HTMLDivElement) : recording;
}

export function startEditing(page: Page): void {
  const form = part('what-if', HTMLFormElement);
  let asked = 0;

  /** Only what was asked for last is shown. */
  const show = async (what: WhatIf): Promise<void> => {
    asked += 1;
    const turn = asked;
    fill(what, page.size > 1);
    const carried = page.get(what.trace);
    if (carried === undefined) return;
    const waiting = setTimeout(() => say('', 'Running the kernel.'), SOON);
    const replayed = isAsRecorded(what) ? null : await replayOf(carried.trace, carried.digest, what);
    clearTimeout(waiting);
    if (turn === asked) render(carried.name, what, replayed);
  };
  const ask = (what: WhatIf): void => {
    const fragment = fragmentOf(what);
    history.pushState(null, '', fragment === '' ? location.pathname + location.search : `#${fragment}`);
    void show(what);
  };
  /** What stands in the address; an event's own address leaves the edit as it is. */
  const follow = (): void => {
    const fragment = location.hash.slice(1);
    if (fragment === '' || fragment.includes('=')) void show(whatIfOf(fragment) ?? AS_RECORDED);
  };

  form.hidden = false;
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', event => {
    event.preventDefault();
    ask(AS_RECORDED);
  });
  form.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.dataset.place !== undefined) setPlace(target);
  });
  form.addEventListener('change', () => ask(wanted()));
  window.addEventListener('hashchange', follow);
  follow();
  filtered(shown());
}

function value(id: string): string {
  const control = document.getElementById(id);
  return control instanceof HTMLInputElement ||
    control instanceof HTMLSelectElement ||
    control instanceof HTMLTextAreaElement
    ? control.value.trim()
    : '';
}

/** What the form says. */
function wanted(): WhatIf {
  const lines = value('set')
    .split('\n')
    .map(line => line.trim());
  return {
    trace: value('trace') === 'b' ? 'b' : 'a',
    kernel: value('kernel'),
    wants: value('wants'),
    rmm: value('rmm'),
    sets: lines.filter(line => line !== ''),
    anyway: part('anyway', HTMLInputElement).checked,
  };
}

/** A box of a register is another way to write an edit. */
function setPlace({ dataset: { place = '', recorded }, value: text }: HTMLInputElement): void {
  const set = part('set', HTMLTextAreaElement);
  const others = set.value
    .split('\n')
    .filter(line => line.trim() !== '' && !line.trim().startsWith(`${place}=`));
  const edit = text.trim() === recorded || text.trim() === '' ? [] : [`${place}=${text.trim()}`];
  set.value = [...others, ...edit].join('\n');
}

/** Fills the form, so that it says what is shown whoever asked for it. */
function fill({ trace, kernel, wants, rmm, sets, anyway }: WhatIf, two: boolean): void {
  for (const [id, text] of Object.entries({
    kernel,
    wants,
    rmm,
    set: sets.join('\n'),
    ...(two ? { trace } : {}),
  })) {
    const control = document.getElementById(id);
    if (
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement
    )
      control.value = text;
  }
  part('anyway', HTMLInputElement).checked = anyway;
  for (const list of document.querySelectorAll<HTMLElement>('.answers'))
    list.hidden = !list.classList.contains(`of-${trace}`);
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-place]')) {
    const { place = '', recorded = '' } = box.dataset;
    const edit = sets.find(set => set.startsWith(`${place}=`));
    const isOf = box.closest('.answers')?.classList.contains(`of-${trace}`) === true;
    box.value = edit === undefined || !isOf ? recorded : edit.slice(place.length + 1);
    box.classList.toggle('changed', box.value !== recorded);
  }
}

function render(name: string, what: WhatIf, replayed: Result<Replay> | null): void {
  const [trouble, command, link, result, recording] = [
    part('trouble', HTMLParagraphElement),
    part('command', HTMLParagraphElement),
    part('link', HTMLAnchorElement),
    part('result', HTMLDivElement),
    part('recording', HTMLDivElement),
  ];
  command.hidden = replayed === null;
  command.textContent = replayed === null ? '' : commandOf(name, what);
  link.hidden = replayed === null;
  link.setAttribute('href', `#${fragmentOf(what)}`);
  trouble.hidden = replayed === null || replayed.ok;
  trouble.textContent = replayed === null || replayed.ok ? '' : troubleText(replayed.trouble);
  const found = replayed?.ok === true ? replayed.value : null;
  say(found?.verdict ?? '', found === null ? '' : replaySentence(found));
  // Out of what is replaced.
  part('what-if', HTMLFormElement).after(part('toolbar', HTMLDivElement));
  result.replaceChildren(...(found === null ? [] : replayView(found).map(mounted)));
  recording.hidden = found !== null;
  filtered(shown());
}

function say(verdict: string, sentence: string): void {
  const line = part('verdict', HTMLParagraphElement);
  line.hidden = sentence === '';
  line.className = verdict;
  line.textContent = sentence;
}
