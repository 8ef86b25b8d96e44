/** Elements as a browser has them: made one by one, never parsed. */
import type { Content } from '../element.js';

const SVG = 'http://www.w3.org/2000/svg';
const OF_SVG: ReadonlySet<string> = new Set(['svg', 'path', 'text']);

export function mounted(content: Content): Node {
  if (typeof content === 'string') return document.createTextNode(content);
  const { tag, attributes, children } = content;
  const node = OF_SVG.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.map(mounted));
  return node;
}

/** The element of that id and kind: the page has it, or its maker is wrong. */
export function part<E extends HTMLElement>(id: string, kind: abstract new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
  return found;
}
