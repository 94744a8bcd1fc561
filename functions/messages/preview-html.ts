import type { Language } from '../domain/language.ts';
import { htmlLines, htmlText } from './html.ts';
import type { CardBlock, CardButton, Inline, PreviewCard } from './preview-card.ts';
import { PREVIEW_STYLE } from './preview-html-style.ts';

/** Longer than any title that a vendor takes. */
const TITLE_MAX = 1100;

/**
 * A message or a ticket as one file for a browser: no script, no address, nothing from elsewhere. Its own policy keeps a browser
 * from running or loading anything, whatever a name in it may say. Readable from 360 pixels.
 * The language chooses the glyphs: Han characters look otherwise in Chinese.
 */
export function previewPage(card: PreviewCard, language: Language = 'en'): string {
  const { system, product, place, title, facts, blocks } = card;
  const heading = title === '' ? '' : `<h1>${htmlText(title, TITLE_MAX)}</h1>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${htmlText(`${product}: preview`)}</title>
<style>${PREVIEW_STYLE}</style>
</head>
<body>
<main class="${system}">
<p class="place"><b>${htmlText(product)}</b> ${htmlText(place)}</p>
<article>
${heading}
${factList(facts)}
${blocks.map(blockHtml).join('\n')}
</article>
<footer>A preview by exec-log: the texts are those that would be sent, the looks are approximate. Nothing was sent.</footer>
</main>
</body>
</html>
`;
}

function factList(facts: PreviewCard['facts']): string {
  if (facts.length === 0) return '';
  const rows = facts.map(({ name, value }) => `<div><dt>${htmlText(name)}</dt><dd>${htmlLines(value)}</dd></div>`);
  return `<dl>${rows.join('')}</dl>`;
}

function blockHtml(block: CardBlock): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${inlineHtml(block.inlines)}</h2>`;
    case 'paragraph':
      return `<p>${inlineHtml(block.inlines)}</p>`;
    case 'note':
      return `<p class="note">${inlineHtml(block.inlines)}</p>`;
    case 'list': {
      const items = block.items.map((item) => `<li>${inlineHtml(item)}</li>`).join('');
      return block.ordered ? `<ol>${items}</ol>` : `<ul>${items}</ul>`;
    }
    case 'cells':
      return `<div class="cells">${block.cells.map((cell) => `<p>${inlineHtml(cell)}</p>`).join('')}</div>`;
    case 'buttons':
      return block.buttons.map(buttonHtml).join('');
    case 'code':
      return `<pre><code>${htmlLines(block.text)}</code></pre>`;
    case 'lines':
      return `<p class="lines">${htmlLines(block.text)}</p>`;
  }
}

/** No button of a browser: a preview does nothing. */
function buttonHtml({ label, style, asks }: CardButton): string {
  const note = asks === '' ? '' : ` <span class="note">asks: ${htmlLines(asks)}</span>`;
  return `<p><span class="button ${style}">${htmlLines(label)}</span>${note}</p>`;
}

function inlineHtml(inlines: readonly Inline[]): string {
  return inlines.map(runHtml).join('');
}

function runHtml(inline: Inline): string {
  switch (inline.kind) {
    case 'break':
      return '<br>';
    case 'text':
      return htmlLines(inline.text);
    case 'strong':
      return `<strong>${htmlLines(inline.text)}</strong>`;
    case 'code':
      return `<code>${htmlLines(inline.text)}</code>`;
    case 'link':
      return `<span class="link">${htmlLines(inline.text)}</span>`;
  }
}
