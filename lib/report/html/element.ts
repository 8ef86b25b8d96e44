/**
 * A page as data: elements, and text that stays text. htmlOf writes them as HTML, page/mount.ts makes a browser's own of
 * them; in neither can a text become markup. No attribute runs code, and a link goes nowhere but into the page itself.
 */
import { visible } from '../text/escape.js';

export interface Element {
  readonly tag: Tag;
  readonly attributes: Attributes;
  readonly children: readonly Content[];
}

export type Content = Element | string;

export type Tag =
  | 'a'
  | 'button'
  | 'code'
  | 'details'
  | 'div'
  | 'fieldset'
  | 'footer'
  | 'form'
  | 'h1'
  | 'h2'
  | 'header'
  | 'input'
  | 'label'
  | 'legend'
  | 'li'
  | 'main'
  | 'ol'
  | 'option'
  | 'output'
  | 'p'
  | 'path'
  | 'pre'
  | 'section'
  | 'select'
  | 'small'
  | 'span'
  | 'strong'
  | 'summary'
  | 'svg'
  | 'table'
  | 'tbody'
  | 'td'
  | 'text'
  | 'textarea'
  | 'th'
  | 'tr'
  | 'ul';

export interface Attributes {
  readonly id?: string;
  readonly class?: string;
  /** Within the page. */
  readonly href?: `#${string}`;
  readonly title?: string;
  readonly role?: string;
  readonly for?: string;
  readonly name?: string;
  readonly type?: 'button' | 'checkbox' | 'reset' | 'search' | 'text';
  readonly value?: string;
  readonly placeholder?: string;
  readonly scope?: 'col' | 'row';
  readonly rows?: string;
  readonly size?: string;
  readonly tabindex?: '-1' | '0';
  readonly spellcheck?: 'false';
  readonly autocomplete?: 'off';
  readonly open?: '';
  readonly hidden?: '';
  readonly checked?: '';
  readonly 'aria-hidden'?: 'true';
  readonly 'aria-label'?: string;
  readonly 'aria-live'?: 'polite';
  readonly 'data-type'?: string;
  readonly 'data-place'?: string;
  readonly 'data-recorded'?: string;
  readonly viewBox?: string;
  readonly d?: string;
  readonly x?: string;
  readonly y?: string;
}

/** Texts are made visible: nothing in them moves, hides or turns round what stands beside them. */
export function el(
  tag: Tag,
  attributes: Attributes = {},
  children: readonly (Content | null)[] | string = [],
): Element {
  const list = typeof children === 'string' ? [children] : children.filter(child => child !== null);
  return {
    tag,
    attributes,
    children: list.map(child => (typeof child === 'string' ? visible(child) : child)),
  };
}

/** Those that have no end. */
const VOID: ReadonlySet<Tag> = new Set(['input']);

/** Before these a new line begins in the source: nothing depends on blanks there. */
const BLOCKS: ReadonlySet<Tag> = new Set([
  'details',
  'div',
  'fieldset',
  'footer',
  'form',
  'h1',
  'h2',
  'header',
  'label',
  'li',
  'main',
  'ol',
  'option',
  'p',
  'section',
  'table',
  'tr',
  'ul',
]);

export function htmlOf(content: Content): string {
  if (typeof content === 'string') return escaped(content);
  const { tag, attributes, children } = content;
  const named = Object.entries(attributes).map(([name, value]) =>
    value === '' ? ` ${name}` : ` ${name}="${escaped(visible(value))}"`,
  );
  const start = `${BLOCKS.has(tag) ? '\n' : ''}<${tag}${named.join('')}>`;
  return VOID.has(tag) ? start : `${start}${children.map(htmlOf).join('')}</${tag}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.codePointAt(0)};`);
}
