// Rego for CodeMirror: a small stream parser, enough to read a policy by colour.
import { StreamLanguage } from "@codemirror/language";

const KEYWORDS = new Set("package import as default not with some in every if else contains true false null".split(" "));
const ATOMS = new Set(["true", "false", "null"]);

export const rego = StreamLanguage.define({
  name: "rego",
  startState: () => ({ raw: false }),
  token(stream, state) {
    if (state.raw) {
      while (!stream.eol()) {
        if (stream.next() === "`") {
          state.raw = false;
          break;
        }
      }
      return "string";
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.eat("`")) {
      state.raw = true;
      return "string";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
    if (stream.match(/^(?::=|==|!=|<=|>=|[=<>|&+\-*\/%])/)) return "operator";
    const word = stream.match(/^[A-Za-z_][\w]*/);
    if (word) {
      if (ATOMS.has(word[0])) return "atom";
      if (KEYWORDS.has(word[0])) return "keyword";
      if (word[0] === "input" || word[0] === "data") return "variableName.special";
      if (stream.match(/^(?:\.\w+)*\(/, false)) return "variableName.function";
      return "variableName";
    }
    stream.next();
    return "punctuation";
  },
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"', "`"] } },
});
