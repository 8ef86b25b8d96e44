/** What mail programs do to a text, undone: lib/mail. */
import t from 'tap';
import { linesOf } from '../lib/mail/lines.js';
import { mailOf } from '../lib/mail/mail.js';
import { depthOf, quoteOf, underQuote } from '../lib/mail/quote.js';

/** The texts of a message, each with the numbers of the lines it came from. */
function textsOf(...lines: readonly string[]) {
  return mailOf(linesOf(lines.join('\n'))).texts.map(text => text.lines.map(each => [each.line, each.text]));
}

t.test('quoted-printable is bytes of its charset; a soft line break joins, at the very end too', async t => {
  const headers = (charset: string) => [
    'Subject: x',
    `Content-Type: text/plain${charset}`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
  ];
  for (const charset of ['; charset=utf-8', '; charset="UTF-8"', '', '; charset=x-nobody-knows'])
    t.strictSame(textsOf(...headers(charset), 'gr=C3=BC=C3=9F=', 'e =3D', 'b=', ''), [
      [
        [5, 'grüße ='],
        [7, 'b'],
      ],
    ]);
  t.strictSame(textsOf(...headers('; charset=iso-8859-1'), 'gr=FC=DFe =zz'), [[[5, 'grüße =zz']]]);
});

t.test('parts are read in their order, and no deeper than any mail program nests them', async t => {
  const nested = (depth: number): readonly string[] =>
    depth === 0
      ? ['Content-Type: text/plain', '', 'inside']
      : [
          `Content-Type: multipart/mixed; boundary=b${depth}`,
          '',
          `--b${depth}`,
          ...nested(depth - 1),
          `--b${depth}--`,
        ];
  t.match(textsOf('Subject: x', ...nested(15)), [[[Number, 'inside']]]);
  t.strictSame(textsOf('Subject: x', ...nested(16)), []);
  const two = ['--b', 'Content-Type: text/html', '', '<p>', '--b', '', 'one', '--b', '', 'two', '--b--'];
  const mail = mailOf(
    linesOf(['Subject: x', 'Content-Type: multipart/mixed; boundary=b', '', ...two].join('\n')),
  );
  t.strictSame(
    mail.texts.map(({ lines }) => lines.map(({ text }) => text)),
    [['one'], ['two']],
  );
  t.equal(mail.onlyHtml, false);
  const forwarded = ['Content-Type: message/rfc822', '', 'Subject: y', '', 'inside', 'out'];
  t.strictSame(textsOf('Subject: x', ...forwarded), [
    [
      [6, 'inside'],
      [7, 'out'],
    ],
  ]);
});

t.test('quote marks are counted whatever spaces stand between them', async t => {
  t.strictSame(['> > a', '>>a', ' > a', '| b', 'a > b'].map(quoteOf), ['> > ', '>>', ' > ', '| ', '']);
  t.strictSame(['> > ', '>>', ''].map(depthOf), [2, 2, 0]);
  for (const [text, quote, under] of [
    ['> > +x', '> > ', '+x'],
    ['> >', '> > ', ''],
    ['>> +x', '> > ', '+x'],
    ['>>+x', '> > ', '+x'],
    ['> > +x', '>>', ' +x'],
    ['>> > +x', '> > ', '> +x'],
    ['> +x', '> > ', null],
    ['+x', '> > ', null],
  ] as const)
    t.equal(underQuote(text, quote), under, `${text} under ${quote}`);
});
