// The binary format of WebAssembly (WebAssembly Core Specification §5), as far as names, functions and their sizes go.

const HEADER = 8;

/** The ids of sections. */
export const ids = { custom: 0, imports: 2, exports: 7, code: 10, data: 11 };

/** The sections of a module, in order: `{ id, name, content }`; `name` for custom ones. */
export function sectionsOf(bytes) {
  const reader = new Reader(bytes, HEADER);
  const sections = [];
  while (!reader.isDone) {
    const id = reader.byte();
    const content = reader.take(reader.number());
    if (id !== ids.custom) sections.push({ id, content });
    else {
      const inner = new Reader(content);
      sections.push({ id, name: inner.text(), content: inner.rest() });
    }
  }
  return sections;
}

/** The module of these sections. */
export function moduleOf(sections) {
  const parts = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])];
  for (const { id, name, content } of sections) {
    const whole = id === ids.custom ? Buffer.concat([text(name), content]) : content;
    parts.push(Buffer.from([id]), number(whole.length), whole);
  }
  return Buffer.concat(parts);
}

/** The functions of a module: how many come before its own, as imports, and the own ones with their sizes in front. */
export function functionsOf(sections) {
  const code = new Reader(sections.find(({ id }) => id === ids.code).content);
  const bodies = code.list(() => {
    const start = code.at;
    code.take(code.number());
    return code.bytes.subarray(start, code.at);
  });
  const imported = importsOf(sections).filter(({ kind }) => kind === 0).length;
  return { imported, bodies };
}

/** What a module imports: `{ module, field, kind, described }`, the last as it stands in the module. */
export function importsOf(sections) {
  const reader = new Reader(sections.find(({ id }) => id === ids.imports)?.content ?? number(0));
  return reader.list(() => {
    const [module, field, start] = [reader.text(), reader.text(), reader.at];
    const kind = reader.byte();
    const skip = [() => reader.number(), () => (reader.byte(), reader.limits()), () => reader.limits(), () => reader.take(2)][kind];
    if (!skip) throw new Error(`An import of the unknown kind ${kind}`);
    skip();
    return { module, field, kind, described: reader.bytes.subarray(start, reader.at) };
  });
}

/** The content of the section for these. */
export const importSection = (imports) => list(imports, ({ module, field, described }) => [text(module), text(field), described]);

/** What a module exports: `{ name, kind, index }`. */
export function exportsOf(sections) {
  const reader = new Reader(sections.find(({ id }) => id === ids.exports).content);
  return reader.list(() => ({ name: reader.text(), kind: reader.byte(), index: reader.number() }));
}

/** The content of the section for these. */
export const exportSection = (exports) => list(exports, ({ name, kind, index }) => [text(name), Buffer.from([kind]), number(index)]);

const FUNCTION_NAMES = 1;

/** The names of functions, by their index, where the module has kept them. */
export function namesOf(sections) {
  const names = new Map();
  const section = sections.find(({ id, name }) => id === ids.custom && name === "name");
  if (!section) return names;
  const reader = new Reader(section.content);
  while (!reader.isDone) {
    const kind = reader.byte();
    const inner = new Reader(reader.take(reader.number()));
    if (kind === FUNCTION_NAMES) inner.list(() => names.set(inner.number(), inner.text()));
  }
  return names;
}

/** The section for these names of functions, by their index. */
export function nameSection(names) {
  const all = list([...names], ([index, name]) => [number(index), text(name)]);
  return { id: ids.custom, name: "name", content: Buffer.concat([Buffer.from([FUNCTION_NAMES]), number(all.length), all]) };
}

function list(items, parts) {
  return Buffer.concat([number(items.length), ...items.flatMap(parts)]);
}

function text(string) {
  const bytes = Buffer.from(string);
  return Buffer.concat([number(bytes.length), bytes]);
}

/** LEB128, unsigned. */
function number(value) {
  const bytes = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isDone() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** LEB128, unsigned, of up to 32 bits. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  rest() {
    return this.take(this.bytes.length - this.at);
  }

  text() {
    return this.take(this.number()).toString();
  }

  limits() {
    const has = this.byte();
    this.number();
    if (has & 1) this.number();
  }

  list(read) {
    return Array.from({ length: this.number() }, read);
  }
}
