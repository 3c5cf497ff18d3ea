import { expect } from "chai";
import fc from "fast-check";
import { Parser } from "saxen";
import { TextList } from "../../../automation/sales/reading/textList";
import { parseXml } from "../../../automation/sales/reading/xml";
import { XmlError } from "../../../automation/sales/reading/xmlError";
import type { XmlHandlers } from "../../../automation/sales/reading/xmlScanner";
import { XmlText } from "../../../automation/sales/reading/xmlText";

type Event = readonly [kind: "open" | "close" | "text", text: string];

/** Events of a document, and whether it was refused in the end. */
interface Parsed {
  events: Event[];
  isRefused: boolean;
}

const opened = (name: string, attributes: object): Event => [
  "open",
  `${name} ${JSON.stringify(attributes)}`,
];

/** Parsed in pieces of `piece` bytes, from chunks of `chunk` bytes. */
async function inPieces(bytes: Uint8Array, chunk: number, piece: number): Promise<Parsed> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunk) {
      yield await Promise.resolve(bytes.subarray(at, at + chunk));
    }
  }
  const events: Event[] = [];
  const handlers: XmlHandlers = {
    open: (name, tag) => {
      const attributes = tag.names.map((one) => [one, tag.get(one)]);
      events.push(opened(name, Object.fromEntries(attributes) as object));
    },
    close: (name) => events.push(["close", name]),
    text: (text) => events.push(["text", text.toString()]),
  };
  try {
    await parseXml(chunks(), handlers, () => false, piece);
    return { events, isRefused: false };
  } catch (error) {
    expect(error).to.be.instanceOf(XmlError);
    return { events, isRefused: true };
  }
}

/** The same by another parser, which gets the whole text. */
function byAnother(text: string): Parsed {
  const events: Event[] = [];
  const refuse = (): never => {
    throw new XmlError("refused");
  };
  const parser = new Parser()
    .on("openTag", (name, attributes) => events.push(opened(name, attributes())))
    .on("closeTag", (name) => events.push(["close", name]))
    .on("text", (raw) => events.push(["text", raw]))
    .on("cdata", (raw) => events.push(["text", raw]))
    .on("error", refuse)
    .on("warn", refuse)
    .on("attention", refuse);
  try {
    parser.parse(text);
    return { events, isRefused: false };
  } catch (error) {
    expect(error).to.be.instanceOf(XmlError);
    return { events, isRefused: true };
  }
}

const NAME = fc.constantFrom("row", "c", "v", "is", "t");
const TEXT = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom("", "x", " > ", "'", '"', "Müller 🎉") },
  { weight: 1, arbitrary: fc.constantFrom("</", "<") },
);
const ATTRIBUTE = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom("", ' r="A1"', " s='1'", ` t="it's > 0"`) },
  { weight: 1, arbitrary: fc.constantFrom(' u="</row>"', ' w="') },
);
const BESIDE = fc.constantFrom(
  "<!-- </row> -->",
  "<![CDATA[</c><v>]]>",
  "<? </row> ?>",
  "<!DOCTYPE a>",
);

const element: fc.Memo<string> = fc.memo((depth) => {
  const inner = depth > 1 ? fc.array(element(depth - 1), { maxLength: 4 }) : fc.constant([]);
  const plain = fc
    .tuple(NAME, ATTRIBUTE, TEXT, inner, TEXT)
    .map(([name, attribute, before, parts, after]) =>
      before + after + parts.join("") === ""
        ? `<${name}${attribute}/>`
        : `<${name}${attribute}>${before}${parts.join("")}${after}</${name}>`,
    );
  return fc.oneof({ weight: 15, arbitrary: plain }, { weight: 1, arbitrary: BESIDE });
});

describe("the XML of a workbook in pieces", () => {
  it("gives the events that another parser reads from the whole text, wherever it is divided", async () => {
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(element(3), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (parts, chunk, piece) => {
          const text = `<?xml version="1.0"?><a>${parts.join("")}</a>\n`;
          const whole = byAnother(text);
          const divided = await inPieces(Buffer.from(text), chunk, piece);
          if (whole.isRefused) refused++;
          else read++;
          // No well-formed document has a `<` in an attribute; the other parser reads it.
          const mayDiffer = /u="<|w="[/>]/.test(text) && divided.isRefused;
          if (!mayDiffer) expect(divided.isRefused, text).to.equal(whole.isRefused);
          if (!divided.isRefused) expect(divided.events).to.deep.equal(whole.events);
        },
      ),
      { numRuns: 1_000 },
    );
    expect([read > 100, refused > 100]).to.deep.equal([true, true]);
  });

  it("reads each encoding of a workbook, also where a chunk ends inside of a character", async () => {
    const text = "<a><c>Müller 🎉</c><c>O&apos;Neil &#x1F389;</c></a>";
    const expected: Event[] = [
      ["open", "a {}"],
      ["open", "c {}"],
      ["text", "Müller 🎉"],
      ["close", "c"],
      ["open", "c {}"],
      ["text", "O'Neil 🎉"],
      ["close", "c"],
      ["close", "a"],
    ];
    const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
    const encodings = [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16];
    for (const bytes of [...encodings, Buffer.from(utf16).swap16()]) {
      for (const chunk of [2, 3, 5, 1000]) {
        const { events, isRefused } = await inPieces(bytes, chunk, 4);
        expect([isRefused, events]).to.deep.equal([false, expected]);
      }
    }
    const damaged = Buffer.concat([Buffer.from("<a>"), Buffer.of(0xff), Buffer.from("</a>")]);
    expect((await inPieces(damaged, 2, 4)).isRefused).to.equal(true);
  });

  it("is refused when no row, or no text, of an export is that long", async () => {
    const refused: Readonly<Record<string, string>> = {
      "a text": `<a>${"x".repeat(400_001)}</a>`,
      "a comment": `<a><!--${"-".repeat(400_001)}--></a>`,
      "a tag": `<a ${" ".repeat(20_001)}/>`,
      "a tag that does not end": `<a>${"x".repeat(10)}<b${" ".repeat(20_001)}`,
      "a row": `<a>${`<c>${"x".repeat(100_000)}<c/>`.repeat(400)}</a>`,
    };
    for (const [what, text] of Object.entries(refused)) {
      const { isRefused } = await inPieces(Buffer.from(text), 16 * 1024, 512 * 1024);
      expect(isRefused, what).to.equal(true);
    }
    const read = [`<a>${"x".repeat(399_000)}</a>`, `<a ${" ".repeat(19_000)}/>`];
    for (const text of read) {
      expect((await inPieces(Buffer.from(text), 16 * 1024, 512 * 1024)).isRefused).to.equal(false);
    }
  });

  it("is refused when it is not well-formed, and never ends in another error", async () => {
    const refused = [
      ...["", " ", "<a>", "</a>", "<a></b>", "<a></a", "<a></a ", "<a/><a/>", "<a/>x", "x<a/>"],
      ...[
        "< a/>",
        "<a b/>",
        "<a b=1/>",
        '<a b="1"c="2"/>',
        '<a b="1" b="2"/>',
        "<a/ >",
        '<a b="<"/>',
      ],
      ...[
        "<a>&x;</a>",
        "<a>&#x110000;</a>",
        '<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        "<a><![CDATA[</a>",
      ],
      ...[
        "<a><!-- </a>",
        "<![CDATA[x]]>",
        "<a><? </a>",
        `${"<a>".repeat(300)}${"</a>".repeat(300)}`,
      ],
      `<a ${Array.from({ length: 65 }, (_, at) => `n${at}=""`).join(" ")}/>`,
    ];
    for (const text of refused) {
      for (const chunk of [1, 3, 1000]) {
        const { isRefused } = await inPieces(Buffer.from(text), chunk, 1);
        expect(isRefused, text).to.equal(true);
      }
    }
  });

  it("ends where the reader has seen enough", async () => {
    const names: string[] = [];
    const bytes = Buffer.from(`<a>${"<c>1</c>".repeat(1000)}<d`);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes);
    }
    await parseXml(chunks(), { close: (name) => names.push(name) }, () => names.length === 3);
    expect(names).to.deep.equal(["c", "c", "c"]);
  });
});

describe("the shared texts of a workbook", () => {
  it("are given by their number as they were added, and no others are", () => {
    const texts = ["", "a", "Müller & Söhne", "🎉", "x".repeat(100_000), ""];
    const many = Array.from({ length: 5_000 }, (_, at) => `${at} ${texts[at % texts.length]}`);
    const list = new TextList();
    const part = new XmlText();
    for (const text of [...texts, ...many]) {
      // As XML has them, in up to two parts.
      const raw = Buffer.from(text.replaceAll("&", "&amp;"));
      const middle = raw.indexOf(" ") + 1;
      part.set(raw, 0, middle, false);
      list.append(part);
      part.set(raw, middle, raw.length, false);
      list.append(part);
      list.end();
    }
    for (let read = 1; read <= 2; read++) {
      const all = [...texts, ...many].map((_, at) => list.at(at));
      expect(all).to.deep.equal([...texts, ...many]);
    }
    for (const number of [-1, 1.5, NaN, texts.length + many.length])
      expect(list.at(number)).to.equal(undefined);
    expect(new TextList().at(0)).to.equal(undefined);
  });
});
